"""A study of an organisation from its registration to its fee: review, grant of columns, questions, usage, history."""

from .day import ask
from .house import PASSWORD, House

FIVE = ["purpose", "science", "harm", "benefits", "law"]
FOUR = ["natural_science", "humanities", "lay", "outside"]
TRIAL = "/api/register/studies/kidney"


def run(binary):
    house = House(binary)
    house.furnish()
    with house:
        fumi, hana = registered(house)
        reviewed(fumi, hana)
        narrowed(fumi, hana)
        changed(fumi, hana)
        used(house, fumi)
        remembered(house, fumi)
    house.run("audit", "verify")


def review(**changes):
    """A form that is approved, but for the changes."""
    return {
        "decided": "2025-04-01",
        "conditions": [],
        "criteria": {name: {"met": True, "note": ""} for name in FIVE},
        "votes": [{"member": name, "category": name, "vote": "for"} for name in FOUR],
    } | changes


def done(answer, status=204):
    assert answer[0] == status, answer
    return answer[1]


def registered(house):
    """An organisation with a researcher, and its study."""
    fumi = house.signed_in("fumi")
    done(fumi.send("POST", "/api/confirm", {"password": PASSWORD, "code": house.apps["fumi"].code()}))
    organisation = {"organisation": "todai", "display": "東都大学", "number": "R7-001", "user_type": "type-2"}
    done(fumi.send("POST", "/api/register/organisations", organisation))
    hana = {"handler": "hana", "display": "花", "organisation": "todai", "roles": ["researcher"]}
    done(fumi.send("POST", "/api/register/handlers", hana))
    [snapshot] = done(fumi.get("/api/register/snapshots"), 200)
    study = {"study": "kidney", "display": "慢性腎臓病の処方", "organisation": "todai", "route": "vdi"}
    done(fumi.send("POST", "/api/register/studies", study | {"snapshot": snapshot}))
    status, told = fumi.send("POST", "/api/register/studies", study | {"snapshot": "small@000000000000", "study": "other"})
    assert (status, told["code"]) == (422, "snapshot"), told
    done(fumi.send("POST", f"{TRIAL}/grants", {"handler": "hana"}))
    return fumi, house.signed_in("hana")


def closed(hana):
    [study] = done(hana.get("/api/studies"), 200)
    assert (study["study"], study["display"]) == ("kidney", "慢性腎臓病の処方"), study
    assert ("closed" in study) == (hana.get("/api/studies/kidney/catalogue")[0] == 403), study
    return study.get("closed", {}).get("message", {}).get("en")


def reviewed(fumi, hana):
    """Nobody is let in before the committee approved, and votes that are barred do not count."""
    assert done(fumi.get(f"{TRIAL}/review"), 200) is None
    assert "not judged" in closed(hana)
    barred = [vote | {"vote": "barred"} if vote["category"] == "lay" else vote for vote in review()["votes"]]
    unmet = review()["criteria"] | {"law": {"met": False, "note": "第2条"}}
    for form, why in [(review(votes=barred), "lay"), (review(criteria=unmet), "law"), (review(votes=[]), "natural")]:
        entered = done(fumi.send("POST", f"{TRIAL}/review", form), 200)
        assert entered["decision"] == "rejected" and why in entered["words"]["en"], entered
        assert entered["review"] == form and done(fumi.get(f"{TRIAL}/review"), 200) == entered
        assert "not approved" in closed(hana)
    for form in [review(decided="2999-01-01"), review(criteria={}), review(votes=review()["votes"] * 2)]:
        status, told = fumi.send("POST", f"{TRIAL}/review", form)
        assert status == 422 and told["message"]["ja"], told
    entered = done(fumi.send("POST", f"{TRIAL}/review", review(conditions=["no maps"])), 200)
    assert entered["decision"] == "approved_with_conditions" and closed(hana) is None, entered
    [study] = [one for one in done(fumi.get("/api/register/studies"), 200) if one["study"] == "kidney"]
    assert study["decision"] == "approved_with_conditions", study


