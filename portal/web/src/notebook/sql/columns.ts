/**
 * Which columns a question gives, as far as its text tells: for completion after the name of an earlier cell.
 *
 * Out of scope: types, and expressions without a name.
 */
import type { Catalogue } from "../../api/types";
import type { SqlCell } from "../document/model";
import { isReserved, folded } from "../document/naming";
import { isSymbol, isWord, meaningful, nameOf, type Token } from "./lexer";
import { relations } from "./relations";

/** The columns of a table or of a named cell; undefined where nobody has that name. */
export type ColumnsOf = (relation: string) => string[] | undefined;

/** Columns of the catalogue's tables and of these cells, whose own texts may use those before them. */
export function knownColumns(catalogue: Catalogue, cells: readonly SqlCell[]): ColumnsOf {
  const known = new Map(catalogue.tables.map((table) => [folded(table.name), table.columns.map((column) => column.name)]));
  const of: ColumnsOf = (relation) => known.get(relation);
  for (const cell of cells) if (cell.name) known.set(folded(cell.name), outputColumns(cell.source, of));
  return of;
}

export function outputColumns(sql: string, of: ColumnsOf): string[] {
  const all = meaningful(sql);
  const start = outermostSelect(all);
  if (start === undefined) return [];
  const columns = items(all, start + 1).flatMap((item) => named(item, sql, of));
  return [...new Set(columns)];
}

/** The last SELECT outside of parentheses; of a UNION the first, which names the columns. */
function outermostSelect(all: Token[]): number | undefined {
  let depth = 0;
  for (const [index, token] of all.entries()) {
    if (isSymbol(token, "(")) depth++;
    else if (isSymbol(token, ")")) depth--;
    else if (depth === 0 && isWord(token, "select")) return index;
  }
  return undefined;
}

function items(all: Token[], start: number): Token[][] {
  const list: Token[][] = [[]];
  let depth = 0;
  for (const [index, token] of all.slice(start).entries()) {
    if (isSymbol(token, "(")) depth++;
    if (isSymbol(token, ")")) depth--;
    if (depth < 0 || (depth === 0 && isWord(token, "from", "union", "order", "where", "group", "limit", "except", "intersect"))) break;
    if (index === 0 && isWord(token, "distinct", "all")) continue;
    if (depth === 0 && isSymbol(token, ",")) list.push([]);
    else list.at(-1)!.push(token);
  }
  return list.filter((item) => item.length > 0);
}

function named(item: Token[], sql: string, of: ColumnsOf): string[] {
  const last = item.at(-1)!;
  if (isSymbol(last, "*")) {
    const qualifier = item.length === 3 && isSymbol(item[1], ".") ? nameOf(item[0]!) : undefined;
    if (item.length > 1 && qualifier === undefined) return [];
    const read = relations(sql).filter((relation) => relation.scope.length === 1);
    return read.filter((relation) => qualifier === undefined || relation.as === qualifier).flatMap((relation) => of(relation.name) ?? []);
  }
  const name = nameOf(last);
  if (name === undefined) return [];
  const before = item.at(-2);
  const alone = item.length === 1 || isWord(before, "as") || isSymbol(before, ".");
  // `sum(x) total`: an alias without AS. A word of the language, as in `… END`, is none.
  const alias = alone || isSymbol(before, ")") || before?.kind === "word" || before?.kind === "number" || before?.kind === "string";
  return alias && !(last.kind === "word" && !isWord(before, "as") && isReserved(last.text)) ? [name] : [];
}
