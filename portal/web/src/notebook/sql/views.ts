/**
 * What has to be sent with a question: the named cells before it that it uses, and the parameters.
 *
 * Out of scope: whether the server likes them.
 */
import type { Ask, NotebookDocument, Parameter } from "../../api/types";
import { isSql, type SqlCell } from "../document/model";
import { folded } from "../document/naming";
import { placeholders, withoutEnd } from "./lexer";
import { usedNames } from "./relations";

/** The named cells before a cell, nearest last. The last of two with one name counts. */
export function earlierNamed(document: NotebookDocument, id: string): SqlCell[] {
  const at = document.cells.findIndex((cell) => cell.id === id);
  return document.cells.slice(0, Math.max(at, 0)).filter((cell): cell is SqlCell => isSql(cell) && Boolean(cell.name));
}

/** The cells that a text uses, directly or by way of others, in their order in the notebook. */
export function views(document: NotebookDocument, id: string, sql: string): SqlCell[] {
  const earlier = earlierNamed(document, id);
  const needed = new Set<SqlCell>();
  const want = (text: string, among: readonly SqlCell[]) => {
    for (const name of usedNames(text)) {
      const index = among.findLastIndex((cell) => folded(cell.name!) === name);
      const cell = among[index];
      if (!cell || needed.has(cell)) continue;
      needed.add(cell);
      want(cell.source, among.slice(0, index));
    }
  };
  want(sql, earlier);
  return earlier.filter((cell) => needed.has(cell));
}

/** Cells below that a text seems to want: they would have to stand above it. */
export function namedTooLate(document: NotebookDocument, id: string, sql: string): SqlCell[] {
  const earlier = new Set(earlierNamed(document, id).map((cell) => folded(cell.name!)));
  const used = new Set(usedNames(sql).filter((name) => !earlier.has(name)));
  const at = document.cells.findIndex((cell) => cell.id === id);
  return document.cells.slice(at + 1).filter((cell): cell is SqlCell => isSql(cell) && Boolean(cell.name) && used.has(folded(cell.name!)));
}

/** The cells below that use this one, directly or not: they are stale once it changes. */
export function dependants(document: NotebookDocument, id: string): string[] {
  const at = document.cells.findIndex((cell) => cell.id === id);
  return document.cells
    .slice(at + 1)
    .filter((cell): cell is SqlCell => isSql(cell) && views(document, cell.id, cell.source).some((view) => view.id === id))
    .map((cell) => cell.id);
}

/** The parameters that a text and its views use, in the order of first use. */
export function usedParameters(document: NotebookDocument, id: string, sql: string): string[] {
  return [...new Set([...views(document, id, sql).map((view) => view.source), sql].flatMap(placeholders))];
}

/** Placeholders anywhere in the notebook that have no parameter yet. */
export function missingParameters(document: NotebookDocument): string[] {
  const known = new Set(document.parameters.map((each) => each.name));
  const used = document.cells.filter(isSql).flatMap((cell) => placeholders(cell.source));
  return [...new Set(used)].filter((name) => !known.has(name));
}

/** A first guess from the name: dates are usually called so. */
export function guessedType(name: string): Parameter["type"] {
  if (/(^|_)(date|day|from|to|until|since|start|end)($|_)|日$/.test(name)) return "date";
  if (/(^|_)(year|month|age|n|count|days|least|most|min|max)($|_)|年$|年齢$/.test(name)) return "integer";
  return "text";
}

/** The question of a cell, as it is sent. */
export function askOf(document: NotebookDocument, cell: SqlCell): Ask {
  const sql = withoutEnd(cell.source);
  const used = views(document, cell.id, sql);
  const names = new Set(usedParameters(document, cell.id, sql));
  const parameters = document.parameters.filter((each) => names.has(each.name));
  return {
    sql,
    ...(used.length === 0 ? {} : { views: used.map((view) => ({ name: folded(view.name!), sql: withoutEnd(view.source) })) }),
    ...(parameters.length === 0 ? {} : { parameters: Object.fromEntries(parameters.map((each) => [each.name, each.parameter])) }),
    ...(cell.explore ? { explore: true } : {}),
  };
}
