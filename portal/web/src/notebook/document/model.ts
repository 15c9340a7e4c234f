/**
 * The notebook as it is kept: cells in their order, and parameters.
 *
 * Helpers to make cells and to read them. Out of scope: how a document is changed (edit.ts), saved (page/), or run.
 */
import type { Cell, NotebookDocument, Parameter } from "../../api/types";

export type SqlCell = Extract<Cell, { kind: "sql" }>;
export type MarkdownCell = Extract<Cell, { kind: "markdown" }>;
export type NamedParameter = NotebookDocument["parameters"][number];

/** A notebook with its title: what is saved as one. */
export interface Draft {
  title: string;
  document: NotebookDocument;
}

export const EMPTY: NotebookDocument = { cells: [], parameters: [] };

/** An id as nbformat 4.5 wants it: letters, digits, `-` and `_`, at most 64. */
export function newId(random: () => number = Math.random): string {
  let id = "";
  while (id.length < 12) id += Math.floor(random() * 36).toString(36);
  return id;
}

export function sqlCell(id: string, source = "", more: { name?: string; explore?: boolean; chart?: unknown } = {}): SqlCell {
  return tidy({ id, kind: "sql", source, ...more });
}

export function markdownCell(id: string, source = ""): MarkdownCell {
  return { id, kind: "markdown", source };
}

export function isSql(cell: Cell): cell is SqlCell {
  return cell.kind === "sql";
}

/** The same cell without fields that say nothing, so that equal cells have equal JSON. */
export function tidy<C extends Cell>(cell: C): C {
  if (cell.kind === "markdown") return { id: cell.id, kind: "markdown", source: cell.source } as C;
  const { id, source, name, explore, chart } = cell;
  return {
    id,
    kind: "sql",
    ...(name ? { name } : {}),
    source,
    ...(explore ? { explore } : {}),
    ...(chart === undefined || chart === null ? {} : { chart }),
  } as C;
}

/** Deep equality of what JSON can hold; the order of keys does not count. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = (o: object) => Object.keys(o).filter((key) => (o as Record<string, unknown>)[key] !== undefined);
  const mine = keys(a);
  if (mine.length !== keys(b).length) return false;
  return mine.every((key) => key in b && same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** A line that stands for a cell in lists: its name, or its first line that says something. */
export function headline(cell: Cell): string {
  if (isSql(cell) && cell.name) return cell.name;
  const line = cell.source.split("\n").find((text) => text.trim() !== "") ?? "";
  return line.replace(/^(#+|--)\s*/, "").trim().slice(0, 80);
}

/** The value that a new parameter of a type starts with. */
export function blank(type: Parameter["type"]): Parameter {
  return { type, value: null } as Parameter;
}
