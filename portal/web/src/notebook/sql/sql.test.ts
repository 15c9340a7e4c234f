import { describe, expect, it } from "vitest";
import type { NotebookDocument, Trouble } from "../../api/types";
import { markdownCell, sqlCell } from "../document/model";
import { seeded, someText } from "../document/random";
import { CATALOGUE } from "../sample";
import { outputColumns } from "./columns";
import { complete, type Surroundings } from "./completion";
import { distance, fixes } from "./fixes";
import { placeholders, tokens, withoutEnd } from "./lexer";
import { rangeAt } from "./place";
import { usedNames } from "./relations";
import { askOf, dependants, guessedType, missingParameters, namedTooLate, views } from "./views";

describe("the lexer", () => {
  const kinds = (sql: string) => tokens(sql).map((token) => `${token.kind} ${token.text}`);

  it("tells strings, names, comments and placeholders apart", () => {
    expect(kinds(`SELECT ':a' || ":b", x::date, :c -- :d`)).toEqual([
      "word SELECT", "string ':a'", "symbol ||", "quoted :b", "symbol ,", "word x", "symbol ::", "word date", "symbol ,", "placeholder c", "comment -- :d",
    ]);
    expect(kinds("'it''s' \"a\"\"b\" E'\\'' /* a /* b */ c */ $$ :x $$ 1.5e3 年齢")).toEqual([
      "string 'it''s'", 'quoted a"b', "string E'\\''", "comment /* a /* b */ c */", "string $$ :x $$", "number 1.5e3", "word 年齢",
    ]);
  });

  it("runs to the end where something is not closed", () => {
    for (const sql of ["'abc", '"abc', "/* abc", "$$ abc", "E'a\\'", "'a\n:b"]) expect(tokens(sql).length).toBe(1);
  });

  it("covers every text without a gap but white space", () => {
    for (let seed = 0; seed < 300; seed++) {
      const text = someText(seeded(seed)) + "'";
      let at = 0;
      for (const token of tokens(text)) {
        expect(text.slice(at, token.from).trim()).toBe("");
        expect(token.to).toBeGreaterThan(token.from);
        at = token.to;
      }
      expect(text.slice(at).trim()).toBe("");
    }
  });

  it("finds placeholders, but no casts and no times", () => {
    expect(placeholders("SELECT :A, x::int, ':t', :a, b[1:2], '10:30' -- :no")).toEqual(["a"]);
    expect(placeholders("x BETWEEN:from_date AND :to_date::date")).toEqual(["from_date", "to_date"]);
  });

  it("drops the semicolons that end a text, and only these", () => {
    expect(withoutEnd("SELECT ';' ; -- done ;")).toBe("SELECT ';'");
    expect(withoutEnd("SELECT 1; SELECT 2;")).toBe("SELECT 1; SELECT 2");
    expect(withoutEnd("SELECT 1")).toBe("SELECT 1");
  });
});

describe("relations", () => {
  const cases: [string, string[]][] = [
    ["SELECT * FROM a, b AS c JOIN d ON d.x = e.x", ["a", "b", "d"]],
    ["SELECT extract(year FROM visit_date) FROM visit", ["visit"]],
    ["SELECT 1 FROM t WHERE a IS DISTINCT FROM b AND c IS NOT DISTINCT FROM d", ["t"]],
    ["SELECT trim(both 'x' from y) FROM t", ["t"]],
    ["WITH a AS (SELECT * FROM b), c AS (SELECT * FROM a) SELECT * FROM c JOIN d USING (x)", ["b", "d"]],
    ["WITH a AS (SELECT * FROM a WHERE x) SELECT * FROM a", ["a"]],
    ["SELECT * FROM (SELECT * FROM x) y, (a JOIN b ON 1=1)", ["x", "a", "b"]],
    ["SELECT * FROM (WITH i AS (SELECT 1) SELECT * FROM i) z, i", ["i"]],
    ["SELECT (SELECT max(v) FROM lab), cohort FROM cohort_2", ["lab", "cohort_2"]],
    ["SELECT * FROM schema.t, unnest(x), \"My Table\", T", ["My Table", "t"]],
    ["SELECT 1 FROM a UNION ALL SELECT 2 FROM b ORDER BY from_date", ["a", "b"]],
    ["SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.x IN (SELECT x FROM c))", ["a", "b", "c"]],
    ["SELECT 'FROM x' -- FROM y\nFROM z", ["z"]],
    ["WITH RECURSIVE r (a, b) AS (SELECT 1) SELECT * FROM r LEFT JOIN LATERAL (SELECT 1 FROM q) s ON true", ["q"]],
    ["SELECT * FROM a WHERE x IN (1, 2) GROUP BY b, c", ["a"]],
    ["", []],
    ["SELECT * FROM", []],
  ];
  it.each(cases)("%s", (sql, names) => expect(usedNames(sql)).toEqual(names));
});

