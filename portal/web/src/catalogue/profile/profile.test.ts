import { describe, expect, it } from "vitest";
import { figures, type Value } from "../../api/figures";
import { Refused, unexpected } from "../../api/trouble";
import type { Ask, Column, Table } from "../../api/types";
import { profileOf } from "./asked";
import { edgesOf, endsOf, MOST_BANDS } from "./bands";
import { barsOf, keyOf, missingShare, shownLabels, type Profile } from "./profile";
import { Profiles } from "./profiles";
import { bandsAsk, filledAsk, groupsAsk, shapeOf } from "./questions";
import { lookAlike, shownBars } from "./sample";

const column = (name: string, type: string, of: Column["class"], nullable = false): Column => ({ name, type, class: of, nullable });
const sex = column("sex", "Utf8", "code");
const day = column("lab_date", "Date32", "quasi");
const value = column("value", "Float64", "measure", true);
const born = column("birth_year", "Int64", "quasi");
const note = column("remark", "Utf8", "text", true);
const key = column("patient_id", "UInt32", "patient");
const table: Table = { name: "lab", patient: "patient_id", columns: [key, sex, day, value, born, note] };
const hide = (row: number, column = 1) => ({ row, column, reason: "patients", message: { ja: "少", en: "few" }, remedy: { ja: "粗", en: "coarser" } });
const answer = (rows: Value[][], hidden: number[] = [], at = 1) =>
  figures((rows[0] ?? []).map((_, n) => ({ name: `c${n}`, kind: "text", whole: false })), rows.length, (row, one) => rows[row]?.[one] ?? null, hidden.map((row) => hide(row, at)));

describe("the questions of a profile", () => {
  it("follow class and type; public tables have none", () => {
    expect([sex, day, value, born, note, key].map((one) => shapeOf(table, one))).toEqual(["groups", "months", "bands", "bands", "filled", "keys"]);
    expect(shapeOf(table, column("suspected", "boolean", "code"))).toBe("groups");
    expect(shapeOf(table, column("ward", "integer", "code"))).toBe("groups");
    expect(shapeOf({ name: "icd10", columns: [sex] }, sex)).toBeUndefined();
  });

  it("count patients, and limit above the summary only", () => {
    expect(groupsAsk(table, sex, true)).toEqual({ explore: true, sql: "SELECT sex, count(DISTINCT patient_id) AS patients\nFROM lab\nGROUP BY sex\nORDER BY patients DESC NULLS LAST, sex\nLIMIT 30" });
    expect(groupsAsk({ ...table, name: "T 1" }, column("order", "Utf8", "code"), false).sql).toContain('SELECT "order", count(DISTINCT patient_id) AS patients\nFROM "T 1"');
  });

  it("never ask for records where one explores: they are withheld there", () => {
    expect(filledAsk(table, value, false).sql).toBe("SELECT count(*) AS everything, count(value) AS filled\nFROM lab");
    expect(filledAsk(table, value, true).sql).not.toMatch(/count\(\*\)|count\(value\)/);
  });

  it("put every value in one band", () => {
    const { sql } = bandsAsk(table, value, [0, 0.5, 1], false);
    expect(sql).toContain("CASE\n  WHEN value < 0 THEN 0\n  WHEN value < 0.5 THEN 1\n  WHEN value < 1 THEN 2\n  WHEN value >= 1 THEN 3\nEND AS band");
  });
});

describe("bands", () => {
  it("are few, equal and round, and hold the quantiles between their outer edges", () => {
    for (const [low, high, whole] of [[4.9, 9.3, false], [0.06, 129, false], [1934, 2003, true], [0, 3, true], [1, 90_000, true], [-20, 7.5, false], [1e-7, 3e-7, false], [0.1, 0.3, false], [5, 6, true]] as const) {
      const edges = edgesOf(low, high, whole);
      expect(edges.length + 1, `${low} to ${high}`).toBeLessThanOrEqual(MOST_BANDS);
      expect(edges[0]).toBeLessThanOrEqual(low);
      expect(edges.at(-1)).toBeGreaterThanOrEqual(high);
      const step = edges[1]! - edges[0]!;
      for (let n = 1; n < edges.length; n++) expect(edges[n]! - edges[n - 1]!).toBeCloseTo(step, 9);
      if (whole) expect(edges.every(Number.isInteger)).toBe(true);
    }
    expect(edgesOf(1934, 2003, true)).toEqual([1930, 1940, 1950, 1960, 1970, 1980, 1990, 2000, 2010]);
  });

  it("divide one value from the rest, and nothing where there is none", () => {
    expect(edgesOf(1, 1, true)).toEqual([1, 2]);
    expect(edgesOf(Number.NaN, 1, false)).toEqual([]);
    expect([0, 1, 2].map((band) => endsOf([10, 20], band))).toEqual([{ to: 10 }, { from: 10, to: 20 }, { from: 20 }]);
  });
});

