/**
 * Figures as people read them, in the language of the page.
 *
 * The decimals of a column are alike, so that points stand below each other. Out of scope: suppressed cells (grid.tsx).
 */
import type { FigureColumn, Figures, Value } from "../../api/figures";

export type Show = (value: Value) => string;

export interface Truths {
  yes: string;
  no: string;
}

const MOST_DECIMALS = 4;
const LOOKED_AT = 500;

/** One formatter for each column. */
export function formatters(figures: Figures, language: string, truths: Truths): Show[] {
  return figures.columns.map((column, index) => formatter(column, sample(figures, index), language, truths));
}

export function formatter(column: FigureColumn, values: readonly Value[], language: string, truths: Truths): Show {
  switch (column.kind) {
    case "number":
      return numbers(column, values, language);
    case "date":
      return (value) => (typeof value === "number" ? new Date(value).toISOString().slice(0, 10) : plain(value));
    case "moment":
      return (value) => (typeof value === "number" ? new Date(value).toISOString().slice(0, 19).replace("T", " ") : plain(value));
    case "boolean":
      return (value) => (typeof value === "boolean" ? (value ? truths.yes : truths.no) : plain(value));
    case "text":
      return plain;
  }
}

/** With all digits that came. */
export function exact(value: Value, language: string): string {
  return typeof value === "number" || typeof value === "bigint" ? value.toLocaleString(language, { maximumSignificantDigits: 15 }) : plain(value);
}

function numbers(column: FigureColumn, values: readonly Value[], language: string): Show {
  const found = values.filter((value): value is number => typeof value === "number" && value !== 0);
  // 2024 is a year, not two thousand and twenty-four.
  const useGrouping = !(column.whole && /(year|年|年度|code|コード)$/i.test(column.name));
  if (column.whole) return using(new Intl.NumberFormat(language, { useGrouping, maximumFractionDigits: 0 }));
  if (found.some((value) => Math.abs(value) < 0.001)) return using(new Intl.NumberFormat(language, { maximumSignificantDigits: 4 }));
  const decimals = Math.min(MOST_DECIMALS, Math.max(0, ...found.map(decimalsOf)));
  return using(new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
}

function using(format: Intl.NumberFormat): Show {
  return (value) => (typeof value === "number" || typeof value === "bigint" ? format.format(value) : plain(value));
}

function decimalsOf(value: number): number {
  const text = String(Number(value.toPrecision(10)));
  const point = text.indexOf(".");
  return point < 0 || text.includes("e") ? 0 : text.length - point - 1;
}

function plain(value: Value): string {
  return value === null ? "" : String(value);
}

function sample(figures: Figures, column: number): Value[] {
  const step = Math.max(1, Math.floor(figures.rows / LOOKED_AT));
  const values: Value[] = [];
  for (let row = 0; row < figures.rows; row += step) values.push(figures.value(row, column));
  return values;
}

/** How wide each column has to be, in `ch`: a Japanese letter takes two. */
export function widths(figures: Figures, show: readonly Show[]): number[] {
  return figures.columns.map((column, index) => {
    const texts = sample(figures, index).map((value) => show[index]!(value));
    const longest = [column.name + "  ", ...texts].reduce((most, text) => Math.max(most, breadth(text)), 0);
    return Math.min(40, Math.max(9, longest + 4));
  });
}

export function breadth(text: string): number {
  let sum = 0;
  for (const letter of text) sum += /[\u1100-\u115f\u2e80-\uffef]/u.test(letter) ? 2 : 1;
  return sum;
}