const document: NotebookDocument = {
  cells: [
    sqlCell("1", "SELECT * FROM diagnosis WHERE icd10 = :icd;", { name: "dm" }),
    sqlCell("2", "SELECT * FROM patient", { name: "adults" }),
    markdownCell("m", "FROM dm"),
    sqlCell("3", "SELECT a.patient_id, a.sex FROM Adults a JOIN dm USING (patient_id) -- FROM later", { name: "cohort" }),
    sqlCell("4", "SELECT sex, count(*) AS n FROM cohort WHERE d > :from_date::date GROUP BY sex", { explore: true }),
    sqlCell("5", "SELECT 1 FROM later"),
    sqlCell("6", "SELECT 1", { name: "later" }),
  ],
  parameters: [{ name: "icd", parameter: { type: "text", value: "E11" } }, { name: "unused", parameter: { type: "integer", value: 1 } }],
};

describe("views", () => {
  it("are found through others and sent in the notebook's order", () => {
    expect(askOf(document, document.cells[4] as never)).toEqual({
      sql: "SELECT sex, count(*) AS n FROM cohort WHERE d > :from_date::date GROUP BY sex",
      views: [
        { name: "dm", sql: "SELECT * FROM diagnosis WHERE icd10 = :icd" },
        { name: "adults", sql: "SELECT * FROM patient" },
        { name: "cohort", sql: "SELECT a.patient_id, a.sex FROM Adults a JOIN dm USING (patient_id) -- FROM later" },
      ],
      parameters: { icd: { type: "text", value: "E11" } },
      explore: true,
    });
    expect(views(document, "1", "SELECT 1 FROM dm")).toEqual([]);
  });

  it("below are told, and so are cells that become stale", () => {
    expect(namedTooLate(document, "5", "SELECT 1 FROM later").map((cell) => cell.id)).toEqual(["6"]);
    expect(dependants(document, "1")).toEqual(["3", "4"]);
    expect(dependants(document, "6")).toEqual([]);
  });

  it("tell which parameters are missing", () => {
    expect(missingParameters(document)).toEqual(["from_date"]);
    expect(["from_date", "age", "icd", "開始日"].map(guessedType)).toEqual(["date", "integer", "text", "date"]);
  });
});

describe("columns of a cell", () => {
  const of = (name: string) => CATALOGUE.tables.find((table) => table.name === name)?.columns.map((column) => column.name);
  it("are read off its text", () => {
    expect(outputColumns("SELECT DISTINCT p.sex, count(*) AS n, sum(x) total, CASE WHEN a THEN b END, a + b, 1 AS \"One\" FROM patient p", of)).toEqual(["sex", "n", "total", "One"]);
    expect(outputColumns("WITH x AS (SELECT q FROM y) SELECT d.* FROM patient p JOIN icd10 d ON true", of)).toEqual(["icd10", "label_ja", "label_en"]);
    expect(outputColumns("SELECT * FROM icd10", of)).toEqual(["icd10", "label_ja", "label_en"]);
    expect(outputColumns("nonsense", of)).toEqual([]);
  });
});

describe("completion", () => {
  const around: Surroundings = {
    catalogue: CATALOGUE,
    earlier: [sqlCell("1", "SELECT patient_id, sex AS s FROM patient", { name: "cohort" })],
    parameters: ["from_date"],
  };
  /** The place is marked by ^. */
  const at = (marked: string, asked = false) => complete(marked.replace("^", ""), marked.indexOf("^"), around, asked);
  const labels = (marked: string, asked = false) => at(marked, asked)?.options.map((option) => option.label);

  it("offers tables and earlier cells after FROM and JOIN", () => {
    expect(labels("SELECT * FROM ^")).toEqual(["cohort", "patient", "diagnosis", "lab", "icd10"]);
    expect(labels("SELECT * FROM patient, di^")).toEqual(["cohort", "patient", "diagnosis", "lab", "icd10"]);
  });

  it("offers nothing once the only name that fits is typed", () => {
    expect(labels("SELECT * FROM patient^")).toBeUndefined();
    expect(labels("SELECT * FROM patient^", true)).toContain("patient");
    expect(labels("SELECT * FROM patien^")).toContain("patient");
  });

  it("offers the columns behind an alias, also of an earlier cell", () => {
    expect(labels("SELECT d.^ FROM diagnosis d")).toEqual(["patient_id", "institution_id", "diagnosis_date", "icd10", "suspected"]);
    expect(at("SELECT d.ic^ FROM diagnosis AS d")?.from).toBe(9);
    expect(labels("SELECT c.^ FROM cohort c")).toEqual(["patient_id", "s"]);
    expect(labels("SELECT x.^ FROM cohort c")).toBeUndefined();
  });

  it("puts the columns of what is read first", () => {
    const options = at("SELECT se^ FROM patient")!.options;
    expect(options[0]).toMatchObject({ label: "patient_id", kind: "column", detail: "patient · key", class: "patient" });
    expect(options.map((option) => option.label)).toEqual(expect.arrayContaining(["sex", "count", "floor", "SELECT", "cohort"]));
  });

  it("offers parameters after a colon, and nothing in strings and comments", () => {
    expect(at("WHERE d > :fr^")).toEqual({ from: 10, options: [{ label: ":from_date", kind: "parameter", boost: 3 }] });
    expect(labels("WHERE d > :^")).toEqual([":from_date"]);
    for (const quiet of ["SELECT 'a^'", "-- a^", "/* a^ */", "SELECT 1 ^"]) expect(labels(quiet)).toBeUndefined();
    expect(labels("SELECT ^", true)).toContain("count");
  });
});

