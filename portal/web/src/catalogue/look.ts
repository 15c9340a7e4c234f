/** Searching the catalogue. Pure: a table is found by its name, or by a column, which then is shown alone. */
import type { Catalogue, Column, Table } from "../api/types";

export interface Found {
  tables: { table: Table; columns: Column[] }[];
  functions: string[];
  aggregates: string[];
}

export function looked(catalogue: Catalogue, text: string): Found {
  const wanted = text.normalize("NFKC").trim().toLowerCase();
  const has = (name: string) => name.normalize("NFKC").toLowerCase().includes(wanted);
  const tables = catalogue.tables.flatMap((table) => {
    const columns = has(table.name) ? table.columns : table.columns.filter((column) => has(column.name));
    return columns.length > 0 || has(table.name) ? [{ table, columns }] : [];
  });
  return { tables, functions: catalogue.functions.filter(has), aggregates: catalogue.aggregates.filter(has) };
}

/** Words that begin or join clauses: a name like that can only be read in quotes. */
const RESERVED = new Set("all and any as asc between by case cast cross desc distinct else end except exists false filter for from full group having in inner intersect into is join left like limit natural not null offset on or order outer over partition right select some table then true union using values when where window with".split(" "));

/** A name as it may stand in a question. */
export function quoted(name: string): string {
  return /^[\p{Ll}\p{Lo}_][\p{Ll}\p{Lo}\p{N}_]*$/u.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** What a type is to people: the engine's own names and the short ones of tests are both known. */
export type Nature = "whole" | "real" | "text" | "date" | "moment" | "boolean" | "other";

export function natureOf(type: string): Nature {
  if (/^u?int/i.test(type)) return "whole";
  if (/^(float|double|decimal|real|numeric)/i.test(type)) return "real";
  if (/^(large_?)?utf8|^(text|string|varchar)/i.test(type)) return "text";
  if (/^timestamp/i.test(type)) return "moment";
  if (/^date/i.test(type)) return "date";
  return /^bool/i.test(type) ? "boolean" : "other";
}

/** A question that shows what a table is good for, and that the gate answers. */
export function exampleOf(table: Table): string {
  if (table.patient === undefined) return `SELECT *\nFROM ${quoted(table.name)}`;
  const code = table.columns.find((column) => column.class === "code");
  const figure = `count(DISTINCT ${quoted(table.patient)}) AS patients`;
  return code ? `SELECT ${quoted(code.name)}, ${figure}\nFROM ${quoted(table.name)}\nGROUP BY ${quoted(code.name)}` : `SELECT ${figure}\nFROM ${quoted(table.name)}`;
}
