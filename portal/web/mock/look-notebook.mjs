/** The notebook's and the catalogue's pages that look.mjs looks at. */
const at = "/studies/diabetes-ckd-2026";
const run = async (tab, id, until = ".grid, .trouble") => { await tab.locator(`#cell-${id} .button.main`).click(); await tab.locator(`#cell-${id}`).locator(until).first().waitFor(); };
const call = (tab, method, address, body) => tab.evaluate(async ([how, where, what]) => {
  const { csrf } = await (await fetch("/api/me")).json();
  return (await fetch(where, { method: how, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, ...(what ? { body: what } : {}) })).json();
}, [method, address, body && JSON.stringify(body)]);
/** A notebook that no other page has changed. */
const ready = async (tab) => {
  const { notebook } = await call(tab, "POST", "/api/mock/notebook");
  await tab.goto(new URL(`${at}/notebooks/${notebook}`, tab.url()).href);
  await tab.locator(".cm-content").first().waitFor();
};
const menu = async (tab, n) => { await tab.locator(".bar-acts .menu > button").click(); await tab.locator(".bar-acts [role=menuitem]").nth(n).click(); };
/** Somebody else saves in between. */
const meanwhile = async (tab, id, source) => {
  const address = `/api${new URL(tab.url()).pathname}`;
  const { title, version, document } = await call(tab, "GET", address);
  await call(tab, "PUT", address, { title, version, document: { ...document, cells: document.cells.map((one) => (one.id === id ? { ...one, source } : one)) } });
};
const profiles = async (tab, n) => {
  const box = tab.locator(".table-box").nth(n);
  await box.locator("summary").click();
  await box.locator(".profiles-acts .button").first().click();
  await box.locator(".profiles-bar").waitFor();
  await box.locator(".profiles-bar").waitFor({ state: "detached", timeout: 30000 });
  await tab.evaluate(() => scrollTo(0, 0));
};

