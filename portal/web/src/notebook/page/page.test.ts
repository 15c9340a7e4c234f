import { describe, expect, it } from "vitest";
import { fromIpynb, toIpynb } from "../document/ipynb";
import { markdownCell, sqlCell } from "../document/model";
import { seeded } from "../document/random";
import { CATALOGUE } from "../sample";
import { readIn } from "./files";
import { find } from "./find";
import { numberOf } from "./number";
import { example, welcome } from "./welcome";

describe("a new notebook", () => {
  it("begins with a question that the gate answers", () => {
    expect(example(CATALOGUE)).toBe("SELECT sex, count(DISTINCT patient_id) AS patients\nFROM patient\nGROUP BY sex\nORDER BY patients DESC");
    const cells = welcome(CATALOGUE, "ja", seeded(1));
    expect(cells.map((cell) => cell.kind)).toEqual(["markdown", "sql"]);
    expect(cells[0]?.source).toContain("患者が 10 人に満たない");
  });

  it("does without an example where there are no patients", () => {
    const empty = { ...CATALOGUE, tables: CATALOGUE.tables.filter((table) => !table.patient) };
    expect(example(empty)).toBeUndefined();
    expect(welcome(empty, "en", seeded(1)).length).toBe(2);
    const odd = { ...CATALOGUE, tables: [{ name: "T 1", patient: "Patient", columns: [] }] };
    expect(example(odd)).toBe('SELECT count(DISTINCT "Patient") AS patients\nFROM "T 1"');
  });
});

describe("finding", () => {
  const cells = [sqlCell("a", "SELECT x\nFROM Diagnosis d", { name: "cohort" }), markdownCell("b", "診断 Ｄｉａｇｎｏｓｉｓ と diagnosis")];

  it("looks past width and case, in names too", () => {
    expect(find(cells, "diagnosis").map(({ id, match, at }) => [id, match, at])).toEqual([["a", "Diagnosis", 14], ["b", "Ｄｉａｇｎｏｓｉｓ", 3], ["b", "diagnosis", 15]]);
    expect(find(cells, "COHORT")).toEqual([{ id: "a", before: "", match: "cohort", after: "" }]);
  });

  it("shows the line around, and nothing for nothing", () => {
    expect(find(cells, "from")[0]).toMatchObject({ before: "", match: "FROM", after: " Diagnosis d" });
    expect(find(cells, "  ")).toEqual([]);
  });
});

describe("numbers", () => {
  it("are read as people type them", () => {
    expect(["", " 1,234 ", "４０", "-2"].map((text) => numberOf(text, "integer"))).toEqual([null, 1234, 40, -2]);
    expect(["1.5", "x", "9007199254740993"].map((text) => numberOf(text, "integer"))).toEqual([undefined, undefined, undefined]);
    expect(["1.5", "1e3", "Infinity"].map((text) => numberOf(text, "real"))).toEqual([1.5, 1000, undefined]);
  });
});

describe("files", () => {
  it("are read by their kind, and refused when they are none", () => {
    const draft = { title: "", document: { cells: [sqlCell("a", "SELECT 1")], parameters: [] } };
    expect(readIn("Cohort.ipynb", toIpynb(draft))).toMatchObject({ title: "Cohort", dropped: 0 });
    expect(readIn("x.SQL", "SELECT 1")).toMatchObject({ title: "x", document: { cells: [{ source: "SELECT 1" }] } });
    expect(readIn("x.ipynb", "{}")).toBeUndefined();
    expect(readIn("x.sql", "\u0000\u0001")).toBeUndefined();
    expect(fromIpynb(toIpynb(draft))?.document).toEqual(draft.document);
  });
});
