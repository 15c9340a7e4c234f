"""The pages in Debian's Chromium, as people use them: enrolment, a researcher's day, its end, two at once, two languages, a narrow window.

Every page that is met is looked over by axe-core, and a picture of it is left in FOLDER.
"""

import json
import re
import time
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from .house import PASSWORD, House
from .totp import App

BY_SEX = "SELECT sex, count(*) AS visits, sum(cost) AS cost FROM visit GROUP BY sex ORDER BY sex"


def run(binary, axe, folder):
    house = House(binary)
    house.furnish()
    pictures = Path(folder)
    pictures.mkdir(parents=True, exist_ok=True)
    with house, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        eyes = Eyes(Path(axe).read_text(encoding="utf-8"), pictures)
        browsers = Browsers(chromium, house, eyes)
        for walk in [enrolment, mistakes, day, remedy, together, keyboard, ended, staff, register, narrow]:
            started = time.monotonic()
            walk(browsers)
            print(f"{walk.__name__}: {time.monotonic() - started:.1f} s", flush=True)
        chromium.close()
    house.run("audit", "verify")


class Eyes:
    """Looks a page over: a picture, and what axe-core has to say (WCAG 2.2 AA)."""

    def __init__(self, axe, pictures):
        self.axe, self.pictures = axe, pictures

    def look(self, page, name):
        page.wait_for_timeout(200)
        page.screenshot(path=self.pictures / f"{name}.png", full_page=True, caret="initial")
        # Through the debugger's door, since the page's own policy lets in no script.
        page.evaluate(self.axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
        told = [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found["violations"]]
        assert not told, f"{name}: {json.dumps(told, indent=1, ensure_ascii=False)}"


class Browsers:
    """A browser for each person, each with a clean profile. The house's own certificate is not in Chromium's store."""

    def __init__(self, chromium, house, eyes):
        self.chromium, self.house, self.eyes = chromium, house, eyes
        self.base = f"https://127.0.0.1:{house.port}"

    @contextmanager
    def open(self, locale="ja-JP", dark=False, width=1280, height=900):
        context = self.chromium.new_context(
            ignore_https_errors=True,
            locale=locale,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        wrong = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(f"{page.url} {line.location} {line.text}") if "Content Security Policy" in line.text else None)
        try:
            yield page
        except BaseException:
            page.screenshot(path=self.eyes.pictures / "failed.png", full_page=True, caret="initial")
            raise
        assert not wrong, wrong
        context.close()

    @contextmanager
    def signed_in(self, name, path="/", **how):
        with self.open(**how) as page:
            factors = {"handler": name, "password": PASSWORD, "code": self.house.code(name)}
            answer = page.context.request.post(f"{self.base}/api/sign-in", data=factors)
            assert answer.ok, answer.text()
            page.goto(self.base + path)
            yield page


def sign_in(page, name, code, password=PASSWORD):
    page.locator("input[name=handler]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=code]").fill(code)
    page.locator("input[name=code]").press("Enter")
    page.locator("input[name=code]").wait_for(state="detached")


def enrolment(browsers):
    """From the registrar's link to the first page, with an app that reads the key."""
    link = browsers.house.invite("aki")
    with browsers.open() as page:
        page.goto(browsers.base + link)
        key = page.locator(".enrol-secret")
        key.wait_for()
        browsers.eyes.look(page, "enrolment-ja")
        app = browsers.house.apps["aki"] = App(key.inner_text())
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=code]").fill(app.code())
        page.get_by_role("button", name="登録する").click()
        page.get_by_role("heading", name="回復コードを控える").wait_for()
        browsers.eyes.look(page, "recovery-codes-ja")
        kept = re.findall(r"[0-9A-Z]{4,}(?:-[0-9A-Z]{4,})+", page.locator("main").inner_text())
        assert len(set(kept)) == 10, kept
        browsers.house.recovery["aki"] = kept
        page.get_by_label("回復コードを安全な場所に控えました").check()
        page.get_by_role("button", name="サインインへ進む").or_(page.get_by_role("link", name="サインインへ進む")).click()
        sign_in(page, "aki", app.code())
        page.get_by_role("heading", level=1, name="課題").wait_for()
        browsers.eyes.look(page, "studies-ja")
        # The link is used up.
        page.goto(browsers.base + link)
        page.get_by_text("招待").first.wait_for()
        browsers.eyes.look(page, "invitation-used-ja")


