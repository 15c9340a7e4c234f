"""Every route with every role and with none, held against the table of permissions as it is written here by hand."""

import re

from .house import House

R, C, S, D, G = "aki", "chie", "dan", "emi", "fumi"
EVERYBODY = {R, C, S, D, G}

# Who may use a route at all; what they then find there is another matter. None: also somebody who is not signed in.
ALLOWED = {
    ("POST", "/api/sign-in"): None,
    ("GET", "/api/invitations/{token}"): None,
    ("POST", "/api/invitations/{token}"): None,
    ("GET", "/api/me"): EVERYBODY,
    ("POST", "/api/confirm"): EVERYBODY,
    ("POST", "/api/sign-out"): EVERYBODY,
    ("POST", "/api/sign-out-everywhere"): EVERYBODY,
    ("GET", "/api/studies"): {R},
    ("GET", "/api/studies/{study}/catalogue"): {R},
    ("GET", "/api/session-of/{study}"): {R},
    ("POST", "/api/studies/{study}/questions"): {R},
    ("GET", "/api/studies/{study}/questions/{question}"): {R},
    ("DELETE", "/api/studies/{study}/questions/{question}"): {R},
    ("GET", "/api/studies/{study}/questions/{question}/events"): {R},
    ("GET", "/api/studies/{study}/questions/{question}/rows"): {R},
    ("POST", "/api/studies/{study}/explain"): {R},
    ("GET", "/api/studies/{study}/notebooks"): {R},
    ("POST", "/api/studies/{study}/notebooks"): {R},
    ("GET", "/api/studies/{study}/notebooks/{notebook}"): {R},
    ("PUT", "/api/studies/{study}/notebooks/{notebook}"): {R},
    ("DELETE", "/api/studies/{study}/notebooks/{notebook}"): {R},
    ("GET", "/api/studies/{study}/notebooks/{notebook}/versions"): {R},
    ("GET", "/api/studies/{study}/notebooks/{notebook}/versions/{version}"): {R},
    ("GET", "/api/sessions"): {S},
    ("DELETE", "/api/sessions/{session}"): {S},
    ("GET", "/api/log"): {S},
    ("GET", "/api/register/organisations"): {S, D, G},
    ("POST", "/api/register/organisations"): {G},
    ("GET", "/api/register/handlers"): {S, D, G},
    ("POST", "/api/register/handlers"): {G},
    ("POST", "/api/register/handlers/{handler}/invitation"): {G},
    ("DELETE", "/api/register/handlers/{handler}/login"): {G},
    ("GET", "/api/register/studies"): {S, D, G},
    ("POST", "/api/register/studies"): {G},
    ("PUT", "/api/register/studies/{study}"): {G},
    ("GET", "/api/register/studies/{study}/tables"): {S, D, G},
    ("GET", "/api/register/studies/{study}/review"): {S, D, G},
    ("POST", "/api/register/studies/{study}/review"): {G},
    ("GET", "/api/register/studies/{study}/grants"): {S, D, G},
    ("POST", "/api/register/studies/{study}/grants"): {G},
    ("DELETE", "/api/register/studies/{study}/grants/{handler}"): {G},
    ("GET", "/api/register/snapshots"): {S, D, G},
    ("GET", "/api/register/history/{kind}/{name}"): {S, D, G},
    ("GET", "/api/usage"): {D, G},
}
FILLED = {
    "token": "nothing", "study": "trial", "question": "nothing", "notebook": "nothing", "version": "1",
    "session": "1", "handler": "nobody", "kind": "study", "name": "trial",
}
# Bodies that can be read, so that whoever may gets past the reading.
SQL = {"sql": "SELECT count(*) FROM visit"}
BODIES = {
    "/api/sign-in": {"handler": "nobody", "password": "x", "code": "000000"},
    "/api/invitations/{token}": {"password": "x", "code": "000000"},
    "/api/confirm": {"password": "x", "code": "000000"},
    "/api/studies/{study}/questions": SQL,
    "/api/studies/{study}/explain": SQL,
    "/api/studies/{study}/notebooks": {"title": "t", "document": {}, "version": 0},
    "/api/studies/{study}/notebooks/{notebook}": {"title": "t", "document": {}, "version": 1},
    "/api/register/organisations": {"organisation": "o", "display": "O", "number": "1", "user_type": "type-2"},
    "/api/register/handlers": {"handler": "h", "display": "H", "roles": []},
    "/api/register/studies": {"study": "trial", "snapshot": "none@000000000000", "route": "both"},
    "/api/register/studies/{study}": {"display": "T", "route": "both"},
    "/api/register/studies/{study}/review": {"decided": "2025-04-01", "criteria": {}},
    "/api/register/studies/{study}/grants": {"handler": "aki"},
}
LAST = ["/api/sign-out", "/api/sign-out-everywhere"]


