/**
 * The questions behind a column's profile, made from its class and type. Pure.
 *
 * All are ordinary questions to the gate. LIMIT stands above the summary, where the gate has spoken already. Out of scope: answers.
 */
import type { Ask, Column, Table } from "../../api/types";
import { natureOf, quoted } from "../look";

/** How a column is drawn: its values, months, bands of a number; or only counted. */
export type Shape = "groups" | "months" | "bands" | "filled" | "keys";

/** How many values are asked for. */
export const MOST_GROUPS = 30;

/** Undefined where there is nothing to profile: rows of a public table can be shown as they are. */
export function shapeOf(table: Table, column: Column): Shape | undefined {
  if (table.patient === undefined) return undefined;
  if (column.class === "patient" || column.class === "institution") return "keys";
  if (column.class === "text") return "filled";
  const nature = natureOf(column.type);
  if (nature === "date" || nature === "moment") return "months";
  // Every year of birth for itself would be a fine sieve: numbers that tell people apart are told in bands too.
  if ((nature === "whole" || nature === "real") && column.class !== "code") return "bands";
  return nature === "boolean" || nature === "text" || column.class === "code" ? "groups" : "filled";
}

export function groupsAsk(table: Table, column: Column, explore: boolean): Ask {
  const name = quoted(column.name);
  return ask(`SELECT ${name}, ${patients(table)}\nFROM ${quoted(table.name)}\nGROUP BY ${name}\nORDER BY patients DESC NULLS LAST, ${name}\nLIMIT ${MOST_GROUPS}`, explore);
}

export function monthsAsk(table: Table, column: Column, explore: boolean): Ask {
  const month = `date_trunc('month', ${quoted(column.name)})`;
  return ask(`SELECT ${month} AS month, ${patients(table)}\nFROM ${quoted(table.name)}\nGROUP BY ${month}\nORDER BY month`, explore);
}

/** Where the bands of a number begin and end. Exact even where one explores: quantiles are withheld there. */
export function boundsAsk(table: Table, column: Column): Ask {
  const name = quoted(column.name);
  const at = (share: string, as: string) => `percentile_cont(${share}) WITHIN GROUP (ORDER BY ${name}) AS ${as}`;
  return ask(`SELECT ${at("0.05", "low")},\n  ${at("0.5", "middle")},\n  ${at("0.95", "high")}\nFROM ${quoted(table.name)}`, false);
}

/** Band 0 is below the first edge; who has no value is in none. */
export function bandsAsk(table: Table, column: Column, edges: readonly number[], explore: boolean): Ask {
  const name = quoted(column.name);
  const below = edges.map((edge, band) => `  WHEN ${name} < ${literal(edge)} THEN ${band}`);
  const last = `  WHEN ${name} >= ${literal(edges.at(-1) ?? 0)} THEN ${edges.length}`;
  const band = ["CASE", ...below, last, "END"].join("\n");
  return ask(`SELECT ${band} AS band,\n  ${patients(table)}\nFROM ${quoted(table.name)}\nGROUP BY 1\nORDER BY band`, explore);
}

/** How much is filled in: records, or patients where one explores (nothing else is told there). */
export function filledAsk(table: Table, column: Column, explore: boolean): Ask {
  const name = quoted(column.name);
  const one = `count(DISTINCT ${quoted(table.patient ?? "")})`;
  const counts = explore ? `${one} AS everything, ${one} FILTER (WHERE ${name} IS NOT NULL) AS filled` : `count(*) AS everything, count(${name}) AS filled`;
  return ask(`SELECT ${counts}\nFROM ${quoted(table.name)}`, explore);
}

/** Keys are opaque: how many there are is all that is asked. Of institutions exploring tells nothing. */
export function keysAsk(table: Table, column: Column, explore: boolean): Ask {
  return ask(`SELECT count(DISTINCT ${quoted(column.name)}) AS different\nFROM ${quoted(table.name)}`, explore && column.class === "patient");
}

function patients(table: Table): string {
  return `count(DISTINCT ${quoted(table.patient ?? "")}) AS patients`;
}

function literal(value: number): string {
  // No `1e-7`: every dialect reads plain digits.
  return value === 0 || (Math.abs(value) >= 1e-6 && Math.abs(value) < 1e15) ? String(value) : value.toFixed(12).replace(/0+$/, "0");
}

function ask(sql: string, explore: boolean): Ask {
  return explore ? { sql, explore } : { sql };
}
