/** Puts the focus on a cell or into its editor, also when either is about to be drawn. Out of scope: which is current. */
import { signal } from "@preact/signals";

/** The editor that is to have the focus: editors look at it when they are made or it changes. */
export const wanted = signal<{ id: string; turn: number; at?: number } | undefined>(undefined);
let turns = 0;

export function focusEditor(id: string, at?: number): void {
  wanted.value = { id, turn: ++turns, ...(at === undefined ? {} : { at }) };
  requestAnimationFrame(() => document.getElementById(`cell-${id}`)?.scrollIntoView({ block: "nearest" }));
}

export function focusCell(id: string): void {
  requestAnimationFrame(() => {
    const cell = document.getElementById(`cell-${id}`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest" });
  });
}
