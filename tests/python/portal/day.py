"""What people do in a day, by the interface: ask, watch, cancel, come back; write together; see and stop."""

import json
import time

import pyarrow as pa

from .house import PASSWORD, House

BY_SEX = "SELECT sex, count(*) AS visits, sum(cost) AS cost FROM visit GROUP BY sex ORDER BY sex"
SLOW = "SELECT count(DISTINCT a.person) FROM visit a JOIN visit b ON a.person = b.person, " + ", ".join(
    f"(SELECT * FROM (VALUES {', '.join(f'({n})' for n in range(200))}) v(n)) t{i}" for i in range(5)
)


def run(binary):
    house = House(binary)
    house.furnish()
    with house:
        aki = house.signed_in("aki")
        figures(aki)
        refusals_and_places(aki)
        views_and_values(aki)
        cancelling(aki)
        staff(house, aki)
        notebooks(house)
    house.run("audit", "verify")
    waiting(binary)


def ask(browser, study="trial", **asking):
    """A question to its end; the question and its figures."""
    at = f"/api/studies/{study}/questions"
    status, question = browser.send("POST", at, asking)
    assert status == 202, question
    while question["state"] != "done":
        time.sleep(0.05)
        status, question = browser.get(f"{at}/{question['question']}")
        assert status == 200, question
    answer, rows = question["answer"], None
    if answer["verdict"] in ("released", "explored"):
        status, bytes_ = browser.get(f"{at}/{question['question']}/rows")
        assert status == 200 and browser.headers["content-type"] == "application/vnd.apache.arrow.stream"
        rows = pa.ipc.open_stream(bytes_).read_all().to_pylist()
    return question, answer, rows


def figures(aki):
    status, catalogue = aki.get("/api/studies/trial/catalogue")
    assert status == 200 and catalogue["policy"]["patients"] == 10, catalogue
    table = catalogue["tables"][0]
    assert (table["name"], table["patient"], table["institution"]) == ("visit", "person", "site"), table
    assert "sum" in catalogue["aggregates"] and "random" not in catalogue["functions"]
    question, answer, rows = ask(aki, sql=BY_SEX)
    assert rows == [
        {"sex": "f", "visits": 60, "cost": 6000},
        {"sex": "m", "visits": 30, "cost": 1500},
        {"sex": "x", "visits": None, "cost": None},
    ], rows
    assert (answer["verdict"], answer["rows"], answer["policy"]) == ("released", 3, "jisedai@1"), answer
    cells = {(cell["row"], cell["column"]): cell for cell in answer["suppressed"]}
    assert set(cells) == {(2, 1), (2, 2)} and cells[2, 1]["reason"] == "patients"
    assert cells[2, 1]["message"]["ja"] and cells[2, 1]["remedy"]["en"]
    # The events say the same, and end.
    status, events = aki.get(f"/api/studies/trial/questions/{question['question']}/events")
    last = [line for line in events.decode().splitlines() if line.startswith("data:")][-1]
    assert json.loads(last[5:])["answer"] == answer
    status, explained = aki.send("POST", "/api/studies/trial/explain", {"sql": BY_SEX})
    assert status == 200 and explained["rows"] and explained["columns"], explained


def refusals_and_places(aki):
    _, answer, _ = ask(aki, sql="SELECT *\nFROM visit")
    refusal = answer["refusal"]
    assert (answer["verdict"], refusal["code"]) == ("refused", "raw_rows") and refusal["remedy"]["ja"], answer
    _, answer, _ = ask(aki, sql="SELECT count(*)\nFROM visit WHERE nothing = 1")
    assert (answer["failure"]["code"], answer["failure"]["at"]) == ("unknown_column", {"line": 2, "column": 18}), answer
    bad = {"name": "women", "sql": "SELECT person FROM visit WHERE sexx = 'f'"}
    _, answer, _ = ask(aki, sql="SELECT count(*) FROM women", views=[bad])
    assert answer["failure"]["view"] == "women" and answer["failure"]["at"]["column"] == 32, answer


