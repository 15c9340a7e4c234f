/**
 * What changed between two texts, line by line, and between two documents, cell by cell.
 *
 * For people to look at: versions and conflicts. Out of scope: merging (merge.ts goes by whole cells).
 */
import type { Cell, NotebookDocument } from "../../api/types";
import { byId } from "./history";
import { same } from "./model";

export interface Line {
  sign: " " | "-" | "+";
  text: string;
}

/** A shortest list of lines to take out and put in (longest common subsequence; texts of a cell are short). */
export function lines(before: string, after: string): Line[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  if (a.length * b.length > 4_000_000) return [...a.map((text) => ({ sign: "-" as const, text })), ...b.map((text) => ({ sign: "+" as const, text }))];
  const common = table(a, b);
  const found: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push({ sign: " ", text: a[i]! });
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      found.push({ sign: "-", text: a[i++]! });
    } else {
      found.push({ sign: "+", text: b[j++]! });
    }
  }
  return found;
}

function table(a: string[], b: string[]): Uint32Array[] {
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  return common;
}

export type Change =
  | { kind: "added"; cell: Cell }
  | { kind: "removed"; cell: Cell }
  | { kind: "changed"; before: Cell; after: Cell }
  | { kind: "same"; cell: Cell };

/** In the order of the newer document; what was removed stands where it was. */
export function changes(before: NotebookDocument, after: NotebookDocument): Change[] {
  const [old, now] = [byId(before), byId(after)];
  const list: Change[] = after.cells.map((cell) => {
    const was = old.get(cell.id);
    if (!was) return { kind: "added", cell };
    return same(was, cell) ? { kind: "same", cell } : { kind: "changed", before: was, after: cell };
  });
  before.cells.forEach((cell, index) => {
    if (now.has(cell.id)) return;
    const previous = before.cells[index - 1]?.id;
    const at = list.findIndex((change) => idOf(change) === previous);
    list.splice(at + 1, 0, { kind: "removed", cell });
  });
  return list;
}

export function idOf(change: Change): string {
  return change.kind === "changed" ? change.after.id : change.cell.id;
}