/** Answers by what the question is about. */
function desk(answers: [RegExp, () => ReturnType<typeof answer>][]) {
  const asked: Ask[] = [];
  return { asked, put: async (ask: Ask) => (asked.push(ask), answers.find(([about]) => about.test(ask.sql))![1]()) };
}

describe("asking", () => {
  it("keeps what was suppressed apart from nought, and labels of shown figures only", async () => {
    const { put, asked } = desk([[/GROUP BY sex/, () => answer([["f", 20], ["m", 0], ["x", null]], [2])]]);
    const profile = await profileOf(table, sex, false, put);
    expect(asked.length).toBe(1);
    expect(profile.bars.map((bar) => bar.n)).toEqual([20, 0, null]);
    expect(profile.bars[2]!.why?.reason).toBe("patients");
    expect(shownLabels(profile)).toEqual(["f"]);
  });

  it("draws every band between the ends, also those that the answer does not have", async () => {
    const { put, asked } = desk([
      [/percentile_cont/, () => answer([[1.2, 5, 9.7]])],
      [/AS band/, () => answer([[1, 40], [2, null], [null, 12]], [1])],
      [/AS filled/, () => answer([[100, 88]])],
    ]);
    const profile = await profileOf(table, value, true, put);
    expect(asked.map((ask) => ask.explore ?? false)).toEqual([true, false, true]);
    expect(profile.bars.map(({ n, from, to }) => [n, from, to])).toEqual([[40, 0, 2], [null, 2, 4], [null, 4, 6], [null, 6, 8], [null, 8, 10], [12, undefined, undefined]]);
    expect(profile.bars.map((bar) => bar.why?.reason)).toEqual([undefined, "patients", undefined, undefined, undefined, undefined]);
    expect(missingShare(profile)).toBeCloseTo(0.12);
  });

  it("stops at suppressed quantiles, and asks of keys and text only how many", async () => {
    const bands = desk([[/percentile_cont/, () => answer([[null, 5, null]], [0], 0)], [/AS filled/, () => answer([[100, null]], [0])]]);
    expect((await profileOf(table, value, false, bands.put)).bars).toEqual([]);
    const keys = desk([[/DISTINCT patient_id/, () => answer([[53]])]]);
    expect((await profileOf(table, key, false, keys.put)).different).toEqual({ n: 53 });
    const text = desk([[/count\(remark\)/, () => answer([[60, 6]])]]);
    expect(missingShare(await profileOf(table, note, false, text.put))).toBeCloseTo(0.9);
  });

  it("tells no missing share that is not shown", () => {
    expect(missingShare({ everything: { n: 10 }, filled: { n: null } })).toBeUndefined();
    expect(missingShare({})).toBeUndefined();
  });
});

