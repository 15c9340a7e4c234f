/**
 * What a tab remembers through a reload: which questions run, and what was not saved. Never figures.
 *
 * sessionStorage: it ends with the tab. Out of scope: what becomes of it.
 */
import type { Draft } from "../document/model";
import type { Memory } from "./runs";

export interface Aside {
  base: { draft: Draft; version: number };
  draft: Draft;
}

/** Whose: another person who signs in to the same tab sees nothing of it. */
export interface Whose { handler: string; study: string; notebook: string }

export function runMemory(whose: Whose): Memory {
  const key = keyOf("running", whose);
  return {
    read: () => (read(key) as ReturnType<Memory["read"]> | undefined) ?? {},
    write: (running) => write(key, Object.keys(running).length === 0 ? undefined : running),
  };
}

export function putDraft(whose: Whose, aside: Aside | undefined): void {
  write(keyOf("unsaved", whose), aside);
}

export function takeDraft(whose: Whose): Aside | undefined {
  const key = keyOf("unsaved", whose);
  const aside = read(key) as Aside | undefined;
  write(key, undefined);
  return aside?.base?.draft?.document && aside.draft?.document ? aside : undefined;
}

function keyOf(what: string, { handler, study, notebook }: Whose): string {
  return `sekisho.${what} ${handler} ${study} ${notebook}`;
}

function read(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Without storage nothing lives through a reload.
  }
}
