import { bool, columnFromArray, dateDay, float64, int64, tableFromColumns, tableToIPC, utf8 } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import type { Suppressed } from "../../api/types";
import { decode, figures, type FigureColumn } from "../../api/figures";
import { breadth, exact, formatter, formatters, widths } from "./format";
import { inSight, moved } from "./keys";
import { ordered, turned } from "./order";

const hidden = (row: number, column: number): Suppressed => ({ row, column, reason: "patients", message: { ja: "", en: "" }, remedy: { ja: "", en: "" } });

function stream(): Uint8Array {
  const table = tableFromColumns({
    sex: columnFromArray(["f", "m", null, "m"], utf8()),
    n: columnFromArray([120n, 9007199254740993n, null, 7n], int64()),
    mean: columnFromArray([1.5, null, 2.25, Infinity], float64()),
    day: columnFromArray([new Date("2024-04-01"), null, null, null], dateDay()),
    yes: columnFromArray([true, false, null, true], bool()),
  });
  return tableToIPC(table, { format: "stream" })!;
}

describe("figures", () => {
  it("come out of an Arrow stream with their kinds", () => {
    const answer = decode(stream(), [hidden(2, 1)]);
    expect(answer.columns.map((column) => column.kind)).toEqual(["text", "number", "number", "date", "boolean"]);
    expect([0, 1, 2, 3, 4].map((column) => answer.value(0, column))).toEqual(["f", 120, 1.5, Date.UTC(2024, 3, 1), true]);
    expect(answer.value(1, 1)).toBe(9007199254740993n);
    expect([answer.value(3, 2), answer.value(2, 0), answer.rows]).toEqual([null, null, 4]);
  });

  it("tell suppressed from NULL, and never a value behind", () => {
    const answer = decode(stream(), [hidden(2, 1), hidden(3, 1)]);
    expect([answer.hidden(2, 1)?.reason, answer.hidden(1, 2), answer.hiddenCells]).toEqual(["patients", undefined, 2]);
    expect(answer.value(3, 1)).toBeNull();
  });

  it("are refused where the bytes are something else", () => {
    expect(() => decode(new TextEncoder().encode("{}"), [])).toThrow();
  });
});

function one(kind: FigureColumn["kind"], values: (number | string | boolean | null)[], suppressed: number[] = [], name = "x") {
  const whole = kind === "number" && values.every((value) => value === null || Number.isInteger(value));
  return figures([{ name, kind, whole }], values.length, (row) => values[row] ?? null, suppressed.map((row) => hidden(row, 0)));
}

describe("sorting", () => {
  it("puts NULL and then suppressed cells last, both ways, and is stable", () => {
    const answer = one("number", [3, null, 9, 1, 3, 2], [2]);
    expect([...ordered(answer, { column: 0, down: false }, "en")]).toEqual([3, 5, 0, 4, 1, 2]);
    expect([...ordered(answer, { column: 0, down: true }, "en")]).toEqual([0, 4, 5, 3, 1, 2]);
    expect([...ordered(answer, undefined, "en")]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("reads numbers inside of texts", () => {
    expect([...ordered(one("text", ["70-79", "100-", "8-9"]), { column: 0, down: false }, "ja")]).toEqual([2, 0, 1]);
  });

  it("turns up, down and off", () => {
    const up = turned(undefined, 1);
    expect([up, turned(up, 1), turned(turned(up, 1), 1), turned(up, 0)]).toEqual([{ column: 1, down: false }, { column: 1, down: true }, undefined, { column: 0, down: false }]);
  });
});

describe("formats", () => {
  const truths = { yes: "はい", no: "いいえ" };
  const shown = (answer: ReturnType<typeof one>) => {
    const show = formatters(answer, "ja", truths)[0]!;
    return Array.from({ length: answer.rows }, (_, row) => show(answer.value(row, 0)));
  };

  it("group thousands, and align decimals", () => {
    expect(shown(one("number", [1234567, 0, -5]))).toEqual(["1,234,567", "0", "-5"]);
    expect(shown(one("number", [1.5, 2.25, 3]))).toEqual(["1.50", "2.25", "3.00"]);
    expect(shown(one("number", [1 / 3]))).toEqual(["0.3333"]);
  });

  it("never show a small figure as zero, nor a year with a comma", () => {
    expect(shown(one("number", [0.00001234, 2.5]))).toEqual(["0.00001234", "2.5"]);
    expect(shown(one("number", [2024], [], "birth_year"))).toEqual(["2024"]);
  });

  it("write days, moments and truths", () => {
    expect(shown(one("date", [Date.UTC(2024, 3, 1)]))).toEqual(["2024-04-01"]);
    expect(shown(one("moment", [Date.UTC(2024, 3, 1, 12, 30)]))).toEqual(["2024-04-01 12:30:00"]);
    expect(shown(one("boolean", [true, false, null]))).toEqual(["はい", "いいえ", ""]);
    expect(exact(0.1234567891, "en")).toBe("0.1234567891");
    expect(formatter({ name: "x", kind: "number", whole: true }, [], "en", truths)(9007199254740993n)).toBe("9,007,199,254,740,993");
  });

  it("know how wide Japanese is", () => {
    expect([breadth("年齢a"), breadth("ab")]).toEqual([5, 2]);
    expect(widths(one("text", ["あ".repeat(50)]), [String])).toEqual([40]);
  });
});

describe("keys", () => {
  it("move within the grid, headers included", () => {
    const at = { row: 5, column: 1 };
    const go = (key: string, ctrlKey = false, from = at) => moved(from, { key, ctrlKey }, 100, 3, 10);
    expect(go("ArrowDown")).toEqual({ row: 6, column: 1 });
    expect(go("PageUp")).toEqual({ row: 0, column: 1 });
    expect(go("PageUp", false, { row: -1, column: 0 })).toEqual({ row: -1, column: 0 });
    expect(go("PageDown", false, { row: 95, column: 0 })).toEqual({ row: 99, column: 0 });
    expect(go("ArrowUp", false, { row: -1, column: 0 })).toEqual({ row: -1, column: 0 });
    expect([go("Home"), go("End"), go("Home", true), go("End", true)]).toEqual([
      { row: 5, column: 0 }, { row: 5, column: 2 }, { row: -1, column: 0 }, { row: 99, column: 2 },
    ]);
    expect(go("a")).toBeUndefined();
  });

  it("draw what is in sight", () => {
    expect(inSight(0, 300, 30, 1000)).toEqual({ first: 0, end: 18 });
    expect(inSight(29_700, 300, 30, 1000)).toEqual({ first: 982, end: 1000 });
    expect(inSight(0, 300, 30, 0)).toEqual({ first: 0, end: 0 });
  });
});
