/** The notebook's and the catalogue's pages that look.mjs looks at. */
const at = "/studies/diabetes-ckd-2026";
const book = `${at}/notebooks/nb-1`;
const run = async (tab, id, until = ".grid, .trouble") => { await tab.locator(`#cell-${id} .button.main`).click(); await tab.locator(`#cell-${id}`).locator(until).first().waitFor(); };
const ready = async (tab) => { await tab.locator(".cm-content").first().waitFor(); };
const menu = async (tab, n) => { await tab.locator(".bar-acts .menu > button").click(); await tab.locator(".bar-acts [role=menuitem]").nth(n).click(); };
/** Somebody else saves in between. */
const meanwhile = (tab, id, source) => tab.evaluate(async ([address, cell, text]) => {
  const me = await (await fetch("/api/me")).json();
  const there = await (await fetch(address)).json();
  const cells = there.document.cells.map((one) => (one.id === cell ? { ...one, source: text } : one));
  await fetch(address, { method: "PUT", headers: { "Content-Type": "application/json", "X-CSRF-Token": me.csrf }, body: JSON.stringify({ title: there.title, version: there.version, document: { ...there.document, cells } }) });
}, [`/api${book}`, id, source]);

export const notebookPages = [
  { name: "notebooks", path: at, as: "tanaka" },
  { name: "notebooks-none", path: "/studies/stroke-rehab", as: "tanaka" },
  { name: "notebooks-remove", path: at, as: "tanaka", view: true, act: async (tab) => { await tab.locator("td .menu > button").first().click(); await tab.locator(".menu-bad").click(); await tab.locator("dialog").waitFor(); } },
  { name: "notebook", path: book, as: "tanaka", act: ready },
  { name: "notebook-new", path: "/studies/stroke-rehab", as: "tanaka", act: async (tab) => { await tab.locator(".page-head .button.main").click(); await ready(tab); await tab.locator(".cell-sql .button.main").click(); await tab.locator(".grid").waitFor(); } },
  { name: "notebook-grid", path: book, as: "tanaka", act: async (tab) => { await ready(tab); await run(tab, "ages"); await tab.locator(".grid-hidden").first().hover(); await tab.locator(".reason").waitFor(); } },
  { name: "notebook-bars", path: book, as: "tanaka", wait: 900, act: async (tab) => { await ready(tab); await run(tab, "ages"); await tab.locator("#cell-ages [role=tab]").nth(1).click(); await tab.locator(".chart canvas").waitFor(); } },
  { name: "notebook-lines", path: book, as: "tanaka", wait: 900, act: async (tab) => { await ready(tab); await run(tab, "months"); await tab.locator("#cell-months [role=tab]").nth(1).click(); await tab.locator(".chart canvas").waitFor(); await tab.locator(".chart-reading summary").click(); } },
  { name: "notebook-heat", path: book, as: "tanaka", wait: 900, act: async (tab) => { await ready(tab); await run(tab, "ages"); await tab.locator("#cell-ages [role=tab]").nth(1).click(); await tab.locator("#cell-ages select").first().selectOption("heat"); await tab.locator(".chart canvas").waitFor(); } },
  { name: "notebook-own", path: book, as: "tanaka", wait: 900, act: async (tab) => { await ready(tab); await run(tab, "ages"); await tab.locator("#cell-ages [role=tab]").nth(1).click(); await tab.locator("#cell-ages select").first().selectOption("own"); await tab.locator(".chart canvas").waitFor(); } },
  { name: "notebook-rows-only", path: book, as: "tanaka", act: async (tab) => { await ready(tab); await run(tab, "cohort"); } },
  { name: "notebook-failed", path: book, as: "tanaka", act: async (tab) => { await ready(tab); await run(tab, "wrong"); await tab.locator("#cell-wrong .cm-lintRange").hover(); await tab.waitForTimeout(600); } },
  { name: "notebook-running", path: book, as: "tanaka", wait: 3200, act: async (tab) => { await ready(tab); await tab.locator("#cell-months").scrollIntoViewIfNeeded(); await tab.locator("#cell-months .cm-content").click(); await tab.keyboard.type("-- slow\n"); await tab.locator("#cell-months .button.main").click(); await tab.locator(".progress").waitFor(); } },
  { name: "notebook-explain", path: book, as: "tanaka", act: async (tab) => { await ready(tab); await tab.locator("#cell-ages .cell-bar .button.quiet").first().click(); await tab.locator(".explain-table").waitFor(); } },
  { name: "notebook-completion", path: book, as: "tanaka", view: true, act: async (tab) => { await ready(tab); await tab.locator("#cell-wrong").scrollIntoViewIfNeeded(); await tab.locator("#cell-wrong .cm-content").click(); await tab.keyboard.press("Control+End"); await tab.keyboard.type("s WHERE su"); await tab.locator(".cm-tooltip-autocomplete").waitFor(); } },
  { name: "notebook-big", path: `${at}/notebooks/nb-2`, as: "tanaka", act: async (tab) => { await ready(tab); await run(tab, "big"); await tab.locator(".grid-head .grid-cell").nth(2).click(); await tab.keyboard.press("Control+End"); } },
  { name: "notebook-search", path: book, as: "tanaka", view: true, act: async (tab) => { await ready(tab); await tab.keyboard.press("Control+Shift+F"); await tab.keyboard.type("patient"); await tab.locator(".found-one").first().waitFor(); } },
  { name: "notebook-shortcuts", path: book, as: "tanaka", view: true, act: async (tab) => { await ready(tab); await tab.locator("h1").first().waitFor(); await tab.keyboard.press("?"); await tab.locator("dialog").waitFor(); } },
  { name: "notebook-conflict", path: book, as: "tanaka", view: true, wait: 600, act: async (tab) => { await ready(tab); await meanwhile(tab, "wrong", "SELECT count(*) AS n\nFROM diagnosis\nWHERE suspected"); await tab.locator("#cell-wrong").scrollIntoViewIfNeeded(); await tab.locator("#cell-wrong .cm-content").click(); await tab.keyboard.press("Control+End"); await tab.keyboard.type(" AS d"); await tab.locator("dialog .conflict").waitFor(); } },
  { name: "notebook-history", path: book, as: "tanaka", view: true, act: async (tab) => { await ready(tab); await meanwhile(tab, "seasons", `## 受診の季節変動 ${Math.random()}`); await menu(tab, 0); await tab.locator(".version").nth(0).waitFor(); await tab.locator(".version").nth(1).click(); await tab.locator(".versions-view h3").waitFor(); } },
  { name: "catalogue", path: `${at}/catalogue`, as: "tanaka", act: async (tab) => { await tab.locator("summary").nth(2).click(); } },
  { name: "catalogue-search", path: `${at}/catalogue`, as: "tanaka", act: async (tab) => { await tab.locator("input[type=search]").fill("icd"); } },
];
