"""A house with a portal for a test: people, logins, a study on figures that can be worked out in the head."""

import re
import subprocess
import tempfile
from pathlib import Path

from .http import Client
from .totp import App

PASSWORD = "correct horse battery staple"

# 20 women with three visits of 100 each, 30 men with one visit of 50, 3 people x with one visit: too few.
PEOPLE = [("f", 20, 3, 100), ("m", 30, 1, 50), ("x", 3, 1, 70)]


class House:
    """`sekisho` in a home of its own; `with` serves it and ends it."""

    def __init__(self, binary, web="", flight=""):
        self.binary = binary
        self.folder = tempfile.TemporaryDirectory(prefix="sekisho-test-")
        self.home = Path(self.folder.name) / "home"
        self.home.mkdir()
        self.apps, self.recovery = {}, {}
        listen = 'listen = "127.0.0.1:0"'
        settings = f"[flight]\n{listen}\n{flight}[web]\n{listen}\n{web}"
        (self.home / "sekisho.toml").write_text(settings, encoding="utf-8")
        self.server = None

    def run(self, *words):
        done = subprocess.run(
            [self.binary, "--home", self.home, *words], capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode:
            raise AssertionError(f"sekisho {' '.join(map(str, words))}: {done.returncode}\n{done.stderr}")
        return done.stdout

    def furnish(self):
        """Records, a study on them, and one person of each kind."""
        source = Path(self.folder.name)
        rows, person = ["person,site,sex,visited,cost"], 0
        for sex, people, visits, cost in PEOPLE:
            for _ in range(people):
                person += 1
                rows += [f"P{person:03},S{person % 4},{sex},2025-01-{1 + v:02},{cost}" for v in range(visits)]
        (source / "visit.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        (source / "small.toml").write_text(
            'name = "small"\npolicy = "jisedai"\n[[table]]\nname = "visit"\nsource = "visit.csv"\n'
            'patient = "person"\ninstitution = "site"\n[table.class]\nsex = "code"\n',
            encoding="utf-8",
        )
        self.run("import", source / "small.toml")
        self.run("study", "create", "trial", "--snapshot", "small")
        for name, roles in [
            ("aki", ["researcher"]),
            ("ben", ["researcher"]),
            ("chie", ["output_checker"]),
            ("dan", ["security_staff"]),
            ("emi", ["data_steward"]),
            ("fumi", ["registrar"]),
            ("gen", ["researcher", "registrar"]),
        ]:
            self.run("handler", "add", name, "--display", name.title(), *[w for r in roles for w in ("--role", r)])
        for name in ["aki", "ben"]:
            self.run("study", "grant", "trial", name)

    def invite(self, name):
        """The path of an invitation's link."""
        return self.run("handler", "invite", name).strip()

    def __enter__(self):
        self.server = subprocess.Popen(
            [self.binary, "--home", self.home, "serve"], stdout=subprocess.PIPE, encoding="utf-8"
        )
        lines = []
        while not any("Portal" in line for line in lines):
            line = self.server.stdout.readline()
            assert line, "the server ended"
            lines.append(line)
        self.port = int(re.search(r"https://[^:]+:(\d+)", "".join(lines))[1])
        self.flight_port = int(re.search(r"grpc\+tls://[^:]+:(\d+)", "".join(lines))[1])
        return self

    def __exit__(self, *_):
        self.server.terminate()
        assert self.server.wait(30) == 0, "the server ends cleanly"

    def browser(self, certificate=None):
        return Client(self.port, str(self.home / "tls/ca.pem"), certificate)

    def enrol(self, name):
        """Takes up an invitation, by the interface alone."""
        link, browser = f"/api{self.invite(name).strip()}", self.browser()
        status, shown = browser.get(link)
        assert status == 200, shown
        self.apps[name] = App(shown["secret"])
        status, enrolled = browser.send("POST", link, {"password": PASSWORD, "code": self.apps[name].code()})
        assert status == 200, enrolled
        self.recovery[name] = list(enrolled["recovery_codes"])
        return enrolled["recovery_codes"]

    def code(self, name):
        """A code that signs somebody in at once: the app's next one may take half a minute, so recovery codes go first."""
        if name not in self.apps:
            self.enrol(name)
        unused = self.recovery.get(name)
        return unused.pop() if unused else self.apps[name].code()

    def signed_in(self, name, certificate=None):
        """A browser of somebody who is signed in."""
        browser = self.browser(certificate)
        status, me = browser.sign_in(name, PASSWORD, self.code(name))
        assert status == 200, me
        return browser
