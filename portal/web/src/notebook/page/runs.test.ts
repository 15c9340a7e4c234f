import { describe, expect, it } from "vitest";
import type { Answer, Ask, Question } from "../../api/types";
import { figures } from "../../api/figures";
import { isRowsOnly, Runs, type Desk, type Memory } from "./runs";

const common = { policy: "p", snapshot: "s", audit: 1 };
const released: Answer = { ...common, verdict: "released", rows: 0, columns: [], suppressed: [], notices: [] };
const words = { message: { ja: "", en: "" }, remedy: { ja: "", en: "" } };
const refused = (code: string): Answer => ({ ...common, verdict: "refused", refusal: { code, ...words } });

/** A desk where the test decides what happens when. */
function world(answers: Record<string, Answer> = {}) {
  let count = 0;
  const log: string[] = [];
  const streams = new Map<string, { each: (news: Question) => void; lost: () => void }>();
  const state = { running: {} as ReturnType<Memory["read"]>, lookFails: 0, gone: false };
  const done = (question: string, answer: Answer): Question => ({ question, state: "done", elapsed: 5, answer });
  const sqlOf = new Map<string, string>();
  const desk: Desk = {
    ask: async ({ sql }) => {
      log.push(`ask ${sql}`);
      const question = `q${++count}`;
      sqlOf.set(question, sql);
      return { question, state: "waiting", before: 1, elapsed: 0 };
    },
    follow: (question, each, lost) => {
      streams.set(question, { each, lost });
      const answer = answers[sqlOf.get(question) ?? ""];
      if (answer) queueMicrotask(() => each(done(question, answer)));
      return { close: () => log.push(`close ${question}`) };
    },
    look: async (question) => {
      log.push(`look ${question}`);
      if (state.lookFails-- > 0) throw new Error("network");
      return done(question, released);
    },
    cancel: async (question) => {
      log.push(`cancel ${question}`);
      streams.get(question)?.each(done(question, { ...common, verdict: "failed", failure: { code: "cancelled", ...words } }));
    },
    rows: async () => figures([], 0, () => null, []),
    isGone: () => state.gone,
    wait: async () => undefined,
  };
  const memory: Memory = { read: () => state.running, write: (running) => (state.running = running) };
  return { runs: new Runs(desk, memory), log, streams, state, desk, memory };
}

const ask = (cell: string): Ask => ({ sql: cell });
const never = () => false;
const tick = () => new Promise((done) => setTimeout(done));

describe("running cells", () => {
  it("goes one after another, and keeps the answers", async () => {
    const { runs, log } = world({ a: released, b: released });
    expect(await runs.run(["a", "b"], ask, never)).toBe(true);
    expect(log.filter((line) => line.startsWith("ask"))).toEqual(["ask a", "ask b"]);
    expect([runs.of("a").value?.state, runs.of("b").value?.state, runs.busy.value]).toEqual(["done", "done", 0]);
  });

  it("stops at the first that has no answer, but not at rows that later cells use", async () => {
    const { runs, log } = world({ a: refused("raw_rows"), b: refused("function"), c: released });
    expect(await runs.run(["a", "b", "c"], ask, (_, answer) => isRowsOnly(answer))).toBe(false);
    expect(log.filter((line) => line.startsWith("ask"))).toEqual(["ask a", "ask b"]);
    expect(runs.of("c").value).toBeUndefined();
  });

  it("shows progress, and cancels", async () => {
    const { runs, streams, log } = world();
    const running = runs.run(["a"], ask, never);
    await tick();
    expect(runs.of("a").value).toMatchObject({ state: "running", question: { state: "waiting", before: 1 } });
    streams.get("q1")!.each({ question: "q1", state: "running", elapsed: 9, share: 0.5 });
    expect(runs.of("a").value).toMatchObject({ question: { share: 0.5 }, lost: false });
    await runs.cancel("a");
    expect(await running).toBe(false);
    expect(runs.of("a").value).toMatchObject({ state: "done", answer: { verdict: "failed" } });
    expect(log).toContain("cancel q1");
  });

  it("lets go of what has not begun when all is stopped", async () => {
    const { runs, log } = world();
    const running = runs.run(["a", "b"], ask, never);
    await tick();
    await runs.cancelAll();
    expect(await running).toBe(false);
    expect(log).not.toContain("ask b");
    expect(runs.of("b").value).toBeUndefined();
  });

  it("looks again after a lost connection, as often as it takes", async () => {
    const { runs, streams, state, log } = world();
    const running = runs.run(["a"], ask, never);
    await tick();
    state.lookFails = 3;
    streams.get("q1")!.lost();
    expect(await running).toBe(true);
    expect(log.filter((line) => line === "look q1").length).toBe(4);
  });

  it("says so where the server knows the question no more", async () => {
    const { runs, streams, state } = world();
    const running = runs.run(["a"], ask, never);
    await tick();
    Object.assign(state, { lookFails: 1, gone: true });
    streams.get("q1")!.lost();
    expect(await running).toBe(false);
    expect(runs.of("a").value?.state).toBe("broken");
  });

  it("takes up running questions after a reload", async () => {
    const first = world();
    void first.runs.run(["a"], ask, never);
    await tick();
    expect(first.state.running).toEqual({ a: { question: "q1", asked: { sql: "a" } } });
    const second = new Runs(first.desk, first.memory);
    second.restore();
    await tick();
    expect(second.of("a").value).toMatchObject({ state: "done", asked: { sql: "a" }, answer: { verdict: "released" } });
  });

  it("keeps the earlier answer in sight until the next is there", async () => {
    const { runs, streams } = world({ a: released });
    await runs.run(["a"], ask, never);
    const again = runs.run(["a"], () => ({ sql: "later" }), never);
    await tick();
    expect(runs.of("a").value).toMatchObject({ state: "running", previous: { state: "done", asked: { sql: "a" } } });
    streams.get("q2")!.each({ question: "q2", state: "done", elapsed: 1, answer: refused("function") });
    await again;
    expect(runs.of("a").value).not.toHaveProperty("previous");
  });
});