describe("places", () => {
  it("are underlined as a word, in characters as people count them", () => {
    expect(rangeAt("SELECT x\nFROM diagnosi", { line: 2, column: 6 })).toEqual({ from: 14, to: 22 });
    expect(rangeAt("SELECT '𠮷', y", { line: 1, column: 13 })).toEqual({ from: 13, to: 14 });
    for (const place of [{ line: 9, column: 9 }, { line: 0, column: 0 }, { line: 1, column: 99 }]) {
      const { from, to } = rangeAt("SELECT 1", place);
      expect([from >= 0, to > from, to <= 8]).toEqual([true, true, true]);
    }
  });
});

describe("fixes", () => {
  const around = { catalogue: CATALOGUE, cells: ["cohort"], missing: ["from_date"], explore: true };
  const trouble = (code: string, line = 1, column = 1): Trouble => ({ code, message: { ja: "", en: "" }, remedy: { ja: "", en: "" }, at: { line, column } });
  const fixed = (sql: string, wrong: Trouble) =>
    fixes(wrong, sql, around).map((fix) => ("range" in fix ? sql.slice(0, fix.range.from) + fix.text + sql.slice(fix.range.to) : fix.kind));

  it("offer the name that was meant", () => {
    expect(fixed("SELECT 1 FROM diagnosi", trouble("unknown_table", 1, 15))).toEqual(["SELECT 1 FROM diagnosis"]);
    expect(fixed("SELECT d.icd FROM diagnosis d", trouble("unknown_column", 1, 8))).toEqual(["SELECT d.icd10 FROM diagnosis d"]);
    expect(fixed("SELECT quite_else FROM diagnosis", trouble("unknown_column", 1, 8))).toEqual([]);
    expect(fixed("SELECT medain(x) FROM lab", trouble("function", 1, 8))).toEqual(["SELECT median(x) FROM lab"]);
  });

  it("offer to count patients instead of showing them", () => {
    expect(fixed("SELECT * FROM diagnosis WHERE suspected;", trouble("raw_rows"))).toEqual(["SELECT count(DISTINCT patient_id) AS patients\nFROM diagnosis WHERE suspected;"]);
    expect(fixed("SELECT sex, x FROM patient GROUP BY sex", trouble("raw_rows"))).toEqual([]);
  });

  it("take a LIMIT away, add a parameter, leave exploring", () => {
    expect(fixed("SELECT avg(v) FROM (SELECT v FROM lab LIMIT 10) t", trouble("limit_rows", 1, 39))).toEqual(["SELECT avg(v) FROM (SELECT v FROM lab ) t"]);
    expect(fixed("x", trouble("parameter"))).toEqual(["add-parameter"]);
    expect(fixed("x", trouble("exploring"))).toEqual(["leave-exploring"]);
    expect(fixed("x", trouble("time"))).toEqual([]);
  });

  it("measure how far names are apart", () => {
    expect([distance("abc", "abc"), distance("abc", "acb"), distance("", "ab"), distance("kitten", "sitting")]).toEqual([0, 1, 2, 3]);
  });
});

describe("values of codes", () => {
  const labels = (table: { name: string }, column: { name: string }) => (table.name === "diagnosis" && column.name === "icd10" ? ["E11", "I10", "it's"] : []);
  const offered = (text: string) => {
    const at = text.indexOf("|");
    return complete(text.replace("|", ""), at, { catalogue: CATALOGUE, earlier: [], parameters: [], labels });
  };
  const names = (text: string) => offered(text)?.options.map((option) => option.label);

  it("are offered in a string that a column is compared with, as they were shown", () => {
    for (const text of ["icd10 = '|", "icd10 = '|'", "d.icd10 <> 'E|'", "icd10 IN ('|", "icd10 NOT IN ('E11', '|')", "ICD10 in ('E11','I10', 'x|"]) {
      expect(names(`SELECT count(*) FROM diagnosis AS d WHERE ${text}`), text).toEqual(["E11", "I10", "it's"]);
    }
  });

  it("put in a whole string", () => {
    expect(offered("SELECT 1 FROM diagnosis WHERE icd10 = 'E|")).toMatchObject({ from: 39, options: [{ apply: "E11'" }, { apply: "I10'" }, { apply: "it''s'" }] });
    expect(offered("SELECT 1 FROM diagnosis WHERE icd10 = 'E|'")?.options[0]?.apply).toBe("E11");
  });

  it("are not offered elsewhere", () => {
    for (const text of ["FROM diagnosis WHERE icd10 = 'E11'|", "FROM diagnosis WHERE suspected = '|", "FROM lab WHERE icd10 = '|", "FROM diagnosis WHERE lower('|", "FROM diagnosis AS d, lab AS l WHERE l.icd10 = '|", "FROM diagnosis WHERE icd10 > '|"]) {
      expect(offered(`SELECT 1 ${text}`), text).toBeUndefined();
    }
  });
});
