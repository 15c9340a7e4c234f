/**
 * What may come next at a place in a question: tables and earlier cells, columns, functions, parameters, words of the language,
 * and in a string that a column is compared with, the labels that somebody has seen of it.
 *
 * Pure: the editor (page/editor) turns it into its own kind of list. Out of scope: where labels are seen (catalogue/profile).
 */
import type { Catalogue, Class, Column, Table } from "../../api/types";
import type { SqlCell } from "../document/model";
import { folded } from "../document/naming";
import { knownColumns } from "./columns";
import { isSymbol, isWord, nameOf, tokens, type Token } from "./lexer";
import { relations, type Relation } from "./relations";

export type OptionKind = "table" | "cell" | "column" | "function" | "aggregate" | "parameter" | "word" | "value";

export interface Option {
  label: string;
  kind: OptionKind;
  /** A type, or the table a column is from. */
  detail?: string;
  class?: Class;
  /** What is put in, where it is not the label. */
  apply?: string;
  /** Higher comes first. */
  boost: number;
}

export interface Completion {
  /** Where the text that an option replaces begins. */
  from: number;
  options: Option[];
}

export interface Surroundings {
  catalogue: Catalogue | undefined;
  /** The named cells before this one. */
  earlier: readonly SqlCell[];
  /** The names of the notebook's parameters. */
  parameters: readonly string[];
  /** Labels of a column that the gate has shown on this page. */
  labels?: (table: Table, column: Column) => readonly string[];
}

const WORDS =
  "SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT JOIN LEFT JOIN ON USING AS AND OR NOT NULL IS IN EXISTS BETWEEN LIKE CASE WHEN THEN ELSE END DISTINCT FILTER WITH UNION ALL ROLLUP CUBE GROUPING SETS OVER PARTITION DATE INTERVAL DESC ASC TRUE FALSE CAST";

/** Undefined inside strings and comments, and where nothing has been typed and nothing was asked for. */
export function complete(sql: string, at: number, around: Surroundings, asked = false): Completion | undefined {
  const before = tokens(sql).filter((token) => token.from < at);
  const current = before.at(-1);
  const touches = current !== undefined && current.to >= at;
  if (touches && current.kind === "string") return inString(sql, at, current, before.slice(0, -1), around);
  if (touches && ( current.kind === "number" || isOpenComment(current, at))) return undefined;
  if (touches && current.kind === "placeholder") return { from: current.from, options: parameterOptions(around) };
  if (touches && isSymbol(current, ":")) return { from: current.from, options: parameterOptions(around) };
  const typing = touches && (current.kind === "word" || current.kind === "quoted") ? current : undefined;
  const previous = typing ? before.slice(0, -1) : before;
  const from = typing?.from ?? at;
  if (isSymbol(previous.at(-1), ".")) {
    const options = afterDot(sql, from, previous, around);
    return options.length === 0 ? undefined : { from, options };
  }
  if (!typing && !asked && !isWord(previous.at(-1), "from", "join")) return undefined;
  const options = wantsRelation(previous) ? relationOptions(around) : everything(sql, from, around);
  return typing && !asked && isWhole(typing.text, options) ? undefined : { from, options };
}

/** Labels of the column that this string is compared with: `col = '…`, `col IN ('…', '…`. Only within its quotes. */
function inString(sql: string, at: number, string: Token, previous: Token[], around: Surroundings): Completion | undefined {
  const closed = string.text.length > 1 && string.text.endsWith("'");
  if (!string.text.startsWith("'") || at <= string.from || (closed && at >= string.to)) return undefined;
  const labels = compared(sql, string.from, previous, around);
  if (labels.length === 0) return undefined;
  const end = closed ? "" : "'";
  const options = labels.map((label, n): Option => ({ label, kind: "value", apply: label.replaceAll("'", "''") + end, boost: -n / labels.length }));
  return { from: string.from + 1, options };
}

function compared(sql: string, at: number, previous: Token[], { catalogue, labels }: Surroundings): string[] {
  let place = previous.length - 1;
  // Back over `IN ('a', 'b',`.
  const list = isSymbol(previous[place], ",") || isSymbol(previous[place], "(");
  while (list && (isSymbol(previous[place], ",") || previous[place]?.kind === "string")) place--;
  const compares = list
    ? isSymbol(previous[place], "(") && isWord(previous[--place], "in")
    : ["=", "<>", "!="].some((symbol) => isSymbol(previous[place], symbol));
  if (!compares) return [];
  if (isWord(previous[place - 1], "not")) place--;
  const column = previous[place - 1] && nameOf(previous[place - 1]!);
  if (column === undefined || !catalogue || !labels) return [];
  const qualifier = isSymbol(previous[place - 2], ".") && previous[place - 3] ? nameOf(previous[place - 3]!) : undefined;
  const read = inReach(sql, at).filter((relation) => qualifier === undefined || relation.as === qualifier);
  const found = read.toReversed().flatMap((relation) => {
    const table = catalogue.tables.find((each) => folded(each.name) === relation.name);
    const known = table?.columns.find((each) => each.name.toLowerCase() === column.toLowerCase());
    return table && known ? labels(table, known) : [];
  });
  return [...new Set(found)];
}

