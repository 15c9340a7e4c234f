"""Signing in and out: wrong and replayed codes, locks that tell nothing, recovery codes, zones, and ends."""

import datetime
import subprocess
import time

from adbc_driver_flightsql import DatabaseOptions, dbapi

from .house import PASSWORD, House
from .totp import App, code


def run(binary):
    house = House(binary, web='onsite_ca = "onsite.pem"\n', flight='onsite_ca = "onsite.pem"\n')
    terminal = certificates(house)
    house.furnish()
    house.run("study", "create", "inside", "--snapshot", "small", "--route", "onsite")
    house.run("study", "grant", "inside", "aki")
    with house:
        invitation(house)
        mistakes_read_alike(house)
        a_lock_tells_nothing(house)
        a_recovery_code_is_good_once(house)
        one_sign_in_at_once(house)
        confirmation(house)
        zones(house, terminal)
        what_ends_at_noon_ends_at_noon(house)
    house.run("audit", "verify")


def certificates(house):
    """An authority for the centre's terminals, and one terminal's certificate with its key."""
    folder = house.home

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "onsite.key", "-out", "onsite.pem", "-subj", "/CN=onsite", "-days", "9")
    openssl("req", *curve, "-keyout", "terminal.key", "-out", "terminal.csr", "-subj", "/CN=terminal 1")
    (folder / "terminal.ext").write_text("extendedKeyUsage = clientAuth\n")
    signed = ["-CA", "onsite.pem", "-CAkey", "onsite.key", "-extfile", "terminal.ext", "-days", "9"]
    openssl("x509", "-req", "-in", "terminal.csr", *signed, "-out", "terminal.crt")
    both = folder / "terminal.pem"
    both.write_text((folder / "terminal.crt").read_text() + (folder / "terminal.key").read_text())
    return str(both)


def invitation(house):
    """It is taken up once, with a password that will do and a code that proves the app."""
    link, browser = house.invite("aki").replace("/invitations/", "/api/invitations/"), house.browser()
    status, shown = browser.get(link)
    assert (status, shown["handler"], shown["display"]) == (200, "aki", "Aki"), shown
    assert browser.get(link)[1]["secret"] == shown["secret"], "the same each time"
    now = code(shown["secret"])
    for password, typed in [("short", now), ("aki" * 4 + "aki", "000000"), (PASSWORD, "123")]:
        status, told = browser.send("POST", link, {"password": password, "code": typed})
        assert status == 422 and told["message"]["ja"] and told["remedy"]["en"], told
    status, enrolled = browser.send("POST", link, {"password": PASSWORD, "code": now})
    assert status == 200 and len(set(enrolled["recovery_codes"])) == 10, enrolled
    gone = browser.get(link)
    assert gone[0] == 404 and gone == browser.get("/api/invitations/never-there"), "used and unknown read alike"
    status, told = browser.sign_in("aki", PASSWORD, now)
    assert status == 401, "the code that enrolled is used up"
    house.apps["aki"] = app(shown["secret"], now)


