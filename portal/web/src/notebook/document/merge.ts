/**
 * Two persons changed the same notebook: what each changed alone is taken, what both changed is a conflict.
 *
 * No text is ever lost: each text of either side is in the merged draft or in a conflict (the tests hold this). Cells are told
 * by their ids. Where both moved cells, my order is kept. Out of scope: merging within one text.
 */
import type { Cell } from "../../api/types";
import { byId } from "./history";
import { same, tidy, type Draft, type NamedParameter } from "./model";

/** What both changed. An absent side deleted it; an absent base means that both added it. */
export type Conflict =
  | { kind: "cell"; id: string; base?: Cell; mine?: Cell; theirs?: Cell }
  | { kind: "parameter"; name: string; base?: NamedParameter; mine?: NamedParameter; theirs?: NamedParameter }
  | { kind: "title"; base: string; mine: string; theirs: string };

/** `draft` has my side wherever there is a conflict, or theirs where I deleted. */
export interface Merged {
  draft: Draft;
  conflicts: Conflict[];
}

export function merge(base: Draft, mine: Draft, theirs: Draft): Merged {
  const conflicts: Conflict[] = [];
  const title = mergeTitle(base.title, mine.title, theirs.title, conflicts);
  const cells = mergeCells(base, mine, theirs, conflicts);
  const parameters = mergeParameters(base, mine, theirs, conflicts);
  return { draft: { title, document: { cells, parameters } }, conflicts };
}

function mergeTitle(base: string, mine: string, theirs: string, conflicts: Conflict[]): string {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  conflicts.push({ kind: "title", base, mine, theirs });
  return mine;
}

function mergeCells(base: Draft, mine: Draft, theirs: Draft, conflicts: Conflict[]): Cell[] {
  const [b, m, t] = [byId(base.document), byId(mine.document), byId(theirs.document)];
  const kept = new Map<string, Cell>();
  for (const id of new Set([...m.keys(), ...t.keys()])) {
    const sides = { base: b.get(id), mine: m.get(id), theirs: t.get(id) };
    const cell = mergeCell(id, sides, conflicts);
    if (cell) kept.set(id, cell);
  }
  const order = mergeOrder([...b.keys()], [...m.keys()], [...t.keys()]);
  return order.flatMap((id) => kept.get(id) ?? []);
}

function mergeCell(id: string, { base, mine, theirs }: Sides<Cell>, conflicts: Conflict[]): Cell | undefined {
  const decided = choose(base, mine, theirs);
  if (decided !== CLASH) return decided;
  const joined = base && mine && theirs ? mergeFields(base, mine, theirs) : undefined;
  if (joined) return joined;
  conflicts.push({ kind: "cell", id, ...present({ base, mine, theirs }) });
  return mine ?? theirs;
}

/** One named it, the other wrote in it: both are kept. Undefined where both changed one field, or what kind of cell it is. */
function mergeFields(base: Cell, mine: Cell, theirs: Cell): Cell | undefined {
  if (base.kind !== mine.kind || base.kind !== theirs.kind) return undefined;
  const merged: Record<string, unknown> = { id: base.id, kind: base.kind };
  for (const field of ["source", "name", "explore", "chart"]) {
    const of = (cell: Cell) => (cell as Record<string, unknown>)[field];
    const value = choose(of(base), of(mine), of(theirs));
    if (value === CLASH) return undefined;
    if (value !== undefined) merged[field] = value;
  }
  return tidy(merged as unknown as Cell);
}

function mergeParameters(base: Draft, mine: Draft, theirs: Draft, conflicts: Conflict[]): NamedParameter[] {
  const named = (draft: Draft) => new Map(draft.document.parameters.map((each) => [each.name, each]));
  const [b, m, t] = [named(base), named(mine), named(theirs)];
  const order = mergeOrder([...b.keys()], [...m.keys()], [...t.keys()]);
  return order.flatMap((name) => {
    const sides = { base: b.get(name), mine: m.get(name), theirs: t.get(name) };
    const value = choose(sides.base, sides.mine, sides.theirs);
    if (value !== CLASH) return value ?? [];
    conflicts.push({ kind: "parameter", name, ...present(sides) });
    return sides.mine ?? sides.theirs ?? [];
  });
}

interface Sides<T> {
  base: T | undefined;
  mine: T | undefined;
  theirs: T | undefined;
}

const CLASH = Symbol("clash");

function choose<T>(base: T, mine: T, theirs: T): T | typeof CLASH {
  if (same(mine, theirs) || same(theirs, base)) return mine;
  return same(mine, base) ? theirs : CLASH;
}

function present<T>(sides: Sides<T>): { base?: T; mine?: T; theirs?: T } {
  return Object.fromEntries(Object.entries(sides).filter(([, side]) => side !== undefined));
}

/** The order of whoever moved something, mine first; what only the other has comes after what it followed there. */
export function mergeOrder(base: string[], mine: string[], theirs: string[]): string[] {
  const inBoth = (list: string[], other: string[]) => list.filter((id) => base.includes(id) && other.includes(id));
  const moved = inBoth(mine, theirs).join("\n") !== base.filter((id) => mine.includes(id) && theirs.includes(id)).join("\n");
  const [first, second] = moved ? [mine, theirs] : [theirs, mine];
  const order = [...first];
  second.forEach((id, index) => {
    if (order.includes(id)) return;
    const before = second.slice(0, index).findLast((other) => order.includes(other));
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, id);
  });
  return order;
}