describe("one after another", () => {
  const world = () => {
    const state = { kept: {} as Record<string, Profile>, open: [] as (() => void)[], asked: 0 };
    const profiles = new Profiles({
      figures: (_, signal) => new Promise((done, fail) => {
        state.asked++;
        state.open.push(() => done(answer([["f", 20]])));
        signal.addEventListener("abort", () => fail(new DOMException("stopped", "AbortError")));
      }),
      read: () => state.kept,
      write: (kept) => (state.kept = kept),
    });
    return { state, profiles };
  };
  const tick = () => new Promise((done) => setTimeout(done));
  const other = column("route", "Utf8", "code");

  it("asks for columns in turn, once, and keeps what it was told", async () => {
    const { state, profiles } = world();
    const all = profiles.ask(table, [sex, other], false);
    await tick();
    expect([state.asked, profiles.of(table, sex).value?.state, profiles.of(table, other).value?.state]).toEqual([1, "asking", "waiting"]);
    void profiles.ask(table, [sex], false);
    state.open.shift()!();
    await tick();
    expect(profiles.tables.value).toEqual({ lab: { done: 1, of: 2 } });
    state.open.shift()!();
    await all;
    expect(Object.keys(state.kept)).toEqual([keyOf(table, sex), keyOf(table, other)]);
    await profiles.ask(table, [sex, other], false);
    expect(state.asked).toBe(2);
    expect(profiles.tables.value).toEqual({});
    const again = profiles.again(table, sex, true);
    await tick();
    state.open.at(-1)!();
    await again;
    expect([state.asked, profiles.profile(table, sex)?.explored]).toEqual([3, true]);
  });

  it("stops: what runs is cancelled, what waits is let go", async () => {
    const { state, profiles } = world();
    const all = profiles.ask(table, [sex, other], false);
    await tick();
    profiles.stop();
    await all;
    expect([profiles.of(table, sex).value, profiles.of(table, other).value, state.asked]).toEqual([undefined, undefined, 1]);
    const again = profiles.ask(table, [sex], false);
    await tick();
    state.open.at(-1)!();
    await again;
    expect(profiles.profile(table, sex)?.bars.length).toBe(1);
  });

  it("tells a refusal in its words, and goes on", async () => {
    let asked = 0;
    const profiles = new Profiles({ figures: async () => { if (++asked === 1) throw new Refused(422, unexpected); return answer([["f", 20]]); }, read: () => ({}), write: () => undefined });
    await profiles.ask(table, [sex, other], false);
    expect(profiles.of(table, sex).value).toEqual({ state: "broken", trouble: unexpected });
    expect(profiles.of(table, other).value?.state).toBe("there");
  });
});

describe("a look-alike sample", () => {
  const base: Profile = { shape: "groups", explored: false, whole: false, bars: [], more: false, asked: [] };
  const groups: Profile = { ...base, bars: barsOf(answer([["f", 90], ["m", 10], ["secret", null], ["none", 0]], [2])) };
  const numbers: Profile = { ...base, shape: "bands", whole: true, bars: [{ value: 0, n: 30, to: 10 }, { value: 1, n: 30, from: 10, to: 20 }, { value: 2, n: null, from: 20, to: 30 }, { value: 3, n: 30, from: 30 }] };
  const months: Profile = { ...base, shape: "months", bars: [{ value: Date.UTC(2024, 1, 1), n: 50 }, { value: Date.UTC(2024, 2, 1), n: null }] };
  const of = (one: Column) => ({ sex: groups, birth_year: numbers, lab_date: months })[one.name];
  const rows = lookAlike(table, of, 400);
  const drawn = (name: string) => rows.map((row) => row[table.columns.findIndex((one) => one.name === name)]!);
  const values = (name: string) => drawn(name).map((one) => ("drawn" in one ? one.drawn : undefined));

  it("draws shown labels only, by their weight", () => {
    const found = values("sex");
    expect(new Set(found)).toEqual(new Set(["f", "m"]));
    expect(found.filter((one) => one === "f").length).toBeGreaterThan(320);
  });

  it("draws within shown bands and months only", () => {
    for (const one of values("birth_year") as number[]) expect(one >= 0 && one < 40 && !(one >= 20 && one < 30) && Number.isInteger(one), String(one)).toBe(true);
    for (const one of values("lab_date")) expect(one).toMatch(/^2024-02-(0[1-9]|1\d|2[0-8])$/);
    expect(shownBars(numbers).map((bar) => [bar.from, bar.to])).toEqual([[0, 10], [10, 20], [30, 40]]);
  });

  it("makes keys up, and nothing of what no profile shows", () => {
    for (const one of values("patient_id")) expect(one).toMatch(/^P-[2-9A-Z]{4}$/);
    expect(drawn("remark").every((one) => "unknown" in one)).toBe(true);
    expect(drawn("value").every((one) => "unknown" in one)).toBe(true);
  });

  it("leaves values out as often as they are missing", () => {
    const half = lookAlike(table, (one) => (one === sex ? { ...groups, everything: { n: 100 }, filled: { n: 50 } } : undefined), 400).map((row) => row[1]!);
    const absent = half.filter((one) => "drawn" in one && one.drawn === null).length;
    expect(absent).toBeGreaterThan(150);
    expect(absent).toBeLessThan(250);
  });

  it("is the same each time, and columns do not follow each other", () => {
    expect(lookAlike(table, of, 400)).toEqual(rows);
    const without = lookAlike(table, (one) => (one === sex ? groups : undefined), 400);
    expect(without.map((row) => row[1])).toEqual(drawn("sex"));
    expect(lookAlike({ ...table, name: "other" }, of, 400)).not.toEqual(rows);
  });
});
