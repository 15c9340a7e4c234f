/* Runs before the first paint, so that a chosen theme or language never flickers. A change gets a new number in its name. */
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem("sekisho.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    var lang = localStorage.getItem("sekisho.lang") || navigator.language;
    root.lang = lang.slice(0, 2) === "ja" ? "ja" : "en";
  } catch (nothing) {
    root.lang = "ja";
  }
})();