export const notebookPages = [
  { name: "notebooks", path: at, as: "tanaka" },
  { name: "notebooks-none", path: "/studies/stroke-rehab", as: "tanaka" },
  { name: "notebooks-remove", path: at, as: "tanaka", view: true, act: async (tab) => { await tab.locator("td .menu > button").first().click(); await tab.locator(".menu-bad").click(); await tab.locator("dialog").waitFor(); } },
  { name: "notebook", path: at, as: "tanaka", act: ready },
  { name: "notebook-new", path: "/studies/stroke-rehab", as: "tanaka", act: async (tab) => { await tab.locator(".page-head .button.main").click(); await tab.locator(".cm-content").first().waitFor(); await tab.locator(".cell-sql .button.main").click(); await tab.locator(".grid").waitFor(); } },
  { name: "notebook-grid", path: at, as: "tanaka", act: async (tab) => { await ready(tab); await run(tab, "ages"); await tab.locator(".grid-hidden").first().hover(); await tab.locator(".reason").waitFor(); } },
  { name: "notebook-bars", path: at, as: "tanaka", wait: 900, act: async (tab) => { await ready(tab); await run(tab, "ages"); await tab.locator("#cell-ages [role=tab]").nth(1).click(); await tab.locator(".chart canvas").waitFor(); } },
  { name: "notebook-lines", path: at, as: "tanaka", wait: 900, act: async (tab) => { await ready(tab); await run(tab, "months"); await tab.locator("#cell-months [role=tab]").nth(1).click(); await tab.locator(".chart canvas").waitFor(); await tab.locator(".chart-reading summary").click(); } },
  { name: "notebook-heat", path: at, as: "tanaka", wait: 900, act: async (tab) => { await ready(tab); await run(tab, "ages"); await tab.locator("#cell-ages [role=tab]").nth(1).click(); await tab.locator("#cell-ages select").first().selectOption("heat"); await tab.locator(".chart canvas").waitFor(); } },
  { name: "notebook-own", path: at, as: "tanaka", wait: 900, act: async (tab) => { await ready(tab); await run(tab, "ages"); await tab.locator("#cell-ages [role=tab]").nth(1).click(); await tab.locator("#cell-ages select").first().selectOption("own"); await tab.locator(".chart canvas").waitFor(); } },
  { name: "notebook-rows-only", path: at, as: "tanaka", act: async (tab) => { await ready(tab); await run(tab, "cohort"); } },
  { name: "notebook-failed", path: at, as: "tanaka", act: async (tab) => { await ready(tab); await run(tab, "wrong"); await tab.locator("#cell-wrong .cm-lintRange").hover(); await tab.waitForTimeout(600); } },
  { name: "notebook-running", path: at, as: "tanaka", wait: 3200, act: async (tab) => { await ready(tab); await tab.locator("#cell-months").scrollIntoViewIfNeeded(); await tab.locator("#cell-months .cm-content").click(); await tab.keyboard.type("-- slow\n"); await tab.locator("#cell-months .button.main").click(); await tab.locator(".progress").waitFor(); } },
  { name: "notebook-explain", path: at, as: "tanaka", act: async (tab) => { await ready(tab); await tab.locator("#cell-ages .cell-bar .button.quiet").first().click(); await tab.locator(".explain-table").waitFor(); } },
  { name: "notebook-completion", path: at, as: "tanaka", view: true, act: async (tab) => { await ready(tab); await tab.locator("#cell-wrong").scrollIntoViewIfNeeded(); await tab.locator("#cell-wrong .cm-content").click(); await tab.keyboard.press("Control+End"); await tab.keyboard.type("s WHERE su"); await tab.locator(".cm-tooltip-autocomplete").waitFor(); } },
  { name: "notebook-values", path: `${at}/catalogue`, as: "tanaka", view: true, act: async (tab) => {
    await tab.locator(".table-box summary").nth(2).click(); await tab.locator(".table-box[open] td .button.plain").nth(3).click(); await tab.locator(".profile").waitFor();
    await tab.locator("a.button").first().click(); await tab.locator(".table a").first().click(); await tab.locator("#cell-wrong").waitFor();
    await tab.locator("#cell-wrong").scrollIntoViewIfNeeded(); await tab.locator("#cell-wrong .cm-content").click(); await tab.keyboard.press("Control+a"); await tab.keyboard.press("Delete"); await tab.keyboard.insertText("SELECT count(*) AS n FROM diagnosis WHERE icd10 IN ("); await tab.keyboard.type("'E"); await tab.locator(".cm-tooltip-autocomplete").waitFor(); } },
  { name: "notebook-big", path: `${at}/notebooks/nb-2`, as: "tanaka", act: async (tab) => { await run(tab, "big"); await tab.locator(".grid-head .grid-cell").nth(2).click(); await tab.keyboard.press("Control+End"); } },
  { name: "notebook-search", path: at, as: "tanaka", view: true, act: async (tab) => { await ready(tab); await tab.keyboard.press("Control+Shift+F"); await tab.locator("dialog input").waitFor(); await tab.keyboard.type("patient"); await tab.locator(".found-one").first().waitFor(); } },
  { name: "notebook-shortcuts", path: at, as: "tanaka", view: true, act: async (tab) => { await ready(tab); await tab.locator("h1").first().waitFor(); await tab.keyboard.press("?"); await tab.locator("dialog").waitFor(); } },
  { name: "notebook-conflict", path: at, as: "tanaka", view: true, wait: 600, act: async (tab) => { await ready(tab); await meanwhile(tab, "wrong", "SELECT count(*) AS n\nFROM diagnosis\nWHERE suspected"); await tab.locator("#cell-wrong").scrollIntoViewIfNeeded(); await tab.locator("#cell-wrong .cm-content").click(); await tab.keyboard.press("Control+End"); await tab.keyboard.type(" AS d"); await tab.locator("dialog .conflict").waitFor(); } },
  { name: "notebook-history", path: at, as: "tanaka", view: true, act: async (tab) => { await ready(tab); await meanwhile(tab, "seasons", `## 受診の季節変動(外来)`); await menu(tab, 0); await tab.locator(".version").nth(0).waitFor(); await tab.locator(".version").nth(1).click(); await tab.locator(".versions-view h3").waitFor(); } },
  { name: "notebook-text", path: at, as: "tanaka", act: async (tab) => { await ready(tab); await tab.locator("#cell-intro .markdown").dblclick(); await tab.locator("#cell-intro .cm-content").waitFor(); await tab.keyboard.press("Control+End"); await tab.keyboard.type("\n\nFROM later"); } },
  { name: "notebook-session", path: at, as: "tanaka", act: async (tab) => {
    const soon = { running: true, since: new Date(Date.now() - 3_000_000).toISOString(), until: new Date(Date.now() + 240_000).toISOString(), queries: 14 };
    await tab.route("**/api/session-of/*", (route) => route.fulfill({ json: soon })); await ready(tab);
    await tab.locator("#cell-wrong").scrollIntoViewIfNeeded(); await tab.locator("#cell-wrong .cm-content").click(); await tab.keyboard.press("Control+a"); await tab.keyboard.press("Delete"); await tab.keyboard.insertText("SELECT * FROM seasons_2 WHERE d > :to_date");
    await tab.locator("#cell-months .cell-name-box").fill("diagnosis"); await tab.locator(".session-on").waitFor(); } },
  { name: "notebook-explored", path: at, as: "tanaka", act: async (tab) => { await ready(tab); await tab.locator("#cell-ages .check input").check(); await run(tab, "ages"); await tab.locator("#cell-ages .cm-content").click(); await tab.keyboard.type(" "); await tab.locator(".stale").waitFor(); } },
  { name: "notebook-steps", path: at, as: "tanaka", wait: 900, act: async (tab) => { await ready(tab); await tab.locator("#cell-wrong").scrollIntoViewIfNeeded(); await tab.locator("#cell-wrong .cm-content").click(); await tab.keyboard.press("Control+a"); await tab.keyboard.press("Delete"); await tab.keyboard.insertText("SELECT survival FROM patient"); await run(tab, "wrong"); await tab.locator("#cell-wrong [role=tab]").nth(1).click(); await tab.locator("#cell-wrong select").first().selectOption("steps"); await tab.locator("#cell-wrong select").nth(3).selectOption("cohort"); await tab.locator("#cell-wrong select").nth(1).selectOption("day"); await tab.locator(".chart canvas").waitFor(); } },
  { name: "catalogue", path: `${at}/catalogue`, as: "tanaka", act: async (tab) => { await tab.locator("summary").nth(2).click(); } },
  { name: "catalogue-profiles", path: `${at}/catalogue`, as: "tanaka", act: async (tab) => { await profiles(tab, 4); } },
  { name: "catalogue-profile-table", path: `${at}/catalogue`, as: "tanaka", act: async (tab) => { await profiles(tab, 0); for (const one of await tab.locator(".profile-head .button").all()) await one.click(); await tab.evaluate(() => scrollTo(0, 0)); } },
  { name: "catalogue-profiling", path: `${at}/catalogue`, as: "tanaka", act: async (tab) => { await tab.locator(".table-box summary").nth(3).click(); await tab.locator(".profiles-acts .button").nth(3).click(); await tab.locator(".profile").nth(1).waitFor(); await tab.evaluate(() => scrollTo(0, 0)); } },
  { name: "catalogue-profile-refused", path: `${at}/catalogue`, as: "tanaka", before: (tab) => tab.route("**/questions", (route) => route.request().method() === "POST" && /sex/.test(route.request().postData()) ? route.fulfill({ status: 422, json: { code: "x", message: { ja: "今日の探索は使い切りました。", en: "Today's exploring is used up." }, remedy: { ja: "明日もう一度お試しください。", en: "Try again tomorrow." } } }) : route.fallback()), act: async (tab) => { await tab.locator(".table-box summary").first().click(); await tab.locator(".table-box[open] td .button.small-button:has-text('分布'), .table-box[open] td .button.small-button:has-text('Show')").nth(1).click(); await tab.locator(".profile-trouble").waitFor(); } },
  { name: "catalogue-search", path: `${at}/catalogue`, as: "tanaka", act: async (tab) => { await tab.locator("input[type=search]").fill("icd"); } },
];
