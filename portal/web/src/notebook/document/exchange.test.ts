import { describe, expect, it } from "vitest";
import { fromIpynb, toIpynb } from "./ipynb";
import { markdownCell, sqlCell, type Draft } from "./model";
import { fromPlain, toPlain } from "./plain";
import { seeded, someDraft } from "./random";

/** A draft without its ids, which the plain form does not keep. */
function anonymous(draft: Draft) {
  return { title: draft.title, parameters: draft.document.parameters, cells: draft.document.cells.map((cell) => ({ ...cell, id: "" })) };
}

const draft: Draft = {
  title: "糖尿病の年齢分布",
  document: {
    cells: [markdownCell("intro", "# 対象\n\n- 成人"), sqlCell("c1", "SELECT age\nFROM patient", { name: "cohort", chart: { kind: "bar" } })],
    parameters: [{ name: "from_date", parameter: { type: "date", value: "2024-01-01" } }],
  },
};

describe(".ipynb", () => {
  it("comes back as it went, ids too", () => {
    for (let seed = 0; seed < 400; seed++) {
      const made = someDraft(seeded(seed));
      expect(fromIpynb(toIpynb(made))).toEqual({ ...made, dropped: { outputs: 0, attachments: 0 } });
    }
  });

  it("is what nbformat 4.5 asks for, without outputs", () => {
    const written = JSON.parse(toIpynb(draft));
    expect([written.nbformat, written.nbformat_minor]).toEqual([4, 5]);
    expect(written.cells[1]).toEqual({
      cell_type: "code",
      execution_count: null,
      id: "c1",
      metadata: { language: "sql", sekisho: { name: "cohort", chart: { kind: "bar" } } },
      outputs: [],
      source: ["SELECT age\n", "FROM patient"],
    });
  });

  it("from elsewhere keeps every text and drops every output", () => {
    const foreign = {
      nbformat: 4,
      nbformat_minor: 2,
      metadata: { kernelspec: { language: "python", name: "python3" } },
      cells: [
        { cell_type: "code", source: "print('```')", outputs: [{ output_type: "stream" }] },
        { cell_type: "code", source: ["%%sql conn\n", "SELECT 1"], outputs: [] },
        { cell_type: "markdown", source: "x\r\ny", attachments: { "a.png": {} } },
        { cell_type: "raw", source: 7 },
        "nonsense",
      ],
    };
    const read = fromIpynb(JSON.stringify(foreign))!;
    expect(read.document.cells.map((cell) => [cell.kind, cell.source])).toEqual([
      ["markdown", "````python\nprint('```')\n````"],
      ["sql", "SELECT 1"],
      ["markdown", "x\ny"],
      ["markdown", ""],
    ]);
    expect(read.dropped).toEqual({ outputs: 1, attachments: 1 });
    expect(new Set(read.document.cells.map((cell) => cell.id)).size).toBe(4);
  });

  it("is refused when it is something else", () => {
    for (const text of ["", "SELECT 1", "[]", '{"nbformat":3,"cells":[]}', '{"nbformat":4}']) expect(fromIpynb(text)).toBeUndefined();
  });
});

describe("the plain form", () => {
  it("comes back as it went, but for ids", () => {
    for (let seed = 0; seed < 800; seed++) {
      const made = someDraft(seeded(seed));
      expect(anonymous(fromPlain(toPlain(made))), `seed ${seed}`).toEqual(anonymous(made));
    }
  });

  it("is written the same again", () => {
    for (let seed = 0; seed < 200; seed++) {
      const text = toPlain(someDraft(seeded(seed)));
      expect(toPlain(fromPlain(text))).toBe(text);
    }
  });

  it("reads well", () => {
    expect(toPlain(draft)).toBe(`-- title: 糖尿病の年齢分布
-- parameter: from_date date "2024-01-01"

-- %% markdown
-- # 対象
--
-- - 成人

-- %% name: cohort
-- % chart: {"kind":"bar"}
SELECT age
FROM patient
`);
  });

  it("takes any SQL file, and what an editor did to the ends of lines", () => {
    expect(anonymous(fromPlain("SELECT 1;\n\nSELECT 2;\n")).cells).toEqual([sqlCell("", "SELECT 1;\n\nSELECT 2;")]);
    const windows = "\uFEFF" + toPlain(draft).replaceAll("\n", "\r\n");
    expect(anonymous(fromPlain(windows))).toEqual(anonymous(draft));
    expect(anonymous(fromPlain(toPlain(draft).trimEnd()))).toEqual(anonymous(draft));
    expect(fromPlain("").document.cells).toEqual([]);
  });
});