/** What is typed is the only thing that begins so: there is nothing to choose. */
function isWhole(text: string, options: readonly Option[]): boolean {
  const begun = options.filter((option) => option.label.toLowerCase().startsWith(text.toLowerCase()));
  return begun.length > 0 && begun.every((option) => option.label.toLowerCase() === text.toLowerCase());
}

function isOpenComment(token: Token, at: number): boolean {
  return token.kind === "comment" && (token.text.startsWith("--") || token.to > at || !token.text.endsWith("*/"));
}

function wantsRelation(previous: Token[]): boolean {
  if (isWord(previous.at(-1), "from", "join")) return true;
  if (!isSymbol(previous.at(-1), ",")) return false;
  const clause = previous.findLast((token) => isWord(token, "select", "from", "where", "group", "order", "on", "by", "having") || isSymbol(token, "("));
  return isWord(clause, "from");
}

function afterDot(sql: string, at: number, previous: Token[], around: Surroundings): Option[] {
  const qualifier = nameOf(previous.at(-2) ?? previous.at(-1)!);
  if (qualifier === undefined) return [];
  const nearest = inReach(sql, at).findLast((relation) => relation.as.toLowerCase() === qualifier.toLowerCase());
  return columnsOf(nearest?.name ?? qualifier, around);
}

/** Relations of the statement, those nearest to the place last. Which parentheses it is in is not asked: aliases are few. */
function inReach(sql: string, at: number): Relation[] {
  return relations(sql).toSorted((a, b) => Math.abs(b.from - at) - Math.abs(a.from - at));
}

function columnsOf(name: string, { catalogue, earlier }: Surroundings): Option[] {
  const cell = earlier.findLast((each) => folded(each.name!) === name);
  const table = cell ? undefined : catalogue?.tables.find((each) => folded(each.name) === name);
  if (table) return table.columns.map((column) => ({ label: column.name, kind: "column", detail: column.type, class: column.class, boost: 3 }));
  if (!cell || !catalogue) return [];
  const columns = knownColumns(catalogue, earlier)(name) ?? [];
  return columns.map((label) => ({ label, kind: "column", detail: name, boost: 3 }));
}

function relationOptions({ catalogue, earlier }: Surroundings): Option[] {
  const cells = earlier.map((cell): Option => ({ label: folded(cell.name!), kind: "cell", boost: 3 }));
  return [...cells, ...(catalogue?.tables ?? []).map((table): Option => ({ label: table.name, kind: "table", boost: 2 }))];
}

function parameterOptions({ parameters }: Surroundings): Option[] {
  return parameters.map((name) => ({ label: `:${name}`, kind: "parameter", boost: 3 }));
}

function everything(sql: string, at: number, around: Surroundings): Option[] {
  const read = [...new Set(inReach(sql, at).map((relation) => relation.name))];
  const columns = read.flatMap((name) => columnsOf(name, around).map((option) => ({ ...option, detail: `${name} · ${option.detail}` })));
  const aliases = inReach(sql, at).flatMap((relation): Option[] =>
    relation.as === relation.name ? [] : [{ label: relation.as, kind: "table", detail: relation.name, boost: 1 }],
  );
  const called = (label: string, kind: OptionKind, boost: number): Option => ({ label, kind, apply: `${label}(`, boost });
  const all = [
    ...columns,
    ...aliases,
    ...(around.catalogue?.aggregates ?? []).map((name) => called(name, "aggregate", 1)),
    ...(around.catalogue?.functions ?? []).map((name) => called(name, "function", 0)),
    ...[...new Set(WORDS.split(" "))].map((label): Option => ({ label, kind: "word", boost: 0 })),
    ...relationOptions(around).map((option) => ({ ...option, boost: -1 })),
  ];
  const seen = new Set<string>();
  return all.filter(({ label, kind }) => !seen.has(`${kind} ${label}`) && seen.add(`${kind} ${label}`));
}
