/**
 * Walks through the notebook as people do, in a real browser against the mock: keyboard only, a reload in the middle of a question, a
 * lost connection while saving, two persons in one notebook, copying. `npm run build && node mock/walk-notebook.mjs`
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chromium } from "playwright-core";

const base = "http://127.0.0.1:4191";
const mock = spawn(process.execPath, ["mock/server.mjs"], { env: { ...process.env, PORT: "4191", DELAY: "5" }, stdio: "ignore" });
await new Promise((done) => setTimeout(done, 700));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const refused = [];
const study = "/studies/diabetes-ckd-2026";

async function person(handler) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "ja-JP", permissions: ["clipboard-read", "clipboard-write"] });
  await context.request.post(`${base}/api/sign-in`, { data: { handler, password: "correct horse battery staple", code: "123456" } });
  const tab = await context.newPage();
  tab.setDefaultTimeout(8000);
  tab.on("pageerror", (error) => { throw error; });
  tab.on("console", (message) => { if (/Content Security Policy/.test(message.text())) refused.push(message.text()); });
  return tab;
}

const walks = {
  async "keyboard only: a new notebook, a question, its grid, a chart"() {
    const tab = await person("tanaka");
    await tab.goto(`${base}${study}`);
    await tab.locator(".table").waitFor();
    await tabTo(tab, "新しいノートブック");
    await tab.keyboard.press("Enter");
    await tab.locator(".cm-content").first().waitFor();
    await tabTo(tab, (active) => active.classList.contains("cell-sql") || active.classList.contains("cell"));
    await tab.keyboard.press("ArrowDown");
    await focusIs(tab, (active) => active.classList.contains("cell-sql"));
    await tab.keyboard.press("b");
    await focusIs(tab, (active) => active.classList.contains("cm-content"));
    await tab.keyboard.type("SELECT age, sex, count(*) FROM pat");
    await tab.locator(".cm-tooltip-autocomplete").waitFor();
    await tab.waitForTimeout(150);
    await tab.keyboard.press("Tab");
    await tab.keyboard.type(" GROUP BY 1, 2");
    assert.match(await tab.evaluate(() => document.activeElement.innerText), /FROM patient GROUP BY 1, 2/);
    await tab.keyboard.press("Control+Enter");
    await tab.locator(".grid").waitFor();
    await tab.keyboard.press("Escape");
    await tab.keyboard.press("Escape");
    await focusIs(tab, (active) => active.classList.contains("cell"));
    await tab.keyboard.press("Alt+ArrowUp");
    await focusIs(tab, (active) => active.classList.contains("cell") && active.querySelector(".grid"));
    await tabTo(tab, (active) => active.getAttribute("role") === "columnheader");
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("Enter");
    await tab.keyboard.press("Control+End");
    await focusIs(tab, (active) => active.getAttribute("role") === "gridcell" && active.classList.contains("grid-hidden"));
    await tab.locator(".reason").waitFor();
    await tab.keyboard.press("Escape");
    await tab.locator(".reason").waitFor({ state: "detached" });
    await tab.keyboard.press("Control+c");
    assert.equal(await tab.evaluate(() => navigator.clipboard.readText()), "");
    await tab.context().close();
  },

  async "a question goes on through a reload"() {
    const tab = await own("tanaka");
    await write(tab, "wrong", "SELECT count(*) AS n -- slow\nFROM patient");
    await tab.locator("#cell-wrong .button.main").click();
    await tab.locator(".progress").waitFor();
    await tab.waitForTimeout(1500);
    await tab.reload();
    await tab.locator(".progress").waitFor();
    await tab.locator("#cell-wrong .grid").waitFor({ timeout: 12000 });
    await tab.context().close();
  },

  async "a question can be stopped"() {
    const tab = await own("tanaka");
    await write(tab, "wrong", "SELECT count(*) AS n -- slow\nFROM patient");
    await tab.locator("#cell-wrong .button.main").click();
    await tab.locator(".progress .button").click();
    await tab.locator("#cell-wrong .trouble").getByText("停止されました").waitFor();
    await tab.context().close();
  },

  async "what could not be saved is saved once the network is back"() {
    const tab = await own("tanaka");
    await tab.context().setOffline(true);
    await write(tab, "wrong", "SELECT 1");
    await tab.locator(".save-failed").waitFor();
    await tab.context().setOffline(false);
    await tab.keyboard.press("Control+s");
    await tab.locator(".save-sign").getByText("保存済み").waitFor();
    assert.equal((await kept(tab)).document.cells.find((cell) => cell.id === "wrong").source, "SELECT 1");
    await tab.context().close();
  },

  async "two persons: different cells are joined, the same cell is asked about"() {
    const one = await own("tanaka");
    const two = await person("mori");
    await two.goto(one.url());
    await two.locator(".cm-content").first().waitFor();
    await write(one, "wrong", "SELECT 1");
    await one.locator(".save-sign").getByText("保存済み").waitFor();
    await one.waitForTimeout(1600);
    await write(two, "months", "SELECT 2");
    await two.waitForTimeout(2200);
    let { document } = await kept(one);
    assert.deepEqual(["wrong", "months"].map((id) => document.cells.find((cell) => cell.id === id).source), ["SELECT 1", "SELECT 2"]);
    await write(one, "wrong", "SELECT 'mine'");
    await one.waitForTimeout(2500);
    await write(two, "wrong", "SELECT 'theirs'");
    await two.locator("dialog .conflict").waitFor();
    await two.locator("dialog input[type=radio]").nth(2).check();
    await two.locator("dialog .main").click();
    await two.locator("dialog").waitFor({ state: "detached" });
    await two.waitForTimeout(500);
    ({ document } = await kept(one));
    const sources = document.cells.map((cell) => cell.source);
    assert.ok(sources.includes("SELECT 'mine'") && sources.includes("SELECT 'theirs'"), sources.join("\n"));
    await one.context().close();
    await two.context().close();
  },

  async "a remedy is one click away, and undo takes it back"() {
    const tab = await own("tanaka");
    await tab.locator("#cell-wrong").scrollIntoViewIfNeeded();
    await tab.locator("#cell-wrong .button.main").click();
    await tab.locator("#cell-wrong .trouble .button", { hasText: "diagnosis" }).click();
    await tab.locator("#cell-wrong .cm-content").getByText("FROM diagnosis", { exact: true }).waitFor();
    await tab.keyboard.press("Escape");
    await tab.keyboard.press("Control+z");
    await tab.locator("#cell-wrong .cm-content").getByText("FROM diagnosi", { exact: true }).waitFor();
    await tab.context().close();
  },

  async "a notebook goes out as a file and comes back, by both forms"() {
    for (const place of [4, 5]) {
      const tab = await own("tanaka");
      const before = (await kept(tab)).document;
      const waiting = tab.waitForEvent("download");
      await tab.locator(".bar-acts .menu > button").click();
      await tab.locator(".bar-acts [role=menuitem]").nth(place - 1).click();
      const file = await (await waiting).path();
      const name = (await waiting).suggestedFilename();
      await tab.goto(`${base}${study}`);
      await tab.locator(".table").waitFor();
      const { readFile } = await import("node:fs/promises");
      await tab.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: await readFile(file) });
      await tab.locator(".cm-content").first().waitFor();
      const after = await kept(tab);
      const plain = ({ cells, parameters }) => ({ cells: cells.map(({ id: _, ...rest }) => rest), parameters });
      assert.deepEqual(plain(after.document), plain(before));
      await tab.context().close();
    }
  },

  async "cells are reordered by dragging, and by keys in the editor"() {
    const tab = await own("tanaka");
    await tab.setViewportSize({ width: 1280, height: 1700 });
    await tab.locator("#cell-wrong .cell-handle").dragTo(tab.locator("#cell-ages"));
    await tab.waitForTimeout(200);
    await tab.locator("#cell-cohort .cm-content").click();
    await tab.keyboard.press("Alt+ArrowUp");
    await focusIs(tab, (active) => active.classList.contains("cm-content") && active.closest("#cell-cohort"));
    await tab.waitForTimeout(2000);
    assert.deepEqual((await kept(tab)).document.cells.map((cell) => cell.id), ["cohort", "intro", "wrong", "ages", "seasons", "months"]);
    await tab.context().close();
  },

  async "typing fast loses nothing"() {
    const tab = await own("tanaka");
    const text = "SELECT icd10, count(DISTINCT patient_id) AS patients FROM diagnosis WHERE NOT suspected GROUP BY icd10";
    await write(tab, "wrong", "");
    await tab.keyboard.insertText("");
    for (const letter of text) await tab.keyboard.insertText(letter);
    await tab.waitForTimeout(2500);
    assert.equal((await kept(tab)).document.cells.find((cell) => cell.id === "wrong").source, text);
    await tab.context().close();
  },
};

/** A page on a notebook that nobody else has. */
async function own(handler) {
  const tab = await person(handler);
  const { csrf } = await (await tab.context().request.get(`${base}/api/me`)).json();
  const { notebook } = await (await tab.context().request.post(`${base}/api/mock/notebook`, { headers: { "X-CSRF-Token": csrf } })).json();
  await tab.goto(`${base}${study}/notebooks/${notebook}`);
  await tab.locator(".cm-content").first().waitFor();
  return tab;
}

