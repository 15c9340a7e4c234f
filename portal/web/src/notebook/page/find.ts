/** Finding text in cells. Pure. Width and case of letters do not count, as people type both. */
import type { Cell } from "../../api/types";
import { isSql } from "../document/model";

export interface Found {
  id: string;
  /** The line, around the text. */
  before: string;
  match: string;
  after: string;
  /** Where in the source; undefined for a match in the name. */
  at?: number;
}

const AROUND = 24;
const MOST = 50;

export function find(cells: readonly Cell[], text: string): Found[] {
  const wanted = plain(text.trim());
  if (wanted === "") return [];
  const found: Found[] = [];
  for (const cell of cells) {
    if (isSql(cell) && cell.name && plain(cell.name).includes(wanted)) found.push({ id: cell.id, before: "", match: cell.name, after: "" });
    const source = plain(cell.source);
    for (let at = source.indexOf(wanted); at >= 0 && found.length < MOST; at = source.indexOf(wanted, at + wanted.length)) found.push(around(cell, at, wanted.length));
  }
  return found.slice(0, MOST);
}

function around({ id, source }: Cell, at: number, length: number): Found {
  const start = Math.max(source.lastIndexOf("\n", at - 1) + 1, at - AROUND);
  const line = source.indexOf("\n", at + length);
  const end = Math.min(line < 0 ? source.length : line, at + length + AROUND * 2);
  return { id, before: source.slice(start, at), match: source.slice(at, at + length), after: source.slice(at + length, end), at };
}

/** Letter by letter, so that places stay where they are. */
function plain(text: string): string {
  return text.replace(/[\s\S]/g, (letter) => {
    const narrow = letter.normalize("NFKC").toLowerCase();
    return narrow.length === 1 ? narrow : letter;
  });
}