def mistakes(browsers):
    """A wrong code, one that was used, and a name that has to wait: said in words, and nothing typed is lost but the code."""
    with browsers.open(locale="en-GB") as page:
        page.goto(browsers.base)
        browsers.eyes.look(page, "sign-in-en")
        used = browsers.house.apps["aki"].code()
        for code in ["000000", used]:
            page.locator("input[name=handler]").fill("aki")
            page.locator("input[name=password]").fill(PASSWORD if code == used else "not this one at all")
            page.locator("input[name=code]").fill(code)
            page.locator("input[name=code]").press("Enter")
            if code == used:
                page.get_by_role("heading", level=1, name="Studies").wait_for()
            else:
                page.get_by_role("alert").first.wait_for()
                browsers.eyes.look(page, "sign-in-wrong-en")
    with browsers.open(locale="en-GB") as page:
        page.goto(browsers.base)
        said = set()
        for _ in range(2):
            page.locator("input[name=handler]").fill("aki")
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("input[name=code]").fill(used)
            page.locator("input[name=code]").press("Enter")
            page.get_by_role("alert").first.wait_for()
            said.add(page.get_by_role("alert").first.inner_text())
        assert len(said) == 1 and used not in said.pop(), "a code that was used is told like any other mistake"
        for _ in range(5):
            page.locator("input[name=handler]").fill("never-was")
            page.locator("input[name=password]").fill("wrong wrong wrong")
            page.locator("input[name=code]").fill("000000")
            page.locator("input[name=code]").press("Enter")
            page.wait_for_timeout(300)
        expect(page.get_by_role("alert").first).to_contain_text("seconds")
        browsers.eyes.look(page, "sign-in-locked-en")


def day(browsers):
    """From the list of studies to a chart of gated figures; a reload in between loses nothing."""
    with browsers.signed_in("aki") as page:
        page.get_by_role("link", name=re.compile("trial")).first.click()
        page.get_by_role("button", name="新しいノートブック").first.click()
        page.locator(".cm-content").first.wait_for()
        browsers.eyes.look(page, "notebook-new-ja")
        write(page, 0, BY_SEX)
        page.locator(".cell-sql .button.main").first.click()
        grid = page.locator(".grid").first
        grid.wait_for()
        expect(grid).to_contain_text("6,000")
        assert grid.locator(".grid-hidden").count() == 2, "two suppressed cells"
        grid.locator(".grid-hidden").first.hover()
        page.locator(".reason").wait_for()
        expect(page.locator(".reason")).to_contain_text("患者")
        browsers.eyes.look(page, "notebook-grid-ja")
        page.keyboard.press("Escape")
        chart(page)
        browsers.eyes.look(page, "notebook-chart-ja")
        expect(page.locator(".save-sign")).to_contain_text("保存済み")
        page.reload()
        page.locator(".cm-content").first.wait_for()
        expect(page.locator(".cm-content").first).to_contain_text("sum(cost)")
        page.get_by_role("link", name="カタログ").first.click()
        page.get_by_role("heading", level=1).wait_for()
        expect(page.locator("main")).to_contain_text("visit")
        browsers.eyes.look(page, "catalogue-ja")


def chart(page):
    """The grid's other face."""
    page.get_by_role("tab", name=re.compile("グラフ|図")).first.click()
    page.locator(".chart svg, .chart canvas").first.wait_for()