def views_and_values(aki):
    women = {"name": "women", "sql": "SELECT person, cost FROM visit WHERE sex = :sex"}
    many = {"name": "many", "sql": "SELECT person, sum(cost) AS cost FROM women GROUP BY person"}
    values = {"sex": {"type": "text", "value": "f"}, "least": {"type": "integer", "value": 300}}
    sql = "SELECT count(*) AS n, sum(cost) AS cost FROM many WHERE cost >= :least"
    _, answer, rows = ask(aki, sql=sql, views=[women, many], parameters=values)
    assert rows == [{"n": 20, "cost": 6000}], (answer, rows)
    # Rows of people can be used, never shown.
    _, answer, _ = ask(aki, sql="SELECT * FROM women", views=[women], parameters=values)
    assert answer["refusal"]["code"] == "raw_rows", answer
    _, answer, _ = ask(aki, sql=sql, views=[women, many])
    assert answer["failure"]["code"] == "parameter", answer
    day = {"day": {"type": "date", "value": "2025-01-02"}}
    _, answer, rows = ask(aki, sql="SELECT count(*) AS n FROM visit WHERE visited >= :day", parameters=day)
    assert rows == [{"n": 40}], (answer, rows)


def cancelling(aki):
    at = "/api/studies/trial/questions"
    status, question = aki.send("POST", at, {"sql": SLOW})
    assert status == 202, question
    time.sleep(1)
    status, seen = aki.get(f"{at}/{question['question']}")
    assert seen["state"] == "running", seen
    assert aki.send("DELETE", f"{at}/{question['question']}")[0] == 204
    status, seen = aki.get(f"{at}/{question['question']}")
    assert (seen["state"], seen["answer"]["failure"]["code"]) == ("done", "cancelled"), seen
    _, answer, _ = ask(aki, sql="SELECT count(*) FROM visit")
    assert answer["verdict"] == "released", "the session goes on"


def staff(house, aki):
    """Security staff see who runs what and end it; they see no figures."""
    dan = house.signed_in("dan")
    status, question = aki.send("POST", "/api/studies/trial/questions", {"sql": SLOW})
    time.sleep(1)
    status, sessions = dan.get("/api/sessions")
    own = [s for s in sessions if s["handler"] == "aki"]
    assert status == 200 and len(own) == 1 and own[0]["questions"] == 1, sessions
    assert dan.send("DELETE", f"/api/sessions/{own[0]['session']}")[0] == 204, "signed in just now: no need to confirm"
    deadline = time.time() + 5
    while time.time() < deadline:
        _, seen = aki.get(f"/api/studies/trial/questions/{question['question']}")
        if seen["state"] == "done":
            break
    assert seen["answer"]["failure"]["code"] == "cancelled", seen
    status, log = dan.get("/api/log?count=20")
    assert status == 200 and [e["index"] for e in log] == sorted((e["index"] for e in log), reverse=True)
    stopped = [e for e in log if e["action"] == "session_stop"]
    assert stopped and stopped[0]["actor"] == "dan" and stopped[0]["role"] == "security_staff", log
    _, older = dan.get(f"/api/log?count=5&before={log[-1]['index']}")
    assert [e["index"] for e in older] == [log[-1]["index"] - n for n in range(1, 6)]