def narrowed(fumi, hana):
    """A grant for one column: the catalogue shows no other, and questions know no other."""
    [table] = done(fumi.get(f"{TRIAL}/tables"), 200)
    columns = {column["column"]: column["always"] for column in table["columns"]}
    assert columns == {"person": True, "site": True, "sex": False, "visited": False, "cost": False}, table
    _, answer, _ = ask(hana, "kidney", sql="SELECT sum(cost) AS cost FROM visit")
    assert answer["verdict"] == "released", answer
    tables = [{"table": "visit", "columns": ["sex"]}]
    done(fumi.send("POST", f"{TRIAL}/grants", {"handler": "hana", "tables": tables}))
    for wrong in [["nothing"], [{"table": "visit", "columns": ["age"]}]]:
        status, told = fumi.send("POST", f"{TRIAL}/grants", {"handler": "hana", "tables": wrong})
        assert (status, told["code"]) == (422, "tables"), told
    [grant] = done(fumi.get(f"{TRIAL}/grants"), 200)
    assert grant == {"handler": "hana", "tables": tables}, grant
    [shown] = done(hana.get("/api/studies/kidney/catalogue"), 200)["tables"]
    assert shown["narrowed"] and [column["name"] for column in shown["columns"]] == ["person", "site", "sex"], shown
    # In the session that ran with all columns a moment ago.
    _, answer, _ = ask(hana, "kidney", sql="SELECT sum(cost) AS cost FROM visit")
    assert answer["failure"]["code"] == "unknown_column", answer
    _, answer, rows = ask(hana, "kidney", sql="SELECT sex, count(*) AS n FROM visit GROUP BY sex ORDER BY sex")
    assert [row["n"] for row in rows] == [60, 30, None], rows


def changed(fumi, hana):
    """A study changes but for its data; one that would link with public databases lets nobody in."""
    change = {"display": "慢性腎臓病の処方", "route": "vdi", "until": "2999-01-01T00:00:00Z"}
    done(fumi.send("PUT", TRIAL, change | {"linked": True}))
    assert "must not be linked" in closed(hana)
    done(fumi.send("PUT", TRIAL, change))
    assert closed(hana) is None
    status, told = fumi.send("PUT", TRIAL, change | {"joint_users": ["nobody"]})
    assert status == 422 and "todai" in told["message"]["en"], told
    status, told = fumi.send("PUT", "/api/register/studies/none", change)
    assert status == 422, told


def used(house, fumi):
    """Questions, sessions and the fee of the route, for steward and registrar."""
    usage = done(fumi.get("/api/usage"), 200)
    assert usage == done(house.signed_in("emi").get("/api/usage"), 200)
    assert usage["fees"]["onsite"] == 8_000_000 and usage["fees"]["white_paper"] == 200_000, usage
    of = {study["study"]: study for study in usage["studies"]}
    kidney = of["kidney"]
    assert (kidney["organisation"], kidney["fee"], kidney["route"]) == ("東都大学", 4_000_000, "vdi"), kidney
    assert (kidney["questions"], kidney["sessions"]) == (3, 2), kidney
    assert "fee" not in of["trial"] and (of["trial"]["questions"], of["trial"]["sessions"]) == (0, 0), of


def remembered(house, fumi):
    """What the log has about each; newest first."""

    def actions(kind, name, who=fumi):
        return [entry["action"] for entry in done(who.get(f"/api/register/history/{kind}/{name}"), 200)]

    reviews = ["study_review"] * 4
    assert actions("study", "kidney") == ["study_change"] * 2 + ["grant"] + reviews + ["grant", "study_create"]
    assert actions("organisation", "todai") == ["study_create", "organisation_add"]
    assert {"grant", "handler_add", "invite"} <= set(actions("handler", "hana"))
    assert actions("handler", "nobody") == [] and fumi.get("/api/register/history/else/x")[0] == 404
    assert actions("study", "kidney", house.signed_in("dan"))
