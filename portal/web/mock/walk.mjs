/**
 * Walks through the page in a real browser by keyboard, and says where it goes wrong: signing in and keeping the place, the time-out's
 * warning, an expired sign-in, the confirmation before a stop, menus and tabs, language and theme remembered.
 * `npm run build && node mock/walk.mjs`. Out of scope: how pages look (look.mjs), what is inside a study.
 */
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { start } from "./start.mjs";

let base = "";
const password = "correct horse battery staple";
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
let wrong = 0;

async function walk(name, idle, steps) {
  const mock = await start({ IDLE: String(idle) });
  base = mock.base;
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: "ja-JP" });
  const tab = await context.newPage();
  tab.setDefaultTimeout(8000);
  try {
    await steps(tab);
    console.log("well  ", name);
  } catch (thrown) {
    wrong++;
    console.log("wrong ", name, thrown.message);
    await tab.screenshot({ path: `shots/walk-${name.replace(/\W+/g, "-")}.png` });
  }
  await context.close();
  mock.stop();
}

const type = (tab, text) => tab.keyboard.type(text);
async function signIn(tab, handler) {
  await tab.locator("input[name=handler]:focus").waitFor();
  await type(tab, handler);
  await tab.keyboard.press("Tab");
  await type(tab, password);
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Tab");
  await type(tab, "123456");
  await tab.keyboard.press("Enter");
}
const focused = (tab) => tab.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.getAttribute("aria-label") || document.activeElement?.tagName);

await walk("sign in by keyboard, and be where one wanted to go", 900, async (tab) => {
  await tab.goto(`${base}/account`);
  await signIn(tab, "mori");
  await tab.getByRole("heading", { level: 1, name: "アカウント" }).waitFor();
  assert.equal(new URL(tab.url()).pathname, "/account");
});

await walk("skip link, menu by arrows, sign out", 900, async (tab) => {
  await tab.goto(base);
  await signIn(tab, "tanaka");
  await tab.getByRole("heading", { level: 1, name: "課題" }).waitFor();
  assert.equal(await tab.evaluate(() => document.activeElement?.id), "main");
  for (let i = 0; i < 9 && (await focused(tab)) !== "本文へ移動"; i++) await tab.keyboard.press("Shift+Tab");
  assert.equal(await focused(tab), "本文へ移動");
  await tab.keyboard.press("Enter");
  assert.equal(await tab.evaluate(() => document.activeElement?.id), "main");
  await tab.getByRole("button", { name: "田中 美咲 のメニュー" }).focus();
  await tab.keyboard.press("ArrowDown");
  assert.equal(await focused(tab), "アカウント");
  await tab.keyboard.press("Escape");
  assert.match(await focused(tab), /田中/);
  await tab.keyboard.press("Enter");
  await tab.keyboard.press("End");
  await tab.keyboard.press("Enter");
  await tab.locator("input[name=handler]").waitFor();
});

await walk("the time-out warns, counts down, and staying is one key", 9, async (tab) => {
  await tab.goto(base);
  await signIn(tab, "tanaka");
  const dialog = tab.getByRole("alertdialog");
  await dialog.waitFor({ timeout: 10000 });
  await tab.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await tab.getByRole("heading", { level: 1, name: "課題" }).waitFor();
});

await walk("an unattended page signs itself out, says why, and comes back", 6, async (tab) => {
  await tab.goto(`${base}/account`);
  await signIn(tab, "tanaka");
  await tab.getByRole("heading", { level: 1, name: "アカウント" }).waitFor();
  await tab.getByText("サインインの期限が切れました").waitFor({ timeout: 12000 });
  assert.equal(await tab.getByText("田中").count(), 0);
  await signIn(tab, "tanaka");
  await tab.getByRole("heading", { level: 1, name: "アカウント" }).waitFor();
});

