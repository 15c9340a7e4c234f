/**
 * Looks at every page in a real browser: screenshots into shots/ (not kept), and axe-core's violations. Fails where there is one,
 * or where the console has an error (a broken content policy is one). `npm run build && node mock/look.mjs [name…]`; CHROMIUM names the browser.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { pages } from "./look-pages.mjs";
import { start } from "./start.mjs";

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const wanted = process.argv.slice(2);
const variants = [
  { name: "ja-light", lang: "ja", scheme: "light", width: 1280 },
  { name: "en-dark", lang: "en", scheme: "dark", width: 1280 },
  { name: "ja-360", lang: "ja", scheme: "light", width: 360 },
  { name: "en-360-dark", lang: "en", scheme: "dark", width: 360 },
].filter(({ name }) => !process.env.VARIANT || process.env.VARIANT.split(",").includes(name));

mkdirSync("shots", { recursive: true });
const { base, stop } = await start();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
let wrong = 0;
const complain = (...what) => { wrong++; console.log(...what); };

try {
  for (const { name, lang, scheme, width } of variants) {
    for (const page of pages.filter((one) => wanted.length === 0 || wanted.some((word) => one.name.includes(word)))) {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, locale: lang === "ja" ? "ja-JP" : "en-GB", bypassCSP: false, permissions: ["clipboard-read", "clipboard-write"] });
      const tab = await context.newPage();
      const at = `${page.name}.${name}`;
      tab.on("console", (message) => { if (message.type() === "error" && !page.mayFail && !/status of (401|403|404|409|422)/.test(message.text())) complain(at, message.text()); });
      tab.on("pageerror", (error) => complain(at, String(error)));
      try {
        if (page.as) await context.request.post(`${base}/api/sign-in`, { data: { handler: page.as, password: "correct horse battery staple", code: "123456" } });
        await page.before?.(tab);
        await tab.goto(base + page.path);
        await page.act?.(tab, lang);
        await tab.waitForTimeout(page.wait ?? 350);
        await tab.screenshot({ path: `shots/${at}.png`, fullPage: !page.view });
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) complain(at, `wider than its window by ${wide} px`);
        await tab.evaluate(axe);
        const { violations } = await tab.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        for (const one of violations) complain(at, one.id, one.help, one.nodes.slice(0, 4).map((node) => `\n    ${node.html.slice(0, 160)} ${node.any.map((why) => why.message).join("; ").slice(0, 200)}`).join(""));
      } catch (thrown) {
        complain(at, String(thrown).split("\n", 2).join(" ").slice(0, 300));
        await tab.screenshot({ path: `shots/${at}.png` }).catch(() => undefined);
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  stop();
}
console.log(wrong === 0 ? "nothing wrong" : `${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
