/**
 * A look-alike of a table: invented rows, each value drawn by itself from what profiles show, and from nothing else.
 *
 * Columns are independent, so no row is anybody's; suppressed labels are never drawn; keys are made up. The same table gives the same
 * rows. Pure. Out of scope: how it is marked as invented (sample-view.tsx).
 */
import type { Column, Table } from "../../api/types";
import { natureOf } from "../look";
import { missingShare, type Bar, type Profile } from "./profile";

export const SAMPLE_ROWS = 10;

/** `unknown`: no profile shows anything of it. `drawn`: with null for a value that is missing. */
export type Invented = { unknown: true } | { drawn: string | number | boolean | null };

type Random = () => number;

export function lookAlike(table: Table, profileFor: (column: Column) => Profile | undefined, rows = SAMPLE_ROWS): Invented[][] {
  const columns = table.columns.map((column) => columnOf(table, column, profileFor(column), rows));
  return Array.from({ length: rows }, (_, row) => columns.map((column) => column[row] ?? { unknown: true }));
}

function columnOf(table: Table, column: Column, profile: Profile | undefined, rows: number): Invented[] {
  // Each column has a seed of its own: a profile that comes later moves no other column.
  const random = seeded(hash(`${table.name}\n${column.name}`));
  const all = (draw: (row: number) => Invented) => Array.from({ length: rows }, (_, row) => draw(row));
  if (column.class === "patient") return all(() => ({ drawn: opaque("P", random) }));
  if (column.class === "institution") return all(() => ({ drawn: opaque("H", random) }));
  const shown = profile ? shownBars(profile) : [];
  if (!profile || shown.length === 0) return all(() => ({ unknown: true }));
  // Where records without a value have a bar of their own, it is drawn like the others.
  const missing = shown.some((bar) => bar.value === null) ? 0 : (missingShare(profile) ?? 0);
  return all(() => {
    const absent = random() < missing;
    const bar = weighted(shown, random);
    const value = valueIn(bar, profile, natureOf(column.type) === "moment", random);
    return { drawn: absent ? null : value };
  });
}

/** What may be drawn: bars with a figure. An open band is as wide as the ones beside it. */
export function shownBars({ bars, shape }: Profile): Bar[] {
  const shown = bars.filter((bar) => bar.n !== null && bar.n > 0 && bar.why === undefined);
  if (shape !== "bands") return shown;
  const inner = bars.find((bar) => bar.from !== undefined && bar.to !== undefined);
  const width = inner ? inner.to! - inner.from! : 1;
  return shown.map((bar) => {
    if (bar.value === null) return bar;
    const from = bar.from ?? floorOf(bar.to!, width);
    return { ...bar, from, to: bar.to ?? from + width };
  });
}

/** Below a band that begins at nought there is nothing less than nought to invent. */
function floorOf(to: number, width: number): number {
  return to > 0 ? Math.max(0, to - width) : to - width;
}

function valueIn(bar: Bar, { shape, whole }: Profile, moment: boolean, random: Random): string | number | boolean | null {
  const at = random();
  if (bar.value === null) return null;
  if (shape === "bands") return within(bar.from ?? 0, bar.to ?? 0, whole, at);
  if (shape !== "months") return bar.value;
  const month = new Date(Number(bar.value));
  // Every month has 28 days.
  const day = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1 + Math.floor(at * 28))).toISOString().slice(0, 10);
  return moment ? `${day} 00:00` : day;
}

function within(from: number, to: number, whole: boolean, at: number): number {
  if (whole) return Math.floor(from + at * (to - from));
  // Two digits finer than the band is wide.
  const digits = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(to - from || 1))));
  return Number((from + at * (to - from)).toFixed(digits));
}

function weighted(bars: readonly Bar[], random: Random): Bar {
  let rest = random() * bars.reduce((sum, bar) => sum + (bar.n ?? 0), 0);
  for (const bar of bars) if ((rest -= bar.n ?? 0) < 0) return bar;
  return bars.at(-1)!;
}

/** `P-7K2M`: of the look of a key, and nobody's. */
function opaque(letter: string, random: Random): string {
  const signs = "23456789ACDEFHJKLMNPRTUVWXYZ";
  return `${letter}-${Array.from({ length: 4 }, () => signs[Math.floor(random() * signs.length)]).join("")}`;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const unit of new TextEncoder().encode(text)) value = Math.imul(value ^ unit, 0x01000193);
  return value >>> 0;
}

/** Mulberry32: good enough for an invention. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
