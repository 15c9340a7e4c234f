/**
 * What can be done with cells, whether by a key, a menu or a button: each in one place.
 *
 * Out of scope: which key does what (keys.ts).
 */
import { toast } from "../../parts/toast";
import { t } from "../../words/t";
import { isSql, markdownCell, newId, sqlCell } from "../document/model";
import { words } from "../words";
import type { Book } from "./book";
import { focusCell, focusEditor } from "./focus";

export function indexOf(book: Book, id: string | undefined): number {
  return book.document.peek().cells.findIndex((cell) => cell.id === id);
}

export function sourceOf(book: Book, id: string): string {
  return book.document.peek().cells[indexOf(book, id)]?.source ?? "";
}

/** A new cell at a place; it is written in at once. */
export function add(book: Book, at: number, kind: "sql" | "markdown"): void {
  const id = newId();
  book.edit({ kind: "insert", at, cell: kind === "sql" ? sqlCell(id) : markdownCell(id) });
  book.current.value = id;
  if (kind === "markdown") write(book, id, true);
  focusEditor(id);
}

export function remove(book: Book, id: string): void {
  const at = indexOf(book, id);
  if (at < 0) return;
  book.runs.forget(id);
  book.edit({ kind: "remove", id });
  const { cells } = book.document.peek();
  const next = cells[Math.min(at, cells.length - 1)];
  book.current.value = next?.id;
  if (next) focusCell(next.id);
  toast(t(words.removed), { action: { words: t(words.undo), act: () => { book.undo(); focusCell(id); } } });
}

export function shift(book: Book, id: string, by: number): void {
  const at = indexOf(book, id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= book.document.peek().cells.length) return;
  moveTo(book, id, to);
}

export function moveTo(book: Book, id: string, to: number): void {
  const active = document.activeElement;
  const inEditor = active instanceof HTMLElement && active.closest(".editor") !== null;
  book.edit({ kind: "move", id, to });
  book.current.value = id;
  book.said.value = t(words.moved, { n: indexOf(book, id) + 1 });
  if (inEditor) focusEditor(id);
  else focusCell(id);
}

export function duplicate(book: Book, id: string): void {
  const copy = newId();
  book.edit({ kind: "duplicate", id, as: copy });
  book.current.value = copy;
  focusCell(copy);
}

export function turn(book: Book, id: string, into: "sql" | "markdown"): void {
  book.runs.forget(id);
  book.edit({ kind: "turn", id, into });
  if (into === "markdown") write(book, id, true);
}

/** Shows a Markdown cell's source, or its text. */
export function write(book: Book, id: string, writing: boolean): void {
  const next = new Set(book.writing.peek());
  if (writing) next.add(id);
  else next.delete(id);
  book.writing.value = next;
}

/** Runs a question; of a text, shows it. Then stays, goes to the next cell, or makes one below. */
export function run(book: Book, id: string, then: "stay" | "next" | "below"): void {
  const { cells } = book.document.peek();
  const at = indexOf(book, id);
  const cell = cells[at];
  if (!cell) return;
  if (isSql(cell)) void book.run([id]);
  else write(book, id, false);
  const next = cells[at + 1];
  if (then === "below" || (then === "next" && !next)) add(book, at + 1, "sql");
  else if (then === "next" && next) focusCell(next.id);
  else if (!isSql(cell)) focusCell(id);
}

export function step(book: Book, id: string, by: number): void {
  const next = book.document.peek().cells[indexOf(book, id) + by];
  if (next) focusCell(next.id);
}
