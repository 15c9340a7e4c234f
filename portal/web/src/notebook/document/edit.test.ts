import { describe, expect, it } from "vitest";
import { apply } from "./edit";
import { begin, edit, redo, retitle, undo } from "./history";
import { markdownCell, sqlCell } from "./model";
import { freeName, nameMistake, parameterMistake } from "./naming";
import { seeded, someDraft, someEdit } from "./random";

const document = { cells: [sqlCell("a", "SELECT 1", { name: "one" }), markdownCell("b", "# B"), sqlCell("c")], parameters: [] };
const ids = (d: typeof document) => d.cells.map((cell) => cell.id).join("");

describe("edits", () => {
  it("move within the list and never beyond it", () => {
    expect(ids(apply(document, { kind: "move", id: "a", to: 1 }) as typeof document)).toBe("bac");
    expect(ids(apply(document, { kind: "move", id: "a", to: 99 }) as typeof document)).toBe("bca");
    expect(ids(apply(document, { kind: "move", id: "c", to: -5 }) as typeof document)).toBe("cab");
  });

  it("duplicate below, under a free name", () => {
    const copy = apply(document, { kind: "duplicate", id: "a", as: "d" });
    expect(copy.cells[1]).toEqual(sqlCell("d", "SELECT 1", { name: "one_2" }));
  });

  it("leave the document as it is where nothing changes", () => {
    expect(apply(document, { kind: "source", id: "a", source: "SELECT 1" })).toBe(document);
    expect(apply(document, { kind: "source", id: "gone", source: "x" })).toBe(document);
    expect(apply(document, { kind: "name", id: "b", name: "x" })).toBe(document);
  });

  it("keep the text of a cell that becomes another kind", () => {
    expect(apply(document, { kind: "turn", id: "a", into: "markdown" }).cells[0]).toEqual(markdownCell("a", "SELECT 1"));
  });

  it("fold names as SQL does, and lines to \\n", () => {
    const named = apply(document, { kind: "name", id: "c", name: " Cohort " });
    expect(named.cells[2]).toEqual(sqlCell("c", "", { name: "cohort" }));
    expect(apply(document, { kind: "source", id: "c", source: "a\r\nb\rc" }).cells[2]?.source).toBe("a\nb\nc");
  });
});

describe("undo", () => {
  it("takes every edit back and makes it again, whatever they were", () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seeded(seed);
      const start = begin(someDraft(random));
      const states = [start];
      for (let i = 0; i < 8; i++) states.push(edit(states.at(-1)!, someEdit(random, states.at(-1)!.present.document), i * 10_000));
      const drafts = states.map((state) => state.present).filter((draft, i, all) => draft !== all[i - 1]);
      let history = states.at(-1)!;
      for (const draft of drafts.toReversed().slice(1)) expect((history = undo(history)).present).toBe(draft);
      for (const draft of drafts.slice(1)) expect((history = redo(history)).present).toBe(draft);
    }
  });

  it("counts typing without a pause as one step", () => {
    let history = begin({ title: "t", document });
    history = edit(history, { kind: "source", id: "a", source: "S" }, 100);
    history = edit(history, { kind: "source", id: "a", source: "SE" }, 200);
    history = edit(history, { kind: "source", id: "c", source: "x" }, 300);
    history = edit(history, { kind: "source", id: "c", source: "xy" }, 3000);
    expect(history.past.length).toBe(3);
    expect(undo(undo(undo(history))).present.document).toBe(document);
  });

  it("covers the title", () => {
    const history = retitle(begin({ title: "t", document }), "  u \n v ", 0);
    expect(history.present.title).toBe("u v");
    expect(undo(history).present.title).toBe("t");
  });
});

describe("names", () => {
  it("are names in SQL, nobody else's", () => {
    const mistake = (name: string) => nameMistake(document, "c", name, ["diagnosis"]);
    expect(["", "cohort", "コホート", "_x1"].map(mistake)).toEqual([undefined, undefined, undefined, undefined]);
    expect(["1a", "a b", "a-b", "x".repeat(61), "SELECT", "Diagnosis", "ONE"].map(mistake)).toEqual([
      "form", "form", "form", "long", "reserved", "table", "taken",
    ]);
    expect(nameMistake(document, "a", "one")).toBeUndefined();
    expect(parameterMistake({ cells: [], parameters: [{ name: "d", parameter: { type: "date", value: null } }] }, undefined, "d")).toBe("taken");
  });

  it("get a number where they are taken", () => {
    expect(freeName("a", new Set())).toBe("a");
    expect(freeName("a", new Set(["a", "a_2"]))).toBe("a_3");
    expect(freeName("a_2", new Set(["a_2"]))).toBe("a_3");
  });
});
