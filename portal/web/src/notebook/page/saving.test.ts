import { describe, expect, it } from "vitest";
import type { Notebook } from "../../api/types";
import { sqlCell, type Draft } from "../document/model";
import { draftOf, Saver, type SaveState } from "./saving";

const draft = (...sources: string[]): Draft => ({ title: "t", document: { cells: sources.map((source, i) => sqlCell(`c${i}`, source)), parameters: [] } });

/** A server with one notebook, and two clocks' worth of patience. */
function world(start: Draft) {
  const server = { ...start, version: 1, notebook: "n", edited: "", editor: "", down: false, puts: 0 };
  const state = { now: start, told: [] as SaveState[], timers: [] as (() => void)[] };
  const saver = new Saver(
    {
      put: async (sent, version) => {
        server.puts++;
        if (server.down) throw new Error("down");
        if (version !== server.version) return { there: { ...server } as Notebook };
        Object.assign(server, sent, { version: version + 1 });
        return { saved: { ...server } as Notebook };
      },
      draft: () => state.now,
      adopt: (next) => (state.now = next),
      tell: (next) => state.told.push(next),
      later: (_, act) => {
        state.timers.push(act);
        return () => (state.timers = state.timers.filter((each) => each !== act));
      },
    },
    { draft: start, version: 1 },
  );
  const pass = async () => {
    for (let i = 0; i < 5; i++) {
      state.timers.splice(0).forEach((act) => act());
      await new Promise((done) => setTimeout(done));
    }
  };
  const change = (next: Draft) => {
    state.now = next;
    saver.changed();
  };
  return { server, state, saver, pass, change };
}

describe("saving", () => {
  it("waits for a pause and then saves once", async () => {
    const { server, state, change, pass } = world(draft("a"));
    change(draft("b"));
    change(draft("c"));
    expect(state.timers.length).toBe(1);
    await pass();
    expect([server.puts, server.version, draftOf(server as never)]).toEqual([1, 2, draft("c")]);
    expect(state.told.at(-1)?.kind).toBe("saved");
  });

  it("saves again what was typed while it saved", async () => {
    const { server, saver, state, change, pass } = world(draft("a"));
    change(draft("b"));
    const saving = saver.save();
    change(draft("bc"));
    await saving;
    await pass();
    expect([server.version, draftOf(server as never), state.told.at(-1)?.kind]).toEqual([3, draft("bc"), "saved"]);
  });

  it("joins what somebody else saved in between", async () => {
    const { server, state, change, pass } = world(draft("a", "b"));
    Object.assign(server, draft("a", "theirs"), { version: 5 });
    change(draft("mine", "b"));
    await pass();
    expect([server.version, draftOf(server as never), state.now]).toEqual([6, draft("mine", "theirs"), draft("mine", "theirs")]);
  });

  it("asks where both changed the same, saves nothing before, and then what was chosen", async () => {
    const { server, saver, state, change, pass } = world(draft("a"));
    Object.assign(server, draft("theirs"), { version: 5 });
    change(draft("mine"));
    await pass();
    expect([state.told.at(-1)?.kind, server.version, server.puts]).toEqual(["conflict", 5, 1]);
    saver.changed();
    await pass();
    expect(server.puts).toBe(1);
    saver.settle(["both"]);
    await pass();
    expect([server.version, server.document.cells.map((cell) => cell.source), state.told.at(-1)?.kind]).toEqual([6, ["mine", "theirs"], "saved"]);
  });

  it("tries again after a failure", async () => {
    const { server, state, change, pass } = world(draft("a"));
    server.down = true;
    change(draft("b"));
    state.timers.splice(0).forEach((act) => act());
    await new Promise((done) => setTimeout(done));
    expect([state.told.at(-1)?.kind, state.timers.length]).toEqual(["failed", 1]);
    server.down = false;
    await pass();
    expect([state.told.at(-1)?.kind, draftOf(server as never)]).toEqual(["saved", draft("b")]);
  });

  it("joins what was put aside with what was saved since", async () => {
    const { server, saver, state, pass } = world(draft("a", "b"));
    const there = { ...server, ...draft("a", "theirs"), version: 4 };
    Object.assign(server, there);
    saver.recall({ draft: draft("a", "b"), version: 1 }, draft("mine", "b"), there as Notebook);
    await pass();
    expect([state.now, server.version]).toEqual([draft("mine", "theirs"), 5]);
  });

  it("takes a newer version in where nothing changed here", () => {
    const { server, saver, state } = world(draft("a"));
    saver.meet({ ...server, ...draft("new"), version: 3 } as Notebook);
    expect([state.now, saver.dirty, saver.saved.version]).toEqual([draft("new"), false, 3]);
    saver.meet({ ...server, ...draft("old"), version: 2 } as Notebook);
    expect(state.now).toEqual(draft("new"));
  });
});
