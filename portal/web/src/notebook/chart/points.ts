/**
 * An answer as the points of a chart. What is suppressed stays a point without a figure: it is drawn as a gap with a mark.
 *
 * Field names are our own (x, y, …), since a column may have any name. Out of scope: marks and scales (spec.ts).
 */
import type { FigureColumn, Figures, Value } from "../../api/figures";
import type { ChartChoice } from "./choice";

export interface Point {
  x: string | number | null;
  y: string | number | null;
  series: string | null;
  z: number | null;
  /** Whether the figure is shown, suppressed, or NULL. */
  state: "shown" | "suppressed" | "none";
}

export interface Points {
  list: Point[];
  suppressed: number;
  /** Rows beyond what a chart can show. */
  left: number;
}

export const MOST = 2000;
/** A label that is NULL is a group like others. */
const NO_LABEL = "—";

export function points(figures: Figures, choice: ChartChoice): Points {
  const at = (name: string | undefined) => figures.columns.findIndex((column) => column.name === name);
  const columns = { x: at(choice.x), y: at(choice.y), series: at(choice.series), z: at(choice.z) };
  const figure = choice.kind === "heat" ? columns.z : columns.y;
  const list = Array.from({ length: Math.min(figures.rows, MOST) }, (_, row): Point => {
    const value = (column: number) => (column < 0 ? null : figures.value(row, column));
    const label = (column: number) => plotted(value(column), figures.columns[column]);
    const series = label(columns.series);
    return {
      x: label(columns.x),
      y: choice.kind === "heat" ? label(columns.y) : number(value(columns.y)),
      series: series === null ? null : String(series),
      z: number(value(columns.z)),
      state: figures.hidden(row, figure) ? "suppressed" : value(figure) === null ? "none" : "shown",
    };
  });
  return { list, suppressed: list.filter((point) => point.state === "suppressed").length, left: Math.max(0, figures.rows - MOST) };
}

function plotted(value: Value, column: FigureColumn | undefined): string | number | null {
  if (value === null) return column?.kind === "text" || column?.kind === "boolean" ? NO_LABEL : null;
  if (column?.kind === "number") return number(value);
  if ((column?.kind === "date" || column?.kind === "moment") && typeof value === "number") return value;
  return String(value);
}

function number(value: Value): number | null {
  return typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : null;
}

/** Different values in the order of their first appearance. */
export function inOrder<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