def run(binary):
    house = House(binary)
    house.furnish()
    with house:
        described(house)
        everybody(house)
        foreign(house)
        headers(house)


def described(house):
    """The description of the interface names these routes and no others."""
    status, description = house.browser().get("/api/openapi.json")
    assert status == 200
    routes = {(method.upper(), path) for path, item in description["paths"].items() for method in item}
    assert routes == set(ALLOWED), routes ^ set(ALLOWED)


def everybody(house):
    for name in [None, R, C, S, D, G]:
        browser = house.signed_in(name) if name else house.browser()
        for (method, path), allowed in sorted(ALLOWED.items(), key=lambda route: route[0][1] in LAST):
            if path in LAST and name:
                browser = house.signed_in(name)
            filled = re.sub(r"{(\w+)}", lambda found: FILLED[found[1]], path)
            body = BODIES.get(path) if method in ("POST", "PUT") else None
            status, answer = browser.send(method, filled, body)
            told = (name, method, path, status, answer)
            code = answer.get("code") if isinstance(answer, dict) else None
            assert status < 500, told
            if allowed is None:
                assert code not in ("signed_out", "not_allowed"), told
            elif name is None:
                assert (status, code) == (401, "signed_out"), told
            elif name in allowed:
                assert code not in ("signed_out", "not_allowed", "forged"), told
            else:
                assert (status, code) == (403, "not_allowed"), told


def foreign(house):
    """What changes something needs the token besides the cookie; another person's, or none, is not enough."""
    aki, ben = house.signed_in(R), house.signed_in("ben")
    for csrf in [None, ben.csrf, "x"]:
        forged = house.browser()
        forged.cookie, forged.csrf = aki.cookie, csrf
        for method, path in ALLOWED:
            if method != "GET" and ALLOWED[method, path] is not None and path != "/api/sign-in":
                filled = re.sub(r"{(\w+)}", lambda found: FILLED[found[1]], path)
                status, answer = forged.send(method, filled, BODIES.get(path, {}))
                assert (status, answer["code"]) == (403, "forged"), (method, path, status, answer)
    assert aki.get("/api/me")[0] == 200
    # A session belongs to one person: theirs is not found by a study that is not granted.
    status, answer = house.signed_in("gen").get("/api/studies/trial/catalogue")
    assert (status, answer["code"]) == (403, "not_permitted"), answer


def headers(house):
    for path in ["/", "/studies", "/api/me", "/api/nothing", "/assets/nothing"]:
        browser = house.browser()
        browser.get(path)
        sent = browser.headers
        policy = sent["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy, policy
        assert sent["x-frame-options"] == "DENY" and sent["x-content-type-options"] == "nosniff"
        assert "max-age=" in sent["strict-transport-security"] and sent["cache-control"] == "no-store"
    house.signed_in(R)
    browser = house.browser()
    status, _ = browser.sign_in(R, "wrong", "000000")
    assert status == 401 and browser.cookie is None
