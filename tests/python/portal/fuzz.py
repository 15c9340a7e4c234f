"""What nobody would send on purpose, from schemathesis and by hand, to every operation, as each role and as nobody.

Nothing may make the house fail; nobody gets past a sign-in; every error is said in both languages. Cases follow from fixed seeds.
"""

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.errors import UnsupportedSchema

from .house import House
from .routes import ALLOWED, FILLED, LAST, SQL

ROLES = ["aki", "chie", "dan", "emi", "fumi"]
CASES = 12
# What JSON's own grammar, other kinds of content and plain size do to a reader.
JSON = "application/json"
BODIES = [
    (b"", JSON), (b"{", JSON), (b"null", JSON), (b"[]", JSON), (b'"x"', JSON), (b"\xff\xfe", JSON), (b"{}", JSON),
    (b'{"sql": 1e999}', JSON), (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, JSON), (b'{"sql":"' + b"x" * (3 << 20) + b'"}', JSON),
    (b"{}", None), (b"{}", "text/plain"), (b"handler=x&password=y", "application/x-www-form-urlencoded"),
    (b"{}", "application/json; charset=utf-16"), (b'{"sql":"SELECT \\ud800"}', JSON), (b'{"sql":"a","sql":"b"}', JSON),
]
# The largest body that is read.
TAKEN = 2 << 20
NAMES = [
    "trial%2F..", "%FF", "%00", "..%2f..", "x" * 4_000, "%F0%9F%98%80", "-1", "18446744073709551616", "%25", "a%3Bb", "1e9",
    "%E3%80%80", "null",
]
QUERIES = ["before=-1", "count=99999999999999999999", "count=x&before=y", "count=1&count=2", "count=", "%FF=%FF", "count=0", "x=1"]


def run(binary):
    house = House(binary, "concurrent = 99\n")
    house.furnish()
    with house:
        status, description = house.browser().get("/api/openapi.json")
        assert status == 200
        # Signed in beforehand: so many wrong passwords close the door to whoever comes from here.
        ben = house.signed_in("ben")
        askers = [Asker(house, name) for name in [None, *ROLES]]
        generated = generate(description, askers[0].at)
        cases = sum(asker.everything(generated) for asker in askers)
        still_well(ben)
    house.run("audit", "verify")
    print(f"{cases} requests")


def generate(description, at):
    """Cases for every operation, as they are sent: what the description allows, and what it does not."""
    interface = schemathesis.openapi.from_dict(description)
    cases = {route: [] for route in ALLOWED}
    for nth, (method, path) in enumerate(sorted(ALLOWED)):
        operation = interface[path][method]
        for mode in [GenerationMode.NEGATIVE, GenerationMode.POSITIVE]:
            for known in [{}, {"path_parameters": {name: FILLED[name] for name in named(path)}}]:

                @seed(nth)
                @settings(
                    max_examples=CASES,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )
                @given(operation.as_strategy(generation_mode=mode, **known))
                def keep(case):
                    sent = case.as_transport_kwargs(base_url=at)
                    headers = {k: v for k, v in sent["headers"].items() if k.lower() != "x-csrf-token"}
                    # The generator's own cookies would displace the sign-in.
                    kept = {k: v for k, v in sent.items() if k not in ("method", "cookies", "headers")}
                    cases[method, path].append({**kept, "headers": headers})

                try:
                    keep()
                except Unsatisfiable:
                    # Of an operation without a body, and with any text in its path, nothing is wrong.
                    assert mode == GenerationMode.NEGATIVE and not operation.body, operation.label
                except UnsupportedSchema:
                    # Some wrong bodies (of a choice inside a map) are beyond the generator: those before, and those by hand, have to do.
                    assert mode == GenerationMode.NEGATIVE and operation.body, operation.label
    return cases


class Asker:
    """One person, or nobody, who asks for anything."""

    def __init__(self, house, name):
        self.name, self.house = name, house
        self.at = f"https://127.0.0.1:{house.port}"
        self.asked, self.out = 0, False
        self.line = requests.Session()
        self.line.verify = str(house.home / "tls/ca.pem")
        self.line.trust_env = False
        self.token = {}
        if name:
            browser = house.signed_in(name)
            self.token = {"cookie": browser.cookie, "x-csrf-token": browser.csrf}

    def everything(self, generated):
        for method, path in sorted(ALLOWED, key=lambda route: (route[1] in LAST, route)):
            # A sign-in ends with its first sign-out: whoever is out then is nobody.
            self.out = path in LAST
            for sent in generated[method, path]:
                self.ask(method, path, **sent)
            self.by_hand(method, path)
        return self.asked

    def by_hand(self, method, path):
        filled = self.at + path.format(**FILLED)
        for body, kind in BODIES if method in ("POST", "PUT") else []:
            self.ask(method, path, url=filled, data=body, headers={"content-type": kind} if kind else {})
        for name in NAMES if named(path) else []:
            url = self.at + path.format(**{field: name for field in named(path)})
            self.ask(method, path, url=url, json=SQL if method in ("POST", "PUT") else None)
        for query in QUERIES if method == "GET" else []:
            self.ask(method, path, url=f"{filled}?{query}")
        self.ask("PATCH", path, url=filled)

    def ask(self, method, path, *, url, headers=None, **sent):
        self.asked += 1
        headers = {**(headers or {}), **self.token}
        large = len(sent.get("data") or b"") > TAKEN
        try:
            if large:
                headers["connection"] = "close"
            answer = self.line.request(method, url, headers=headers, timeout=30, **sent)
        except requests.ConnectionError:
            # What is far too large is not read to its end, only to be turned away.
            assert large, (self.name, method, url[:200], str(sent)[:300])
            return
        told = (self.name, method, url[:200], str(sent)[:300], answer.status_code, answer.content[:300])
        assert answer.status_code < 500, told
        if answer.status_code >= 400 and not (method == "PUT" and answer.status_code == 409):
            in_words(answer, told)
        allowed = ALLOWED.get((method, path))
        if method == "PATCH" or self.out and self.name is not None:
            return
        if allowed is not None and self.name is None:
            assert answer.status_code in (401, 404), told
        elif allowed is not None and self.name not in allowed:
            assert answer.status_code in (403, 404), told
        elif self.name is not None:
            assert answer.status_code != 401 or allowed is None or path == "/api/confirm", ("no longer signed in", told)


def named(path):
    """The names in a path's braces."""
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def in_words(answer, told):
    assert answer.headers["content-type"].startswith(JSON), told
    trouble = answer.json()
    assert isinstance(trouble["code"], str) and trouble["code"], told
    for field in ["message", "remedy"]:
        assert all(trouble[field][language].strip() for language in ("ja", "en")), told


def still_well(ben):
    """After all that, the house answers as before."""
    status, explained = ben.send("POST", "/api/studies/trial/explain", {"sql": "SELECT count(*) FROM visit"})
    assert status == 200 and explained["rows"], (status, explained)
    assert "trial" in [study["study"] for study in ben.get("/api/studies")[1]]
    assert ben.get("/api/me")[1]["handler"] == "ben"
