/**
 * From a place that the server tells (line and column in characters, from one) to what an editor can underline.
 *
 * Characters are code points there and UTF-16 units here. Out of scope: drawing.
 */
import type { Place } from "../../api/types";
import { tokens } from "./lexer";

export interface Range {
  from: number;
  to: number;
}

/** The token at a place; at least one character, and always inside of the text. */
export function rangeAt(sql: string, { line, column }: Place): Range {
  const lines = sql.split("\n");
  const row = Math.min(Math.max(line, 1), lines.length);
  const start = lines.slice(0, row - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const text = lines[row - 1]!;
  const offset = [...text].slice(0, Math.max(column, 1) - 1).join("").length;
  const at = start + Math.min(offset, text.length);
  const token = tokens(sql).find((each) => each.from <= at && at < each.to);
  if (token && token.kind !== "comment") return { from: at, to: token.to };
  return at < start + text.length ? { from: at, to: at + 1 } : { from: Math.max(start, at - 1), to: at };
}
