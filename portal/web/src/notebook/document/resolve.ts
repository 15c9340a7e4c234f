/**
 * A person's choices about conflicts, put into the merged draft.
 *
 * Out of scope: finding conflicts (merge.ts), asking (page/).
 */
import type { Cell } from "../../api/types";
import type { Conflict, Merged } from "./merge";
import { isSql, newId, type Draft } from "./model";
import { freeName, takenNames } from "./naming";

/** `both` keeps mine, and theirs below it as a cell of its own; of a title or a parameter there is only one. */
export type Choice = "mine" | "theirs" | "both";

export function choices(conflict: Conflict): Choice[] {
  return conflict.kind === "cell" && conflict.mine && conflict.theirs ? ["mine", "theirs", "both"] : ["mine", "theirs"];
}

/** `chosen` in the order of the conflicts; one that is missing keeps mine, or theirs where I deleted. */
export function resolve(merged: Merged, chosen: readonly (Choice | undefined)[], random: () => number = Math.random): Draft {
  return merged.conflicts.reduce((draft, conflict, index) => settle(draft, conflict, chosen[index], random), merged.draft);
}

function settle(draft: Draft, conflict: Conflict, choice: Choice | undefined, random: () => number): Draft {
  if (choice === undefined) return draft;
  if (conflict.kind === "title") return { ...draft, title: choice === "theirs" ? conflict.theirs : conflict.mine };
  const side = choice === "theirs" ? conflict.theirs : conflict.mine;
  if (conflict.kind === "parameter") {
    const parameters = draft.document.parameters.flatMap((each) => {
      if (each.name !== conflict.name) return each;
      return side && "parameter" in side ? side : [];
    });
    return { ...draft, document: { ...draft.document, parameters } };
  }
  const cells = draft.document.cells.flatMap((cell): Cell[] => {
    if (cell.id !== conflict.id) return [cell];
    const kept = side && "source" in side ? [side] : [];
    return choice === "both" && conflict.theirs ? [...kept, besides(draft, conflict.theirs, random)] : kept;
  });
  return { ...draft, document: { ...draft.document, cells } };
}

/** Their cell next to mine: with an id and a name of its own. */
function besides(draft: Draft, cell: Cell, random: () => number): Cell {
  const copy = { ...cell, id: newId(random) };
  return isSql(copy) && copy.name ? { ...copy, name: freeName(copy.name, takenNames(draft.document)) } : copy;
}
