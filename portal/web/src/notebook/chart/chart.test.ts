import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";
import { describe, expect, it } from "vitest";
import type { Suppressed } from "../../api/types";
import { figures, type FigureColumn, type Value } from "../../api/figures";
import { KINDS, readChoice, recast, settled, type ChartChoice } from "./choice";
import type { Look } from "./look";
import { checkOwn, completed, starter } from "./own";
import { points } from "./points";
import { isLying, spec, type Labels } from "./spec";

const text = (name: string): FigureColumn => ({ name, kind: "text", whole: false });
const count = (name: string): FigureColumn => ({ name, kind: "number", whole: true });
const hidden = (row: number, column: number): Suppressed => ({ row, column, reason: "patients", message: { ja: "", en: "" }, remedy: { ja: "", en: "" } });
const answer = (columns: FigureColumn[], rows: Value[][], suppressed: Suppressed[] = []) => figures(columns, rows.length, (row, column) => rows[row]?.[column] ?? null, suppressed);

const labels: Labels = { suppressed: "秘匿", count: "1 件秘匿" };
const look: Look = { ink: "#111111", muted: "#555555", line: "#dddddd", ground: "#ffffff", accent: "#26457a", series: ["#111111", "#222222"], font: "sans-serif" };

const ages = answer([text("age"), text("sex"), count("n")], [["40-49", "f", 120], ["40-49", "m", null], ["50-59", "f", 0], ["50-59", "m", 80]], [hidden(1, 2)]);
const bins = answer([count("low"), count("n")], [[4, 10], [5, null], [6, 30]], [hidden(1, 1)]);
const days: FigureColumn = { name: "month", kind: "date", whole: false };
const months = answer([days, count("n")], [[Date.UTC(2024, 0), 10], [Date.UTC(2024, 1), null], [Date.UTC(2024, 2), 30]], [hidden(1, 1)]);

function drawn(from: typeof ages, wanted: ChartChoice) {
  const choice = settled(wanted, from.columns)!;
  return spec({ choice, columns: from.columns, points: points(from, choice), labels, look });
}

type Item = Record<string, unknown>;

/** What stands in the picture, by kind of mark, after everything ran through the interpreter that the policy asks for. */
async function scene(specification: object): Promise<{ type: string; items: Item[] }[]> {
  const vega = parse(compile({ ...specification, width: 400 } as never).spec, undefined, { ast: true });
  const view = await new View(vega, { expr: expressionInterpreter, renderer: "none" }).runAsync();
  const found: { type: string; items: Item[] }[] = [];
  const walk = (mark: { marktype?: string; role?: string; items?: Item[] }) => {
    const items = mark.items ?? [];
    if (mark.marktype && mark.marktype !== "group" && mark.role === "mark") found.push({ type: mark.marktype, items });
    for (const item of items) for (const inner of (item.items as Item[] | undefined) ?? []) walk(inner);
  };
  walk((view.scenegraph() as unknown as { root: Item }).root);
  view.finalize();
  return found;
}

const ofType = (marks: { type: string; items: Item[] }[], type: string) => marks.find((mark) => mark.type === type)?.items ?? [];

describe("choices", () => {
  it("that were kept are read with care", () => {
    expect(readChoice({ kind: "bar", x: "age", y: 3, evil: 1 })).toEqual({ kind: "bar", x: "age" });
    for (const bad of [null, 3, "bar", {}, { kind: "pie" }]) expect(readChoice(bad)).toBeUndefined();
  });

  it("find the likeliest columns, and others where one is gone", () => {
    expect(settled(undefined, ages.columns)).toEqual({ kind: "bar", x: "age", y: "n" });
    expect(settled(undefined, months.columns)).toEqual({ kind: "line", x: "month", y: "n" });
    expect(settled({ kind: "heat", z: "gone" }, ages.columns)).toEqual({ kind: "heat", x: "age", y: "sex", z: "n" });
    expect(settled({ kind: "bar", series: "gone" }, ages.columns)).toEqual({ kind: "bar", x: "age", y: "n" });
    expect(settled({ kind: "histogram" }, bins.columns)).toEqual({ kind: "histogram", x: "low", y: "n" });
    expect(settled(undefined, [text("a")])).toBeUndefined();
    expect(settled({ kind: "bar", y: "sex" }, ages.columns)).toEqual({ kind: "bar", x: "age", y: "n" });
  });

  it("keep their columns when the kind changes", () => {
    const bars: ChartChoice = { kind: "bar", x: "age", y: "n", series: "sex" };
    expect(recast(bars, "heat")).toEqual({ kind: "heat", x: "age", y: "sex", z: "n" });
    expect(recast(recast(bars, "heat"), "line")).toEqual({ ...bars, kind: "line" });
  });
});

