/**
 * A column's profile: what the gate showed of it, and what it didn't. Made of answers; plain data, so that it can be kept.
 *
 * Out of scope: which questions (questions.ts), asking them (asked.ts).
 */
import type { Figures, Value } from "../../api/figures";
import type { Bilingual, Column, Table } from "../../api/types";
import type { Shape } from "./questions";

export interface Why { reason: string; message: Bilingual; remedy: Bilingual }
/** A figure, or why there is none. Null without a reason: the answer has none, which may be nobody or a few. */
export interface Count { n: number | null; why?: Why }
/** `value`: the label, null for records without a value; bands have ends instead. */
export interface Bar extends Count { value: string | number | boolean | null; from?: number; to?: number }

export interface Profile {
  shape: Shape;
  explored: boolean;
  /** Whole numbers only. */
  whole: boolean;
  /** Patients by value, month or band. */
  bars: Bar[];
  /** There may be more values than were asked for. */
  more: boolean;
  middle?: Count;
  /** How much is filled in, of how much; in patients where explored, else in records. */
  everything?: Count;
  filled?: Count;
  /** How many different keys. */
  different?: Count;
  /** What was asked, for whoever wants to go on from there. */
  asked: string[];
}

export function countAt(figures: Figures, row: number, column: number): Count {
  const value = figures.value(row, column);
  const why = figures.hidden(row, column);
  return { n: typeof value === "number" ? value : null, ...(why ? { why: { reason: why.reason, message: why.message, remedy: why.remedy } } : {}) };
}

/** Rows of (label, patients). A row without a figure or a reason is one that can't be shown. */
export function barsOf(figures: Figures): Bar[] {
  return Array.from({ length: figures.rows }, (_, row) => ({ value: label(figures.value(row, 0)), ...countAt(figures, row, 1) }));
}

function label(value: Value): Bar["value"] {
  return typeof value === "bigint" ? String(value) : value;
}

/** The share that is missing, nought to one; undefined where it is not shown. */
export function missingShare({ everything, filled }: Pick<Profile, "everything" | "filled">): number | undefined {
  if (typeof everything?.n !== "number" || typeof filled?.n !== "number" || everything.n <= 0) return undefined;
  return Math.min(1, Math.max(0, 1 - filled.n / everything.n));
}

/** The largest figure that is shown. */
export function largest(bars: readonly Bar[]): number {
  return bars.reduce((most, bar) => Math.max(most, bar.n ?? 0), 0);
}

/** Labels of text that were shown, with a figure: what a question may compare the column with. */
export function shownLabels({ shape, bars }: Profile): string[] {
  return shape === "groups" ? bars.flatMap((bar) => (typeof bar.value === "string" && bar.n !== null && bar.n > 0 ? [bar.value] : [])) : [];
}

/** Whether anything can be missing: there is no question to ask otherwise. */
export function mayMiss(column: Column): boolean {
  return column.nullable && column.class !== "patient" && column.class !== "institution";
}

export function keyOf(table: Table, column: Column): string {
  return JSON.stringify([table.name, column.name]);
}