def remedy(browsers):
    """Rows of people are refused, with what to do; a wrong name is underlined where it stands and put right by one click."""
    with browsers.signed_in("aki", locale="en-GB", dark=True) as page:
        notebook(browsers, page)
        write(page, 0, "SELECT * FROM visit")
        page.locator(".cell-sql .button.main").first.click()
        trouble = page.locator(".cell-sql .trouble").first
        trouble.wait_for()
        expect(trouble).to_contain_text("Rows of single patients")
        browsers.eyes.look(page, "notebook-refused-en-dark")
        write(page, 0, "SELECT sex, count(*) AS n\nFROM visits GROUP BY sex")
        page.locator(".cell-sql .button.main").first.click()
        page.locator(".cm-lintRange-error").first.wait_for()
        page.locator(".cell-sql .trouble .button", has_text="visit").first.click()
        page.locator(".cell-sql .button.main").first.click()
        expect(page.locator(".grid").first).to_contain_text("60")
        browsers.eyes.look(page, "notebook-remedied-en-dark")


def together(browsers):
    """Two persons in one notebook: different cells are joined, the same one is asked about."""
    with browsers.signed_in("aki") as one, browsers.signed_in("ben") as two:
        notebook(browsers, one)
        two.goto(one.url)
        two.locator(".cm-content").first.wait_for()
        write(one, 0, "SELECT 1 AS akis")
        expect(one.locator(".save-sign")).to_contain_text("保存済み")
        one.wait_for_timeout(1500)
        write(two, 0, "SELECT 2 AS bens")
        two.locator("dialog .conflict").wait_for()
        browsers.eyes.look(two, "notebook-conflict-ja")
        two.locator("dialog input[type=radio]").nth(2).check()
        two.locator("dialog .main").click()
        two.locator("dialog").wait_for(state="detached")
        expect(two.locator(".save-sign")).to_contain_text("保存済み")
        two.wait_for_timeout(1000)
        two.reload()
        two.locator(".cm-content").first.wait_for()
        text = two.locator("main").inner_text()
        assert "akis" in text and "bens" in text, text


def keyboard(browsers):
    """From the sign-in to a figure without a mouse."""
    browsers.house.code("ben")
    with browsers.open(locale="en-GB") as page:
        page.goto(browsers.base + "/studies/trial")
        page.locator("input[name=handler]:focus").wait_for()
        page.keyboard.type("ben")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        tab_to(page, "document.activeElement.name === 'code'")
        page.keyboard.type(browsers.house.apps["ben"].code())
        page.keyboard.press("Enter")
        page.get_by_role("button", name="New notebook").first.wait_for()
        tab_to(page, "document.activeElement.textContent.includes('New notebook')")
        page.keyboard.press("Enter")
        page.locator(".cm-content").first.wait_for()
        tab_to(page, "document.activeElement.classList.contains('cell')")
        page.keyboard.press("b")
        page.locator(".cm-content:focus").wait_for()
        page.keyboard.insert_text("SELECT sex, count(*) AS visits FROM visit GROUP BY sex")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".grid").first).to_contain_text("60")


def ended(browsers):
    """A grant that ends while somebody works ends their session; the page says why, and what is written stays."""
    with browsers.signed_in("ben", locale="en-GB") as page:
        notebook(browsers, page)
        write(page, 0, "SELECT sex, count(*) AS visits FROM visit GROUP BY sex")
        page.locator(".cell-sql .button.main").first.click()
        page.locator(".grid").first.wait_for()
        browsers.house.run("study", "revoke", "trial", "ben")
        page.locator(".cell-sql .button.main").first.click()
        trouble = page.locator(".trouble").first
        trouble.wait_for()
        expect(trouble).to_contain_text("does not permit")
        expect(page.locator(".cm-content").first).to_contain_text("visits")
        browsers.eyes.look(page, "notebook-ended-en")
        browsers.house.run("study", "grant", "trial", "ben")


def staff(browsers):
    """Security staff see a session, stop it, and read the log."""
    with browsers.signed_in("aki") as aki, browsers.signed_in("dan") as dan:
        notebook(browsers, aki)
        write(aki, 0, "SELECT sex, count(*) AS visits FROM visit GROUP BY sex")
        aki.locator(".cell-sql .button.main").first.click()
        aki.locator(".grid").first.wait_for()
        dan.goto(browsers.base + "/sessions")
        expect(dan.locator("main")).to_contain_text("aki")
        browsers.eyes.look(dan, "sessions-ja")
        dan.goto(browsers.base + "/log")
        expect(dan.locator("main")).to_contain_text("aki")
        browsers.eyes.look(dan, "log-ja")


