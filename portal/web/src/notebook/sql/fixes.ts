/**
 * Remedies that can be carried out with one click: changes of a question that a refusal or a failure calls for.
 *
 * Only what is plainly right to offer; the remedy in words is always shown besides. Out of scope: the words on the buttons.
 */
import type { Catalogue, Trouble } from "../../api/types";
import { isSymbol, isWord, meaningful, withoutEnd, type Token } from "./lexer";
import { rangeAt, type Range } from "./place";
import { relations } from "./relations";

export type Fix =
  | { kind: "replace"; range: Range; text: string }
  | { kind: "remove-limit"; range: Range; text: "" }
  | { kind: "count-instead"; range: Range; text: string }
  | { kind: "add-parameter"; name: string }
  | { kind: "leave-exploring" };

export interface Circumstances {
  catalogue: Catalogue | undefined;
  /** Names of earlier cells. */
  cells: readonly string[];
  /** Placeholders without a parameter. */
  missing: readonly string[];
  explore: boolean;
}

export function fixes(trouble: Trouble, sql: string, around: Circumstances): Fix[] {
  const range = trouble.at && rangeAt(sql, trouble.at);
  const { catalogue } = around;
  switch (trouble.code) {
    case "unknown_table":
      return range ? nearest(sql, range, [...(catalogue?.tables.map((table) => table.name) ?? []), ...around.cells]) : [];
    case "unknown_column":
      return range ? nearest(sql, range, columnsInReach(sql, catalogue)) : [];
    case "function":
    case "aggregate":
      return range ? nearest(sql, range, [...(catalogue?.functions ?? []), ...(catalogue?.aggregates ?? [])]) : [];
    case "limit_rows":
      return limitAt(sql, range);
    case "raw_rows":
      return counted(sql, catalogue);
    case "parameter":
      return around.missing.map((name) => ({ kind: "add-parameter", name }));
    case "exploring":
    case "exploring_spent":
      return around.explore ? [{ kind: "leave-exploring" }] : [];
    default:
      return [];
  }
}

function columnsInReach(sql: string, catalogue: Catalogue | undefined): string[] {
  const read = new Set(relations(sql).map((relation) => relation.name));
  return (catalogue?.tables ?? []).filter((table) => read.has(table.name)).flatMap((table) => table.columns.map((column) => column.name));
}

/** The three names most like what was written; none that is quite another word. */
function nearest(sql: string, range: Range, names: readonly string[]): Fix[] {
  const written = lastPart(sql, range);
  const wrong = sql.slice(written.from, written.to).toLowerCase();
  const near = [...new Set(names)]
    .map((name) => ({ name, distance: distance(wrong, name.toLowerCase()) }))
    .filter(({ name, distance: d }) => d > 0 && (d <= Math.max(1, Math.floor(wrong.length / 3)) || (wrong.length >= 3 && name.startsWith(wrong))))
    .toSorted((a, b) => a.distance - b.distance);
  return near.slice(0, 3).map(({ name }) => ({ kind: "replace", range: written, text: name }));
}

/** Of `alias.column` the column. */
function lastPart(sql: string, range: Range): Range {
  const all = meaningful(sql);
  let at = all.findIndex((token) => token.from <= range.from && range.from < token.to);
  while (isSymbol(all[at + 1], ".") && all[at + 2]) at += 2;
  return all[at] ?? range;
}

/** LIMIT and OFFSET with their numbers: at the place, or the only ones there are. */
function limitAt(sql: string, range: Range | undefined): Fix[] {
  const all = meaningful(sql);
  const starts = all.flatMap((token, index) => (isWord(token, "limit", "offset") && all[index + 1]?.kind === "number" ? [index] : []));
  const start = starts.find((index) => range && all[index]!.from <= range.from && range.from <= all[index + 1]!.to) ?? (starts.length === 1 ? starts[0] : undefined);
  if (start === undefined) return [];
  return [{ kind: "remove-limit", range: { from: all[start]!.from, to: all[start + 1]!.to }, text: "" }];
}

/** `SELECT * FROM t …` without groups becomes a count of its patients. Anything longer is left to the person. */
function counted(sql: string, catalogue: Catalogue | undefined): Fix[] {
  const text = withoutEnd(sql);
  const all = meaningful(text);
  const [select, from] = [0, all.findIndex((token: Token) => isWord(token, "from"))];
  if (!isWord(all[select], "select") || from < 0 || all.some((token) => isWord(token, "group", "union", "limit", "order", "over"))) return [];
  const read = relations(text)[0];
  const key = catalogue?.tables.find((table) => table.name === read?.name)?.patient;
  const figure = key === undefined ? "count(*) AS n" : `count(DISTINCT ${relations(text).length > 1 ? `${read!.as}.` : ""}${key}) AS patients`;
  return [{ kind: "count-instead", range: { from: all[select]!.to, to: all[from]!.from }, text: ` ${figure}\n` }];
}

/** Levenshtein's, with swapped neighbours as one step. */
export function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  rows[0] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = least;
    }
  }
  return rows[a.length]![b.length]!;
}
