/**
 * Undo and redo over whole drafts, which share what did not change.
 *
 * Typing in one cell becomes one step until a pause or another edit. Out of scope: versions that the server keeps.
 */
import type { NotebookDocument } from "../../api/types";
import { apply, type Edit } from "./edit";
import type { Draft } from "./model";

export interface History {
  readonly past: readonly Draft[];
  readonly present: Draft;
  readonly future: readonly Draft[];
  /** What was last typed into, and when (milliseconds). */
  readonly typing?: { into: string; at: number };
}

const KEPT = 200;
const PAUSE = 1500;

export function begin(present: Draft): History {
  return { past: [], present, future: [] };
}

export function edit(history: History, what: Edit, now: number): History {
  const document = apply(history.present.document, what);
  if (document === history.present.document) return history;
  return step(history, { ...history.present, document }, typedInto(what), now);
}

export function retitle(history: History, title: string, now: number): History {
  const clean = title.replace(/\s+/g, " ").trim();
  if (clean === "" || clean === history.present.title) return history;
  return step(history, { ...history.present, title: clean }, undefined, now);
}

/** What came from somebody else's edits: it can be undone like one's own. */
export function adopt(history: History, draft: Draft): History {
  return step(history, draft, undefined, 0);
}

export function undo(history: History): History {
  const before = history.past.at(-1);
  if (!before) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] };
}

export function redo(history: History): History {
  const [next, ...rest] = history.future;
  if (!next) return history;
  return { past: [...history.past, history.present], present: next, future: rest };
}

function step(history: History, present: Draft, into: string | undefined, now: number): History {
  const on = into !== undefined && history.typing?.into === into && now - history.typing.at < PAUSE;
  return {
    past: on ? history.past : [...history.past, history.present].slice(-KEPT),
    present,
    future: [],
    ...(into === undefined ? {} : { typing: { into, at: now } }),
  };
}

function typedInto(what: Edit): string | undefined {
  if (what.kind === "source" || what.kind === "name") return `${what.kind} ${what.id}`;
  return what.kind === "parameter" ? `parameter ${what.name}` : undefined;
}

/** The cells of a document by id. */
export function byId(document: NotebookDocument): Map<string, NotebookDocument["cells"][number]> {
  return new Map(document.cells.map((cell) => [cell.id, cell]));
}
