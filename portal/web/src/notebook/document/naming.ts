/**
 * What a cell or a parameter may be called.
 *
 * A named cell is a view, so its name must be a name in SQL, and nobody else's. Out of scope: the words for each mistake.
 */
import type { NotebookDocument } from "../../api/types";
import { isSql } from "./model";

export type NameMistake = "form" | "long" | "reserved" | "table" | "taken";

const FORM = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const LONGEST = 60;

/** Words that begin or join clauses: a relation of that name could only be read in quotes. */
const RESERVED = new Set(
  ("all and any as asc between by case cast cross desc distinct else end except exists false filter for from full group having in inner " +
    "intersect into is join lateral left like limit natural not null offset on or order outer over partition right select some table then " +
    "true union using values when where window with").split(" "),
);

export function isReserved(word: string): boolean {
  return RESERVED.has(word.toLowerCase());
}

/** As SQL reads a name without quotes: in small letters. */
export function folded(name: string): string {
  return name.trim().toLowerCase();
}

/** Why a cell can't be called that; undefined where it can. An empty name is no name, and fine. */
export function nameMistake(document: NotebookDocument, id: string, name: string, tables: readonly string[] = []): NameMistake | undefined {
  const wanted = folded(name);
  if (wanted === "") return undefined;
  const form = formMistake(wanted);
  if (form) return form;
  if (tables.some((table) => folded(table) === wanted)) return "table";
  const taken = document.cells.some((cell) => isSql(cell) && cell.id !== id && cell.name !== undefined && folded(cell.name) === wanted);
  return taken ? "taken" : undefined;
}

/** Why a parameter can't be called that. `old`: what it is called now. */
export function parameterMistake(document: NotebookDocument, old: string | undefined, name: string): NameMistake | undefined {
  const wanted = folded(name);
  if (wanted === "") return "form";
  const form = formMistake(wanted, false);
  if (form) return form;
  return document.parameters.some((each) => each.name !== old && folded(each.name) === wanted) ? "taken" : undefined;
}

function formMistake(name: string, reserved = true): NameMistake | undefined {
  if (!FORM.test(name)) return "form";
  if (name.length > LONGEST) return "long";
  return reserved && isReserved(name) ? "reserved" : undefined;
}

/** A name like this one that nobody has: `name_2`, `name_3`, … */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(folded(name))) return name;
  const stem = name.replace(/_\d+$/, "");
  for (let number = 2; ; number++) {
    const tried = `${stem}_${number}`;
    if (!taken.has(folded(tried))) return tried;
  }
}

/** All names of cells, folded. */
export function takenNames(document: NotebookDocument): Set<string> {
  return new Set(document.cells.flatMap((cell) => (isSql(cell) && cell.name ? [folded(cell.name)] : [])));
}