def app(secret, used):
    made = App(secret)
    # The code that enrolled is of this step or one beside it.
    made.last = int(time.time() // 30) + 1
    while code(secret, (made.last) * 30) != used and made.last > time.time() // 30 - 2:
        made.last -= 1
    return made


def mistakes_read_alike(house):
    """Unknown name, wrong password, wrong code and used code: one answer."""
    house.enrol("ben")
    used = house.apps["aki"].code()
    browser = house.browser()
    assert browser.sign_in("aki", PASSWORD, used)[0] == 200
    answers = [
        house.browser().sign_in("aki", PASSWORD, used),
        house.browser().sign_in("aki", "wrong horse battery", house.apps["aki"].code()),
        house.browser().sign_in("nobody", PASSWORD, "123456"),
        house.browser().sign_in("ben", PASSWORD, "000000"),
    ]
    assert all(answer == answers[0] and answer[0] == 401 for answer in answers), answers
    assert answers[0][1]["code"] == "not_signed_in", answers[0]
    assert browser.get("/api/me")[0] == 200, "others' mistakes end nothing"


def a_lock_tells_nothing(house):
    """After the fifth mistake a name has to wait, whether there is such an account or not."""
    house.enrol("chie")
    told = {}
    for name in ["chie", "never-was"]:
        told[name] = [house.browser().sign_in(name, "wrong wrong wrong", "000000")[1]["remedy"]["en"] for _ in range(6)]
    waits = {name: [("again in" in words) for words in said] for name, said in told.items()}
    assert waits["chie"] == waits["never-was"], told
    assert waits["chie"][-1], told
    assert house.browser().sign_in("chie", PASSWORD, house.apps["chie"].code())[0] == 401, "locked for the right one too"


def a_recovery_code_is_good_once(house):
    recovery = house.enrol("gen")
    house.recovery["gen"] = []
    browser = house.browser()
    status, me = browser.sign_in("gen", PASSWORD, recovery[0])
    assert (status, me["recovery_codes"]) == (200, 9), me
    assert house.browser().sign_in("gen", PASSWORD, recovery[0])[0] == 401


def one_sign_in_at_once(house):
    first = house.signed_in("ben")
    second = house.signed_in("ben")
    status, told = first.get("/api/me")
    assert status == 401 and "somewhere else" in told["message"]["en"], told
    assert second.send("POST", "/api/sign-out")[0] == 204
    assert "Max-Age=0" in second.headers["set-cookie"] and second.get("/api/me")[0] == 401
    third = house.signed_in("ben")
    assert third.send("POST", "/api/sign-out-everywhere")[0] == 204 and third.get("/api/me")[0] == 401


def confirmation(house):
    """What cannot be taken back asks who it is once more, when that was some time ago or not at all."""
    fumi = house.signed_in("fumi")
    status, told = fumi.send("POST", "/api/confirm", {"password": PASSWORD, "code": "000000"})
    assert (status, told["code"]) == (401, "not_signed_in"), told
    status, told = fumi.send("POST", "/api/confirm", {"password": PASSWORD, "code": house.apps["fumi"].code()})
    assert status == 204, told
    status, invited = fumi.send("POST", "/api/register/handlers/emi/invitation")
    assert status == 200 and invited["link"].startswith("/invitations/"), invited
    status, _ = house.browser().get(invited["link"].replace("/invitations/", "/api/invitations/"))
    assert status == 200


def zones(house, terminal):
    """A terminal's certificate makes the zone; a study that is worked on onsite only is closed to everybody else."""
    house.run("study", "create", "outside", "--snapshot", "small", "--route", "vdi")
    house.run("study", "grant", "outside", "aki")
    for certificate, zone, open_ in [(None, "vdi", {"outside", "trial"}), (terminal, "onsite", {"inside", "trial"})]:
        aki = house.signed_in("aki", certificate)
        assert aki.get("/api/me")[1]["zone"] == zone
        _, studies = aki.get("/api/studies")
        assert {study["study"] for study in studies if "closed" not in study} == open_, studies
        for study in ["inside", "outside"]:
            status, told = aki.get(f"/api/studies/{study}/catalogue")
            assert status == (200 if study in open_ else 403), told
        # The cookie of one zone opens nothing in the other.
        other = house.browser(None if certificate else terminal)
        other.cookie = aki.cookie
        assert other.get("/api/me")[0] == 401
    flight_zones(house, terminal)
    entries = house.run("audit", "show", "--json").splitlines()
    assert any('"action":"sign_in"' in e and '"zone":"onsite"' in e for e in entries)
    assert any('"action":"refused_entry"' in e and '"zone":"vdi"' in e for e in entries)


def flight_zones(house, terminal):
    """The same door stands before Flight SQL."""
    for certificate, closed in [(None, "inside"), (terminal, "outside")]:
        for study in ["inside", "outside"]:
            token = house.run("token", "--study", study, "--handler", "aki").strip()
            try:
                rows = flight(house, token, certificate)
                assert study != closed and len(rows) == 3, (study, rows)
            except dbapi.Error as refused:
                assert study == closed and "UNAUTHENTICATED" in str(refused).upper(), (study, certificate, refused)


def flight(house, token, certificate):
    """A question by ADBC, with a terminal's certificate or without."""
    options = {
        DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {token}",
        DatabaseOptions.TLS_ROOT_CERTS.value: (house.home / "tls/ca.pem").read_text(),
    }
    if certificate:
        options[DatabaseOptions.MTLS_CERT_CHAIN.value] = (house.home / "terminal.crt").read_text()
        options[DatabaseOptions.MTLS_PRIVATE_KEY.value] = (house.home / "terminal.key").read_text()
    address = f"grpc+tls://127.0.0.1:{house.flight_port}"
    with dbapi.connect(address, db_kwargs=options, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT sex, count(*) FROM visit GROUP BY sex")
        return cursor.fetchall()


def what_ends_at_noon_ends_at_noon(house):
    """A study that ends while somebody works in it ends their session by itself."""
    aki, dan = house.signed_in("aki"), house.signed_in("dan")
    noon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=10)
    house.run("study", "create", "short", "--snapshot", "small", "--until", noon.strftime("%Y-%m-%dT%H:%M:%SZ"))
    house.run("study", "grant", "short", "aki")
    status, asked = aki.send("POST", "/api/studies/short/questions", {"sql": "SELECT count(*) FROM visit"})
    assert status == 202, asked
    sessions = [s for s in dan.get("/api/sessions")[1] if s["study"] == "short"]
    deadline = time.time() + 10
    while not sessions and time.time() < deadline:
        sessions = [s for s in dan.get("/api/sessions")[1] if s["study"] == "short"]
    assert [(s["handler"], s["zone"]) for s in sessions] == [("aki", "vdi")], sessions
    while time.time() < noon.timestamp() + 3:
        time.sleep(0.2)
    assert not [s for s in dan.get("/api/sessions")[1] if s["study"] == "short"]
    status, told = aki.send("POST", "/api/studies/short/questions", {"sql": "SELECT count(*) FROM visit"})
    assert status == 403 and "ended" in told["message"]["en"], told
    assert any('"reason":"unpermitted"' in e for e in house.run("audit", "show", "--json").splitlines())
