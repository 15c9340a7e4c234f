/** The pages that look.mjs looks at: who, where, and what is done there first. */
import { notebookPages } from "./look-notebook.mjs";

const fill = async (tab, name, value) => tab.locator(`input[name=${name}]`).fill(value);

export const pages = [
  { name: "sign-in", path: "/" },
  { name: "sign-in-wrong", path: "/", act: async (tab) => { await fill(tab, "handler", "tanaka"); await fill(tab, "password", "wrong"); await fill(tab, "code", "000000"); await tab.keyboard.press("Enter"); await tab.getByRole("alert").waitFor(); } },
  { name: "invitation", path: "/invitations/welcome-to-sekisho", act: async (tab) => fill(tab, "password", "correct horse") },
  { name: "invitation-wrong", path: "/invitations/welcome-to-sekisho", act: async (tab) => { await fill(tab, "password", "correct horse battery"); await fill(tab, "code", "000000"); await tab.keyboard.press("Enter"); await tab.locator("[aria-invalid]").waitFor(); } },
  { name: "invitation-unknown", path: "/invitations/nothing" },
  { name: "recovery-codes", path: "/invitations/welcome-to-sekisho", act: async (tab) => { await fill(tab, "password", "correct horse battery"); await fill(tab, "code", "123456"); await tab.keyboard.press("Enter"); await tab.locator(".codes").waitFor(); await tab.locator(".door-main").click({ force: true }); } },
  { name: "studies", path: "/studies", as: "tanaka" },
  { name: "studies-none", path: "/studies", as: "kimura" },
  { name: "person-menu", path: "/studies", as: "mori", view: true, act: async (tab) => { await tab.getByRole("button", { name: /のメニュー|Menu of/ }).click(); } },
  { name: "account", path: "/account", as: "mori" },
  { name: "account-everywhere", path: "/account", as: "mori", view: true, act: async (tab) => { await tab.locator("main .button").last().click(); await tab.locator("dialog .bad").click(); await tab.locator("dialog input[name=password]").waitFor(); } },
  { name: "help", path: "/help", as: "tanaka" },
  { name: "help-reason", path: "/help#differencing", as: "tanaka", view: true, act: async (tab) => { await tab.locator("#differencing:focus").waitFor(); } },
  { name: "sessions", path: "/sessions", as: "sato" },
  { name: "sessions-stop", path: "/sessions", as: "sato", view: true, act: async (tab) => { await tab.locator("td .button").first().click(); await tab.locator("dialog").waitFor(); } },
  { name: "sessions-confirm", path: "/sessions", as: "sato", view: true, act: async (tab) => { await tab.locator("td .button").first().click(); await tab.locator("dialog .bad").click(); await fill(tab, "password", "wrong"); await fill(tab, "code", "123456"); await tab.keyboard.press("Enter"); await tab.locator("dialog [role=alert]").waitFor(); } },
  { name: "log", path: "/log", as: "sato", view: true },
  { name: "log-details", path: "/log", as: "sato", view: true, act: async (tab) => { await tab.locator("td .button").nth(1).click(); await tab.locator("dialog").waitFor(); } },
  { name: "log-no-match", path: "/log", as: "sato", act: async (tab) => { await tab.locator("input[type=search]").fill("nothing like this"); } },
  { name: "register", path: "/register", as: "suzuki" },
  { name: "register-handlers", path: "/register/handlers", as: "suzuki" },
  { name: "register-studies", path: "/register/studies", as: "suzuki" },
  { name: "register-organisation-form", path: "/register/organisations", as: "suzuki", view: true, act: async (tab) => { await tab.locator("td .button").nth(1).click(); await tab.locator("dialog").waitFor(); } },
  { name: "register-handler-mistakes", path: "/register/handlers", as: "suzuki", view: true, act: async (tab) => { await tab.locator("main .button.main").click(); await tab.locator("dialog .check").first().click(); await tab.locator("dialog .main").click(); await tab.locator("[aria-invalid]").first().waitFor(); } },
  { name: "register-study-form", path: "/register/studies", as: "suzuki", view: true, act: async (tab) => { await tab.locator("main .button.main").click(); await tab.locator("dialog").waitFor(); } },
  { name: "register-invite", path: "/register/handlers", as: "suzuki", view: true, act: async (tab) => {
    await tab.locator("td .button").nth(4).click(); await tab.locator("dialog .main").click(); await fill(tab, "password", "correct horse battery staple"); await fill(tab, "code", "123456"); await tab.keyboard.press("Enter"); await tab.locator(".register-link").waitFor(); } },
  { name: "study", path: "/register/studies/diabetes-ckd-2026", as: "suzuki", act: async (tab) => { await tab.locator("section h2").last().waitFor(); await tab.waitForTimeout(400); } },
  { name: "study-rejected", path: "/register/studies/stroke-rehab", as: "suzuki", act: async (tab) => { await tab.locator("section h2").last().waitFor(); await tab.waitForTimeout(400); } },
  { name: "study-new", path: "/register/studies/antibiotics-children", as: "suzuki", act: async (tab) => { await tab.locator("section h2").last().waitFor(); await tab.waitForTimeout(400); } },
  { name: "study-change", path: "/register/studies/diabetes-ckd-2026", as: "suzuki", view: true, act: async (tab) => { await tab.locator(".page-head .button").click(); await tab.locator("dialog input[type=checkbox]").last().check(); } },
  { name: "study-review", path: "/register/studies/antibiotics-children", as: "suzuki", view: true, act: async (tab) => { await tab.locator("section .button").first().click(); await tab.locator("dialog").waitFor(); } },
  { name: "study-review-wrong", path: "/register/studies/antibiotics-children", as: "suzuki", view: true, act: async (tab) => { await tab.locator("section .button").first().click(); await tab.locator("dialog .main").click(); await tab.locator("[aria-invalid]").first().waitFor(); } },
  { name: "study-grant", path: "/register/studies/diabetes-ckd-2026", as: "suzuki", view: true, act: async (tab) => { await tab.locator("td .button").nth(2).click(); await tab.locator("dialog .register-columns").first().waitFor(); } },
  { name: "study-end", path: "/register/studies/diabetes-ckd-2026", as: "suzuki", view: true, act: async (tab) => { await tab.locator("td .button").nth(1).click(); await tab.getByRole("alertdialog").waitFor(); } },
  { name: "history", path: "/register/organisations", as: "suzuki", view: true, act: async (tab) => { await tab.locator("td .button").first().click(); await tab.locator("dialog td").first().waitFor(); } },
  { name: "usage", path: "/usage", as: "suzuki" },
  { name: "unreachable", path: "/studies", as: "tanaka", mayFail: true, before: (tab) => tab.route("**/api/studies", (route) => route.abort()) },
  { name: "broken", path: "/studies", as: "tanaka", mayFail: true, before: (tab) => tab.route("**/api/studies", (route) => route.fulfill({ json: 7 })) },
  { name: "loading", path: "/register", as: "suzuki", wait: 700, before: (tab) => tab.route("**/api/register/*", () => undefined) },
  { name: "idle", path: "/studies", as: "tanaka", view: true, before: (tab) => tab.clock.install(), act: async (tab) => { await tab.locator(".study").first().waitFor(); await tab.clock.fastForward("13:30"); await tab.getByRole("alertdialog").waitFor(); } },
  { name: "ending", path: "/studies", as: "tanaka", view: true, act: async (tab) => tab.getByRole("alertdialog").waitFor(), before: (tab) => tab.route("**/api/me", async (route) => {
    const json = await (await route.fetch()).json();
    await route.fulfill({ json: { ...json, ends: new Date(Date.now() + 250_000).toISOString() } });
  }) },
  { name: "over", path: "/sessions", as: "sato", act: async (tab) => { await tab.locator("td").first().waitFor(); await tab.context().clearCookies(); await tab.locator("input[name=handler]").waitFor(); } },
  { name: "lost", path: "/nowhere", as: "tanaka" },
  ...notebookPages,
];