await walk("stopping a session asks who one is, and goes on by itself", 900, async (tab) => {
  await tab.goto(`${base}/sessions`);
  await signIn(tab, "sato");
  await tab.getByRole("button", { name: /tanaka のセッション/ }).focus();
  await tab.keyboard.press("Enter");
  await tab.getByRole("alertdialog").waitFor();
  assert.equal(await focused(tab), "キャンセル");
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Enter");
  await tab.locator("dialog input[name=password]:focus").waitFor();
  await type(tab, password);
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Tab");
  await type(tab, "123456");
  await tab.keyboard.press("Enter");
  await tab.getByText("セッションを停止しました").waitFor();
  await tab.getByRole("button", { name: /tanaka のセッション/ }).waitFor({ state: "detached" });
});

await walk("giving up the confirmation leaves everything as it was", 900, async (tab) => {
  await tab.goto(`${base}/sessions`);
  await signIn(tab, "sato");
  await tab.getByRole("button", { name: /tanaka のセッション/ }).click();
  await tab.locator("dialog .bad").click();
  await tab.locator("dialog input[name=password]:focus").waitFor();
  await tab.keyboard.press("Escape");
  await tab.locator("dialog input[name=password]").waitFor({ state: "detached" });
  await tab.getByText("本人確認が必要です").waitFor();
  await tab.keyboard.press("Escape");
  await tab.getByRole("alertdialog").waitFor({ state: "detached" });
  await tab.getByRole("button", { name: /tanaka のセッション/ }).waitFor();
});

await walk("language and theme are remembered, and <html> follows", 900, async (tab) => {
  await tab.goto(base);
  await tab.getByRole("button", { name: "English" }).click();
  await tab.getByRole("heading", { name: "Sign in" }).waitFor();
  await tab.getByRole("button", { name: "Theme" }).click();
  await tab.keyboard.press("End");
  await tab.keyboard.press("Enter");
  await tab.reload();
  await tab.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.deepEqual(await tab.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme, document.title]), ["en", "dark", "Sign in — Sekisho"]);
});

await walk("tabs of the register by arrows, a handler is added and invited", 900, async (tab) => {
  await tab.goto(`${base}/register`);
  await signIn(tab, "suzuki");
  await tab.getByRole("tab", { name: "利用事業者" }).focus();
  await tab.keyboard.press("ArrowRight");
  assert.equal(new URL(tab.url()).pathname, "/register/handlers");
  assert.equal(await focused(tab), "取扱者");
  await tab.getByRole("button", { name: "取扱者を登録" }).click();
  await type(tab, "新井 遥");
  await tab.keyboard.press("Tab");
  await type(tab, "bad id");
  await tab.keyboard.press("Enter");
  await tab.getByText("半角の英数字、「-」、「_」で64文字以内").waitFor();
  assert.equal(await tab.evaluate(() => document.activeElement?.getAttribute("aria-invalid")), "true");
  await tab.keyboard.press("Control+a");
  await type(tab, "arai");
  await tab.keyboard.press("Enter");
  await tab.locator("dialog input[name=password]:focus").waitFor();
  await type(tab, password);
  await tab.locator("dialog input[name=code]").fill("123456");
  await tab.keyboard.press("Enter");
  await tab.getByRole("heading", { name: "新井 遥 さんへの招待" }).waitFor();
  await tab.keyboard.press("Enter");
  await tab.getByLabel("招待リンク", { exact: true }).waitFor();
});

await walk("enrolment ends only when the codes are kept", 900, async (tab) => {
  await tab.goto(`${base}/invitations/welcome-to-sekisho`);
  await tab.locator("input[name=password]").fill("correct horse battery");
  await tab.locator("input[name=code]").fill("123456");
  await tab.keyboard.press("Enter");
  await tab.locator(".codes").waitFor();
  await tab.getByRole("link", { name: /関所/ }).click();
  await tab.getByText("先に回復コードを控え").waitFor();
  await tab.getByRole("checkbox").check();
  const saved = tab.waitForEvent("download");
  await tab.getByRole("button", { name: "ファイルに保存" }).click();
  assert.equal((await saved).suggestedFilename(), "sekisho-recovery-yamada.txt");
  await tab.getByRole("button", { name: "サインインへ進む" }).click();
  await tab.locator("input[name=handler]").waitFor();
});

await browser.close();
process.exitCode = wrong === 0 ? 0 : 1;