def notebooks(house):
    aki, ben = house.signed_in("aki"), house.signed_in("ben")
    at = "/api/studies/trial/notebooks"
    document = {"cells": [{"id": "a", "kind": "sql", "source": BY_SEX}], "parameters": []}
    status, made = aki.send("POST", at, {"title": "費用", "document": document})
    assert (status, made["version"], made["editor"]) == (201, 1, "aki"), made
    one = f"{at}/{made['notebook']}"
    assert [info["title"] for info in ben.get(at)[1]] == ["費用"]
    status, kept = ben.send("PUT", one, {"title": "費用", "document": {"cells": []}, "version": 1})
    assert (status, kept["version"], kept["editor"]) == (200, 2, "ben"), kept
    status, there = aki.send("PUT", one, {"title": "mine", "document": document, "version": 1})
    assert status == 409 and there["version"] == 2 and there["document"] == {"cells": []}, there
    assert [v["version"] for v in aki.get(f"{one}/versions")[1]] == [2, 1]
    assert aki.get(f"{one}/versions/1")[1]["document"] == document
    assert aki.send("DELETE", one)[0] == 204 and aki.get(one)[0] == 404
    large = {"title": "large", "document": {"cells": ["x" * (1 << 20)]}}
    assert aki.send("POST", at, large)[0] == 413
    assert aki.send("POST", at, {"title": "x"})[0] in (400, 422)
    assert aki.send("POST", at, b"{")[0] in (400, 415)
    # A session and its questions end with the sign-in.
    status, question = aki.send("POST", "/api/studies/trial/questions", {"sql": SLOW})
    assert status == 202
    assert aki.send("POST", "/api/sign-out")[0] == 204
    dan = house.signed_in("dan")
    deadline = time.time() + 5
    while time.time() < deadline and any(s["handler"] == "aki" for s in dan.get("/api/sessions")[1]):
        time.sleep(0.1)
    assert not any(s["handler"] == "aki" for s in dan.get("/api/sessions")[1])
    assert PASSWORD not in json.dumps(dan.get("/api/log?count=500")[1])


def waiting(binary):
    """Where the machine is full, questions wait, in turn by study; an idle session makes room."""
    house = House(binary, "concurrent = 9\n[session.house]\nsessions = 1\nrunning = 1\n")
    house.furnish()
    house.run("study", "create", "other", "--snapshot", "small")
    house.run("study", "grant", "other", "ben")
    with house:
        aki, ben, dan = (house.signed_in(name) for name in ["aki", "ben", "dan"])
        here, there = "/api/studies/trial/questions", "/api/studies/other/questions"
        slow = aki.send("POST", here, {"sql": SLOW})[1]["question"]
        # Its session is there, so nothing overtakes it any more.
        until(lambda: dan.get("/api/sessions")[1], lambda seen: seen)
        seen = aki.get(f"{here}/{slow}")[1]
        assert seen["state"] == "running" and "before" not in seen, seen
        count = {"sql": "SELECT count(*) AS n FROM visit"}
        later = [aki.send("POST", here, count)[1]["question"] for _ in range(2)]
        his = ben.send("POST", there, count)[1]["question"]
        looks = [(aki, f"{here}/{question}") for question in later] + [(ben, f"{there}/{his}")]
        standing = until(
            lambda: [browser.get(at)[1] for browser, at in looks],
            lambda seen: all(question["state"] == "waiting" for question in seen),
        )
        # One of each study in turn, whoever came first.
        assert [s["before"] for s in standing] == [0, 2, 1], standing
        # Who gives up lets the others go up.
        assert aki.send("DELETE", f"{here}/{later[0]}")[0] == 204
        assert aki.get(f"{here}/{later[0]}")[1]["state"] == "done"
        assert [aki.get(f"{here}/{later[1]}")[1]["before"], ben.get(f"{there}/{his}")[1]["before"]] == [0, 1]
        assert aki.send("DELETE", f"{here}/{slow}")[0] == 204
        for browser, at in [(aki, f"{here}/{later[1]}"), (ben, f"{there}/{his}")]:
            seen = until(lambda browser=browser, at=at: browser.get(at)[1], lambda seen: seen["state"] == "done")
            assert seen["answer"]["verdict"] == "released", seen
        _, sessions = dan.get("/api/sessions")
        assert [s["handler"] for s in sessions] == ["ben"], sessions
        ended = [e for e in dan.get("/api/log?count=50")[1] if e["action"] == "session_end"]
        assert [e["reason"] for e in ended] == ["unused"], ended
        _, answer, _ = ask(aki, **count)
        assert answer["verdict"] == "released", answer


def until(look, is_so):
    deadline = time.time() + 20
    while not is_so(seen := look()):
        assert time.time() < deadline, seen
        time.sleep(0.05)
    return seen
