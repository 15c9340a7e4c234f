import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../notebook/sample";
import { exampleOf, looked } from "./look";

describe("searching the catalogue", () => {
  it("finds tables by name with all columns, and by column with that one", () => {
    expect(looked(CATALOGUE, "").tables.length).toBe(CATALOGUE.tables.length);
    expect(looked(CATALOGUE, " LAB ").tables.map(({ table, columns }) => [table.name, columns.length])).toEqual([["lab", 6], ["icd10", 2]]);
    expect(looked(CATALOGUE, "suspected").tables).toMatchObject([{ table: { name: "diagnosis" }, columns: [{ name: "suspected" }] }]);
    expect(looked(CATALOGUE, "ｍｅｄｉａｎ")).toEqual({ tables: [], functions: [], aggregates: ["median"] });
  });

  it("gives an example that the gate answers", () => {
    const of = (name: string) => exampleOf(CATALOGUE.tables.find((table) => table.name === name)!);
    expect(of("patient")).toBe("SELECT sex, count(DISTINCT patient_id) AS patients\nFROM patient\nGROUP BY sex");
    expect(of("icd10")).toBe("SELECT *\nFROM icd10");
    expect(exampleOf({ name: "T 1", patient: "p", columns: [] })).toBe('SELECT count(DISTINCT p) AS patients\nFROM "T 1"');
  });
});