describe("points", () => {
  it("tell zero, NULL and suppressed apart", () => {
    const { list, suppressed } = points(ages, { kind: "bar", x: "age", y: "n", series: "sex" });
    expect(list.map((point) => [point.y, point.state])).toEqual([[120, "shown"], [null, "suppressed"], [0, "shown"], [80, "shown"]]);
    expect(suppressed).toBe(1);
  });
});

describe("charts", () => {
  it("draw a bar for each figure, none for a suppressed one, and its mark instead", async () => {
    const marks = await scene(drawn(ages, { kind: "bar", x: "age", y: "n", series: "sex" }));
    const bars = ofType(marks, "rect");
    expect([bars.length, bars.filter((bar) => bar.height === 0).length]).toEqual([3, 1]);
    expect(ofType(marks, "text").map((item) => item.text)).toEqual(["▨"]);
  });

  it("break a line at a suppressed point", async () => {
    const marks = await scene(drawn(months, { kind: "line" }));
    expect(ofType(marks, "line").map((item) => item.defined !== false)).toEqual([true, false, true]);
    expect([ofType(marks, "text").length, ofType(marks, "symbol").length]).toEqual([1, 2]);
  });

  it("say on the axis how many are suppressed", () => {
    for (const kind of ["bar", "line", "steps"] as const) expect(JSON.stringify(drawn(months, { kind, x: "month", y: "n" }))).toContain("(▨ 1 件秘匿)");
  });

  it("draw bins with their widths, and suppressed ones as a mark", async () => {
    const marks = await scene(drawn(bins, { kind: "histogram", x: "low", y: "n" }));
    expect([ofType(marks, "rect").length, ofType(marks, "text").length]).toEqual([2, 1]);
  });

  it("leave a hatched hole in a heat map", async () => {
    const marks = await scene(drawn(ages, { kind: "heat" }));
    expect(marks.filter((mark) => mark.type === "rect").map((mark) => mark.items.length)).toEqual([3, 1]);
  });

  it("compile without a warning, whatever was chosen", () => {
    for (const kind of KINDS.filter((each) => each !== "own")) {
      for (const from of [ages, bins, months]) {
        const choice = settled({ kind }, from.columns);
        if (!choice) continue;
        const warnings: unknown[] = [];
        const say = (...said: unknown[]) => (warnings.push(said), logger);
        const logger = { level: () => logger, error: say, warn: say, info: () => logger, debug: () => logger };
        const made = spec({ choice, columns: from.columns, points: points(from, choice), labels, look });
        compile({ ...made, width: 300 } as never, { logger: logger as never });
        expect(warnings, kind).toEqual([]);
      }
    }
  });

  it("lie down for long labels", () => {
    const { list } = points(answer([text("x"), count("n")], [["two words and more", 1]]), { kind: "bar", x: "x", y: "n" });
    expect(isLying(list)).toBe(true);
  });
});

describe("own specifications", () => {
  it("may not fetch, link, stack, or fill in what is missing", () => {
    for (const [key, own] of [
      ["url", { mark: "bar", encoding: { url: 1 } }],
      ["data", { layer: [{ data: { values: [] } }] }],
      ["href", { mark: { type: "bar", href: "https://x" } }],
      ["impute", { transform: [{ impute: "n", value: 0 }] }],
      ["image", { mark: "image" }],
      ["stack", { encoding: { y: { stack: "zero" } } }],
      ["params", { params: [] }],
    ] as const) {
      expect(checkOwn(JSON.stringify(own))).toEqual({ mistake: { kind: "forbidden", key } });
    }
    expect(checkOwn("{")).toMatchObject({ mistake: { kind: "json" } });
    expect(checkOwn("[]")).toEqual({ mistake: { kind: "shape" } });
  });

  it("get the answer's rows, gaps as null", async () => {
    const own = checkOwn(starter(ages));
    if (!("spec" in own)) throw new Error("refused");
    const made = completed(own.spec, ages, look);
    expect((made.data as { values: unknown[] }).values[1]).toEqual({ age: "40-49", sex: "m", n: null });
    expect(ofType(await scene(made), "rect").length).toBe(3);
  });

  it("are never stacked by themselves", async () => {
    const own = { mark: "bar", encoding: { x: { field: "age", type: "nominal" }, y: { field: "n", type: "quantitative" }, color: { field: "sex", type: "nominal" } } };
    const bars = ofType(await scene(completed(own, ages, look)), "rect");
    expect(new Set(bars.map((bar) => (bar.y as number) + (bar.height as number))).size).toBe(1);
  });
});