async function write(tab, id, text) {
  await tab.locator(`#cell-${id}`).scrollIntoViewIfNeeded();
  await tab.locator(`#cell-${id} .cm-content`).click();
  await tab.keyboard.press("Control+a");
  if (text === "") await tab.keyboard.press("Delete");
  else {
    await tab.keyboard.type(text[0]);
    await tab.keyboard.insertText(text.slice(1));
  }
}

async function kept(tab) {
  return (await tab.context().request.get(`${base}/api${new URL(tab.url()).pathname}`)).json();
}

async function tabTo(tab, wanted) {
  for (let i = 0; i < 80; i++) {
    await tab.keyboard.press("Tab");
    const found = typeof wanted === "string"
      ? await tab.evaluate((text) => document.activeElement?.textContent?.includes(text), wanted)
      : await tab.evaluate(`(${wanted})(document.activeElement)`);
    if (found) return;
  }
  throw new Error(`the Tab key does not reach ${wanted}`);
}

async function focusIs(tab, wanted) {
  for (let i = 0; i < 30; i++) {
    if (await tab.evaluate(`Boolean((${wanted})(document.activeElement))`)) return;
    await tab.waitForTimeout(100);
  }
  throw new Error(`the focus is on ${await tab.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))}, not where ${wanted}`);
}

const only = process.argv[2];
let failed = 0;
for (const [name, walk] of Object.entries(walks)) {
  if (only && !name.includes(only)) continue;
  try {
    await walk();
    console.log("ok  ", name);
  } catch (thrown) {
    failed++;
    console.log("FAIL", name, "\n    ", String(thrown?.message ?? thrown).slice(0, 700));
  }
}
if (refused.length > 0) { failed++; console.log("FAIL the content policy refused something:", refused[0]); }
await browser.close();
mock.kill();
process.exitCode = failed === 0 ? 0 : 1;
