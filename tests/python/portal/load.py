"""How quick pages are while others ask: many open sessions, some of them asking all the time. A measurement, no test.

Everything is on one machine, so whoever measures competes with the house for its cores: they run at a higher priority where the
system lets them. Requests go out at a steady pace over kept-alive connections, each timed from when it was due: a house that stands
still for a second is late for all that would have come meanwhile.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import platform
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from .house import PASSWORD, House
from .totp import App

STUDIES = 10
PACE = 0.02
ASKED = [
    "SELECT sex, count(*) AS visits, sum(cost) AS cost FROM visit GROUP BY sex",
    "SELECT sex, avg(cost) AS cost FROM visit WHERE visited > DATE '2025-01-01' GROUP BY sex",
    "SELECT count(DISTINCT person) AS n FROM visit WHERE cost >= 50",
]


def run(binary, options):
    parser = argparse.ArgumentParser(prog="portal.py load")
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--querying", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--web", default="", help="further lines of sekisho.toml")
    told = parser.parse_args(options)
    house = House(binary, f"concurrent = 9\n{told.web}")
    house.furnish()
    with house:
        began = time.time()
        people = sign_in(house, told.sessions)
        print(f"{machine()}; {len(people)} people signed in after {time.time() - began:.1f} s")
        nobody = measure(house, people[0], told.seconds)
        show("no session", nobody)
        began = time.time()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda person: ask(*person, ASKED[0]), people))
        print(f"{len(people)} sessions opened in {time.time() - began:.1f} s; {memory(house.server.pid)}")
        idle = measure(house, people[0], told.seconds)
        show("all idle", idle)
        asking = Asking(people[: told.querying])
        time.sleep(2)
        busy = measure(house, people[-1], told.seconds)
        done = asking.end()
        show(f"{told.querying} asking", busy, idle)
        print(f"{done['answers']} answers, {done['median']:.2f} s each by the median; {memory(house.server.pid)}")


def sign_in(house, count):
    """So many people, each in one of a few studies, put on the register by a registrar and signed in."""
    fumi = house.signed_in("fumi")
    snapshot = fumi.get("/api/register/snapshots")[1][0]

    def sent(*request):
        status, answer = fumi.send(*request)
        assert status in (200, 204), (request, answer)
        return answer

    for study in range(STUDIES):
        sent("POST", "/api/register/studies", {"study": f"study-{study}", "snapshot": snapshot, "route": "both"})

    def person(n):
        name, study = f"person-{n}", f"study-{n % STUDIES}"
        sent("POST", "/api/register/handlers", {"handler": name, "display": name, "roles": ["researcher"]})
        sent("POST", f"/api/register/studies/{study}/grants", {"handler": name})
        link = "/api" + sent("POST", f"/api/register/handlers/{name}/invitation", None)["link"]
        browser = house.browser()
        app = App(browser.get(link)[1]["secret"])
        status, enrolled = browser.send("POST", link, {"password": PASSWORD, "code": app.code()})
        assert status == 200, enrolled
        status, me = browser.sign_in(name, PASSWORD, app.code())
        assert status == 200, me
        return browser, study

    return [person(n) for n in range(count)]


def ask(browser, study, sql):
    """A question to its end, as the page hears of it. How long it took, and waited."""
    began = time.time()
    at = f"/api/studies/{study}/questions"
    status, question = browser.send("POST", at, {"sql": sql})
    assert status == 202, question
    status, events = browser.get(f"{at}/{question['question']}/events")
    last = [line for line in events.decode().splitlines() if line.startswith("data:")][-1]
    answer = json.loads(last[5:])["answer"]
    assert answer["verdict"] == "released", answer
    return time.time() - began


class Asking:
    """People who ask one question after the other until they are told to end."""

    def __init__(self, people):
        self.over, self.times = threading.Event(), []
        self.threads = [threading.Thread(target=self.loop, args=person, daemon=True) for person in people]
        for thread in self.threads:
            thread.start()

    def loop(self, browser, study):
        n = 0
        while not self.over.is_set():
            self.times.append(ask(browser, study, ASKED[n % len(ASKED)]))
            n += 1

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        times = sorted(self.times)
        return {"answers": len(times), "median": times[len(times) // 2]}


def measure(house, person, seconds):
    """Milliseconds of each request, by path, from a process of its own."""
    ours, theirs = multiprocessing.get_context("fork").Pipe()
    cookie, ca = person[0].cookie, str(house.home / "tls/ca.pem")
    worker = multiprocessing.get_context("fork").Process(target=pace, args=(theirs, house.port, ca, cookie, seconds))
    worker.start()
    times = ours.recv()
    worker.join()
    return times


def pace(pipe, port, ca, cookie, seconds):
    try:
        os.nice(-10)
    except PermissionError:
        pass
    context = ssl.create_default_context(cafile=ca)
    times = {}

    def steady(path):
        line = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=60)
        line.request("GET", path, headers={"cookie": cookie})
        line.getresponse().read()
        due, end, own = time.perf_counter(), time.perf_counter() + seconds, []
        while due < end:
            time.sleep(max(0, due - time.perf_counter()))
            line.request("GET", path, headers={"cookie": cookie})
            answer = line.getresponse()
            answer.read()
            assert answer.status == 200, (path, answer.status)
            own.append((time.perf_counter() - due) * 1000)
            due += PACE
        times[path] = sorted(own)

    threads = [threading.Thread(target=steady, args=(path,)) for path in ["/api/me", "/"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send(times)


def show(what, times, before=None):
    for path, own in times.items():
        at = {name: own[min(len(own) - 1, int(len(own) * share))] for name, share in [("p50", 0.5), ("p99", 0.99)]}
        line = f"{what:12} GET {path:8} p50 {at['p50']:7.1f} ms  p99 {at['p99']:7.1f} ms  most {own[-1]:7.1f} ms"
        if before:
            line += f"  p99 over idle: {at['p99'] / before[path][int(len(before[path]) * 0.99)]:.1f}"
        print(line, flush=True)


def memory(server):
    """What the house's processes hold, memory that several share counted in parts (PSS)."""
    children = [pid for pid in filter(str.isdigit, os.listdir("/proc")) if parent(pid) == server]
    sessions = sorted(filter(None, map(proportional, children)))
    if not sessions:
        return "no sessions"
    middle, all_ = sessions[len(sessions) // 2], sum(sessions)
    own = proportional(server)
    return f"{len(sessions)} sessions hold {all_ / 1024:.0f} MB, {middle / 1024:.1f} MB each; the gatehouse {own / 1024:.0f} MB"


def parent(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return int(stat.read().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None


def proportional(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as rollup:
            return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    except OSError:
        return None


def machine():
    return f"{os.cpu_count()} cores, {platform.machine()}, Linux {platform.release()}"
