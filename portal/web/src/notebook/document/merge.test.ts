import { describe, expect, it } from "vitest";
import { changes, lines } from "./difference";
import { merge, mergeOrder, type Conflict } from "./merge";
import { markdownCell, sqlCell, type Draft } from "./model";
import { choices, resolve } from "./resolve";
import { edited, pick, seeded, someDraft } from "./random";

const draft = (...cells: Draft["document"]["cells"]): Draft => ({ title: "t", document: { cells, parameters: [] } });
const a = sqlCell("a", "SELECT 1");
const b = markdownCell("b", "# B");
const rounds = 600;

function texts(of: Draft): string[] {
  return of.document.cells.map((cell) => cell.source);
}

describe("merging", () => {
  it("takes what only one side changed", () => {
    const merged = merge(draft(a, b), draft({ ...a, source: "SELECT 2" }, b), draft(a, { ...b, source: "# C" }));
    expect(merged).toEqual({ draft: draft({ ...a, source: "SELECT 2" }, { ...b, source: "# C" }), conflicts: [] });
  });

  it("joins a name and a text that were given to one cell", () => {
    const merged = merge(draft(a), draft({ ...a, name: "one" }), draft({ ...a, source: "SELECT 2" }));
    expect(merged).toEqual({ draft: draft(sqlCell("a", "SELECT 2", { name: "one" })), conflicts: [] });
  });

  it("asks where both wrote in one cell, and where one deleted what the other wrote in", () => {
    const [mine, theirs] = [draft({ ...a, source: "mine" }, b), draft({ ...a, source: "theirs" })];
    const merged = merge(draft(a, b), mine, theirs);
    expect(merged.conflicts).toEqual([{ kind: "cell", id: "a", base: a, mine: mine.document.cells[0], theirs: theirs.document.cells[0] }]);
    const gone = merge(draft(a), draft(), draft({ ...a, source: "theirs" }));
    expect(gone.conflicts.map((conflict) => choices(conflict))).toEqual([["mine", "theirs"]]);
    expect(resolve(gone, ["mine"])).toEqual(draft());
    expect(texts(resolve(gone, [undefined]))).toEqual(["theirs"]);
  });

  it("keeps both where both are wanted, the second with a name of its own", () => {
    const named = { ...a, name: "one" };
    const merged = merge(draft(named), draft({ ...named, source: "mine" }), draft({ ...named, source: "theirs" }));
    const both = resolve(merged, ["both"]).document.cells;
    expect(both.map((cell) => cell.source)).toEqual(["mine", "theirs"]);
    expect(both.map((cell) => cell.kind === "sql" && cell.name)).toEqual(["one", "one_2"]);
    expect(new Set(both.map((cell) => cell.id)).size).toBe(2);
  });

  it("keeps the order of whoever moved something", () => {
    expect(mergeOrder(["a", "b", "c"], ["c", "a", "b"], ["a", "x", "b", "c"])).toEqual(["c", "a", "x", "b"]);
    expect(mergeOrder(["a", "b", "c"], ["a", "y", "b", "c"], ["b", "a", "c"])).toEqual(["b", "a", "y", "c"]);
    expect(mergeOrder([], ["m"], ["t"])).toEqual(["m", "t"]);
  });

  it("is nothing where one side did nothing", () => {
    for (let seed = 0; seed < rounds; seed++) {
      const random = seeded(seed);
      const base = someDraft(random);
      const side = edited(random, base);
      expect(merge(base, side, base)).toEqual({ draft: side, conflicts: [] });
      expect(merge(base, base, side)).toEqual({ draft: side, conflicts: [] });
      expect(merge(base, side, side)).toEqual({ draft: side, conflicts: [] });
    }
  });

  it("never loses a text that somebody wrote", () => {
    for (let seed = 0; seed < rounds; seed++) {
      const random = seeded(seed);
      const base = someDraft(random);
      const [mine, theirs] = [edited(random, base, 4), edited(random, base, 4)];
      const merged = merge(base, mine, theirs);
      const found = new Set([...texts(merged.draft), ...merged.conflicts.flatMap(texted)]);
      const old = new Set(texts(base));
      for (const text of [...texts(mine), ...texts(theirs)]) if (!old.has(text)) expect(found, `seed ${seed}`).toContain(text);
      // What nobody deleted is there as well.
      for (const text of texts(base)) if (texts(mine).includes(text) && texts(theirs).includes(text)) expect(texts(merged.draft)).toContain(text);
    }
  });

  it("finds the same conflicts from both sides, and each cell once", () => {
    for (let seed = 0; seed < rounds; seed++) {
      const random = seeded(seed);
      const base = someDraft(random);
      const [mine, theirs] = [edited(random, base, 4), edited(random, base, 4)];
      const [here, there] = [merge(base, mine, theirs), merge(base, theirs, mine)];
      expect(here.conflicts.map(key).toSorted()).toEqual(there.conflicts.map(key).toSorted());
      expect(texts(here.draft).length).toBe(texts(there.draft).length);
      const ids = here.draft.document.cells.map((cell) => cell.id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it("ends in a draft that has what was chosen", () => {
    for (let seed = 0; seed < rounds; seed++) {
      const random = seeded(seed);
      const base = someDraft(random);
      const merged = merge(base, edited(random, base, 5), edited(random, base, 5));
      const chosen = merged.conflicts.map((conflict) => pick(random, choices(conflict)));
      const settled = texts(resolve(merged, chosen, random));
      merged.conflicts.forEach((conflict, index) => {
        if (conflict.kind !== "cell") return;
        const { mine, theirs } = conflict;
        if (mine && chosen[index] !== "theirs") expect(settled).toContain(mine.source);
        if (theirs && chosen[index] !== "mine") expect(settled).toContain(theirs.source);
      });
    }
  });
});

describe("differences", () => {
  it("of two texts give both back", () => {
    for (let seed = 0; seed < rounds; seed++) {
      const random = seeded(seed);
      const [one, two] = [0, 0].map(() => Array.from({ length: 8 }, () => pick(random, ["a", "b", "c", ""])).join("\n")) as [string, string];
      const found = lines(one, two);
      expect(found.filter(({ sign }) => sign !== "+").map(({ text }) => text).join("\n")).toBe(one);
      expect(found.filter(({ sign }) => sign !== "-").map(({ text }) => text).join("\n")).toBe(two);
    }
    expect(lines("a\nb\nc", "a\nc").map(({ sign }) => sign).join("")).toBe(" - ");
  });

  it("of two documents name every cell once, removed ones where they stood", () => {
    const list = changes(draft(a, b, sqlCell("c")).document, draft(sqlCell("n"), { ...a, source: "x" }, sqlCell("c")).document);
    expect(list.map((change) => change.kind)).toEqual(["added", "changed", "removed", "same"]);
  });
});

function texted(conflict: Conflict): string[] {
  return conflict.kind === "cell" ? [conflict.mine, conflict.theirs].flatMap((cell) => cell?.source ?? []) : [];
}

function key(conflict: Conflict): string {
  return conflict.kind === "cell" ? conflict.id : conflict.kind === "title" ? "title" : `:${conflict.name}`;
}
