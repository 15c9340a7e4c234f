/**
 * The pieces of a chart's encoding that several kinds of chart share.
 *
 * Out of scope: which marks a kind of chart has (spec.ts).
 */
import type { FigureColumn } from "../../api/figures";
import type { ChartChoice } from "./choice";
import type { Look } from "./look";
import { inOrder, type Point } from "./points";
import type { Context, Spec } from "./spec";

/** The hatched square that also stands in the grid. */
export const GLYPH = "▨";

export function only(state: Point["state"]): Spec[] {
  return [{ filter: { field: "state", equal: state } }];
}

/** A hatched square where a figure would stand, at the axis. */
export function marker(encoding: Spec, { choice, labels, look }: Context): Spec {
  const shown = ([["x", choice.x], ["series", choice.series]] as const).flatMap(([field, title]) => (title === undefined ? [] : [{ field, title }]));
  return {
    transform: [...only("suppressed"), { calculate: JSON.stringify(labels.suppressed), as: "said" }],
    mark: { type: "text", text: GLYPH, fontSize: 13, color: look.muted },
    encoding: { ...encoding, tooltip: [...shown, { field: "said", title: choice.kind === "heat" ? choice.z : choice.y }] },
  };
}

/** The axis of the figure says how many are suppressed. */
export function figure(field: "y", title: string | undefined, { points, labels }: Context): Spec {
  const note = points.suppressed > 0 ? ` (${GLYPH} ${labels.count})` : "";
  return { field, type: "quantitative", title: `${title ?? ""}${note}` };
}

/** Labels in the order of the answer, those of suppressed figures too. */
export function nominal(field: "x" | "y", list: readonly Point[], title: string | undefined): Spec {
  return { field, type: "nominal", sort: null, scale: { domain: inOrder(list.map((point) => point[field])) }, title };
}

const LONG = 120 * 86_400_000;

export function axisOf(field: "x", column: FigureColumn | undefined, list: readonly Point[], title: string | undefined): Spec {
  if (column?.kind === "date" || column?.kind === "moment") {
    const times = list.flatMap((point) => (typeof point.x === "number" ? [point.x] : []));
    const format = Math.max(...times) - Math.min(...times) > LONG ? "%Y/%m" : "%Y/%m/%d";
    return { field, type: "temporal", scale: { type: "utc" }, title, axis: { format, labelOverlap: true } };
  }
  if (column?.kind === "number") {
    const axis = column.whole ? { tickMinStep: 1, format: /(year|年|年度)$/i.test(column.name) ? "d" : ",d" } : {};
    return { field, type: "quantitative", scale: { zero: false }, title, axis };
  }
  return { ...nominal(field, list, title), type: "ordinal" };
}

export function seriesOf(list: readonly Point[], choice: ChartChoice, look: Look): { domain: (string | null)[]; colour: Spec } {
  const domain = inOrder(list.map((point) => point.series));
  if (!choice.series) return { domain, colour: {} };
  return { domain, colour: { color: { field: "series", type: "nominal", scale: { domain, range: [...look.series] }, title: choice.series } } };
}

/** Lines differ in their dashes too: colour is never the only sign. */
export function dashes(domain: (string | null)[]): Spec {
  const range = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [12, 3], [4, 4], [1, 3], [10, 2, 2, 2, 2, 2]];
  return { field: "series", type: "nominal", scale: { domain, range }, legend: null };
}

export function tooltip(choice: ChartChoice, columns: readonly FigureColumn[]): Spec[] {
  const all = [["x", choice.x], ["y", choice.y], ["series", choice.series], ["z", choice.z]] as const;
  return all.flatMap(([field, title]) => {
    if (title === undefined) return [];
    const kind = columnOf(columns, title)?.kind;
    if (field === "x" && (kind === "date" || kind === "moment")) return [{ field, title, type: "temporal", format: "%Y-%m-%d" }];
    const counted = kind === "number" && (field === "z" || (field === "y" && choice.kind !== "heat"));
    return [{ field, title, ...(counted ? { type: "quantitative", format: ",.6~f" } : {}) }];
  });
}

export function columnOf(columns: readonly FigureColumn[], name: string | undefined): FigureColumn | undefined {
  return columns.find((column) => column.name === name);
}
