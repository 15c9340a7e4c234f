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

export function runMemory(study: string, notebook: string): Memory {
  const key = `sekisho.running ${study} ${notebook}`;
  return {
    read: () => (read(key) as ReturnType<Memory["read"]> | undefined) ?? {},
    write: (running) => write(key, Object.keys(running).length === 0 ? undefined : running),
  };
}

export function putDraft(study: string, notebook: string, aside: Aside | undefined): void {
  write(draftKey(study, notebook), aside);
}

export function takeDraft(study: string, notebook: string): Aside | undefined {
  const aside = read(draftKey(study, notebook)) as Aside | undefined;
  write(draftKey(study, notebook), undefined);
  return aside?.base?.draft?.document && aside.draft?.document ? aside : undefined;
}

function draftKey(study: string, notebook: string): string {
  return `sekisho.unsaved ${study} ${notebook}`;
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
