/**
 * Sorting an answer that is already here: no new question is asked.
 *
 * Cells without a value come last either way, suppressed ones behind NULLs: their order tells nothing.
 */
import type { Figures, Value } from "../../api/figures";

export interface Sort {
  column: number;
  down: boolean;
}

/** The rows in their order: a list of row numbers. Equal ones keep the order of the answer. */
export function ordered(figures: Figures, sort: Sort | undefined, language: string): Uint32Array {
  const rows = Uint32Array.from({ length: figures.rows }, (_, index) => index);
  if (!sort) return rows;
  const { column, down } = sort;
  const texts = new Intl.Collator(language, { numeric: true });
  const rank = (row: number) => (figures.hidden(row, column) ? 2 : figures.value(row, column) === null ? 1 : 0);
  return rows.sort((a, b) => {
    const apart = rank(a) - rank(b);
    if (apart !== 0 || rank(a) > 0) return apart || a - b;
    const by = compare(figures.value(a, column), figures.value(b, column), texts);
    return (down ? -by : by) || a - b;
  });
}

function compare(a: Value, b: Value, texts: Intl.Collator): number {
  if (typeof a === "string" && typeof b === "string") return texts.compare(a, b);
  return a === b ? 0 : (a ?? 0) < (b ?? 0) ? -1 : 1;
}

/** Another press on a header: up, down, as answered. */
export function turned(sort: Sort | undefined, column: number): Sort | undefined {
  if (sort?.column !== column) return { column, down: false };
  return sort.down ? undefined : { column, down: true };
}
