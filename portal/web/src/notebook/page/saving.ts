/**
 * Saves a notebook by itself, soon after each change, and never over somebody else's work.
 *
 * Where somebody saved in between, both are merged; what both changed waits for a person's choice. Out of scope: the network and
 * the clock, which are given (`Means`), and where an unsaved draft is put aside.
 */
import type { Notebook } from "../../api/types";
import { merge, type Merged } from "../document/merge";
import { same, type Draft } from "../document/model";
import { resolve, type Choice } from "../document/resolve";

export type SaveState =
  | { kind: "saved" }
  | { kind: "dirty" }
  | { kind: "saving" }
  | { kind: "failed"; thrown: unknown }
  | { kind: "conflict"; merged: Merged; there: Notebook };

export interface Means {
  /** `there`: the server's notebook, where it is newer than the version given. Throws whatever else went wrong. */
  put: (draft: Draft, version: number) => Promise<{ saved: Notebook } | { there: Notebook }>;
  /** What is on the page now. */
  draft: () => Draft;
  /** Somebody else's changes have come in. */
  adopt: (draft: Draft) => void;
  tell: (state: SaveState) => void;
  /** Calls back after so many milliseconds; returns how to stop that. */
  later: (ms: number, act: () => void) => () => void;
}

const PAUSE = 1200;
const AGAIN = [4_000, 15_000, 60_000];

export class Saver {
  private stop: () => void = () => undefined;
  private busy = false;
  private failures = 0;
  private waiting: Merged | undefined;

  constructor(
    private readonly means: Means,
    /** What the server has. */
    private base: { draft: Draft; version: number },
  ) {}

  get saved(): Readonly<{ draft: Draft; version: number }> {
    return this.base;
  }

  get dirty(): boolean {
    return !same(this.means.draft(), this.base.draft);
  }

  /** To be called after every change. */
  changed(): void {
    if (this.waiting || this.busy) return;
    this.stop();
    if (!this.dirty) return this.means.tell({ kind: "saved" });
    this.means.tell({ kind: "dirty" });
    this.stop = this.means.later(PAUSE, () => void this.save());
  }

  /** Now. */
  async save(): Promise<void> {
    this.stop();
    if (this.busy || this.waiting) return;
    if (!this.dirty) return this.means.tell({ kind: "saved" });
    this.busy = true;
    this.means.tell({ kind: "saving" });
    const sent = this.means.draft();
    try {
      const result = await this.means.put(sent, this.base.version);
      this.failures = 0;
      this.busy = false;
      if ("saved" in result) this.base = { draft: sent, version: result.saved.version };
      else return this.overtaken(result.there);
      this.changed();
    } catch (thrown) {
      this.busy = false;
      this.means.tell({ kind: "failed", thrown });
      this.stop = this.means.later(AGAIN[Math.min(this.failures++, AGAIN.length - 1)]!, () => void this.save());
    }
  }

  private overtaken(there: Notebook): Promise<void> | void {
    if (there.version <= this.base.version) throw new Error("refused for a version that is not newer");
    this.meet(there);
    return this.waiting ? undefined : this.save();
  }

  /** Somebody else's newer version: merged with what is here. */
  meet(there: Notebook): void {
    if (this.busy || this.waiting || there.version <= this.base.version) return;
    const theirs = draftOf(there);
    const merged = merge(this.base.draft, this.means.draft(), theirs);
    this.base = { draft: theirs, version: there.version };
    if (merged.conflicts.length > 0) {
      this.waiting = merged;
      this.stop();
      this.means.tell({ kind: "conflict", merged, there });
      return;
    }
    if (!same(merged.draft, this.means.draft())) this.means.adopt(merged.draft);
    this.changed();
  }

  /** What was put aside before the page went away, as if it had been changed here; `there` is what the server has now. */
  recall(base: { draft: Draft; version: number }, draft: Draft, there: Notebook): void {
    this.base = base;
    this.means.adopt(draft);
    if (there.version > base.version) this.meet(there);
    else this.changed();
  }

  /** A person has chosen. */
  settle(chosen: readonly (Choice | undefined)[]): void {
    if (!this.waiting) return;
    const draft = resolve(this.waiting, chosen);
    this.waiting = undefined;
    this.means.adopt(draft);
    void this.save();
  }

  close(): void {
    this.stop();
  }
}

export function draftOf({ title, document }: Notebook): Draft {
  return { title, document };
}
