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

/** A question that shows what a table is good for, and that the gate answers. */
export function exampleOf(table: Table): string {
  const quote = (name: string) => (/^[\p{Ll}\p{Lo}_][\p{Ll}\p{Lo}\p{N}_]*$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
  if (table.patient === undefined) return `SELECT *\nFROM ${quote(table.name)}`;
  const code = table.columns.find((column) => column.class === "code");
  const figure = `count(DISTINCT ${quote(table.patient)}) AS patients`;
  return code ? `SELECT ${quote(code.name)}, ${figure}\nFROM ${quote(table.name)}\nGROUP BY ${quote(code.name)}` : `SELECT ${figure}\nFROM ${quote(table.name)}`;
}