def register(browsers):
    """A registrar's lists."""
    with browsers.signed_in("fumi", locale="en-GB") as page:
        for path, holds in [("organisations", None), ("handlers", "gen"), ("studies", "trial")]:
            page.goto(f"{browsers.base}/register/{path}")
            page.get_by_role("heading", level=1).wait_for()
            if holds:
                expect(page.locator("main")).to_contain_text(holds)
            browsers.eyes.look(page, f"register-{path}-en")
        page.get_by_role("link", name="trial").click()
        page.get_by_role("heading", name="Committee’s review").wait_for()
        enter_review(browsers, page)
        page.get_by_role("button", name="Change the grant of Ben").click()
        page.get_by_label("Extent").select_option("some")
        page.get_by_label("visit", exact=True).select_option("some")
        page.get_by_label("sex", exact=True).check()
        browsers.eyes.look(page, "study-grant-en")
        page.locator("dialog").get_by_role("button", name="Save").click()
        grants = page.locator("section", has=page.locator("#grants"))
        expect(grants.get_by_role("row", name="Ben")).to_contain_text("visit (sex)")
        expect(page.locator("section").last).to_contain_text("narrowed 1")
        browsers.eyes.look(page, "study-en")
        page.goto(browsers.base + "/usage")
        expect(page.get_by_role("table").first).to_contain_text("trial")
        browsers.eyes.look(page, "usage-en")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as CSV").click()
        assert "trial" in Path(saved.value.path()).read_text(encoding="utf-8")
    with browsers.signed_in("ben", path="/studies/trial/catalogue") as page:
        expect(page.locator("main")).to_contain_text("一部の列のみ")
        browsers.eyes.look(page, "catalogue-narrowed-ja")
    browsers.house.run("study", "grant", "trial", "ben")


def enter_review(browsers, page):
    """A review with a member who is barred, by the form."""
    page.get_by_role("button", name="Enter a review").click()
    dialog = page.locator("dialog").first
    for select in dialog.get_by_label("Finding").all():
        select.select_option("yes")
    for n, vote in enumerate(["for", "for", "barred", "for"], start=1):
        dialog.get_by_label(f"Member {n}", exact=True).fill(f"Member {n}")
        dialog.get_by_label(f"Vote of member {n}", exact=True).select_option(vote)
    browsers.eyes.look(page, "study-review-en")
    dialog.get_by_role("button", name="Save").click()
    surely = page.locator("dialog input[name=password]")
    expect(surely.or_(page.locator("section").get_by_text("no vote that counts")).first).to_be_visible()
    if surely.count():
        surely.fill(PASSWORD)
        page.locator("dialog input[name=code]").fill(browsers.house.apps["fumi"].code())
        page.locator("dialog input[name=code]").press("Enter")
    expect(page.locator("main")).to_contain_text("no vote that counts in a category (lay)")


def narrow(browsers):
    """A window as narrow as a phone: nothing is cut off."""
    with browsers.signed_in("aki", width=360, height=740) as page:
        browsers.eyes.look(page, "studies-ja-360")
        notebook(browsers, page)
        write(page, 0, BY_SEX)
        page.locator(".cell-sql .button.main").first.click()
        page.locator(".grid").first.wait_for()
        browsers.eyes.look(page, "notebook-ja-360")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page is wider than its window"


def notebook(browsers, page):
    """A new notebook of the study, open."""
    page.goto(browsers.base + "/studies/trial")
    page.get_by_role("button", name=re.compile("新しいノートブック|New notebook")).first.click()
    page.locator(".cm-content").first.wait_for()


def write(page, nth, text):
    """Puts a text into the nth SQL cell, in place of what is there."""
    cell = page.locator(".cell-sql .cm-content").nth(nth)
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def tab_to(page, wanted):
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(wanted):
            return
    raise AssertionError(f"the Tab key does not reach {wanted}")
