/**
 * The profiles of a study's columns: asked for one after another, kept as long as the page lives and through a reload of the tab.
 *
 * Knows the network only by what it is given. Out of scope: which questions a profile takes (asked.ts), drawing.
 */
import { signal, type Signal } from "@preact/signals";
import { keep, kept } from "../../api/kept";
import { me } from "../../api/me";
import { figuresOf } from "../../api/questions";
import { troubleOf } from "../../api/trouble";
import type { Ask, Catalogue, Column, Table, Trouble } from "../../api/types";
import type { Figures } from "../../api/figures";
import { profileOf } from "./asked";
import { keyOf, shownLabels, type Profile } from "./profile";
import { shapeOf } from "./questions";

/** `began`: when its first question was sent, in ms. */
export type Profiling = { state: "waiting" } | { state: "asking"; began: number } | { state: "there"; profile: Profile } | { state: "broken"; trouble: Trouble };

export interface Desk {
  figures: (ask: Ask, signal: AbortSignal) => Promise<Figures>;
  read: () => Record<string, Profile>;
  write: (profiles: Record<string, Profile>) => void;
}

interface Job { table: Table; column: Column; explore: boolean }

export class Profiles {
  private readonly columns = new Map<string, Signal<Profiling | undefined>>();
  private readonly jobs: Job[] = [];
  private stopping = new AbortController();
  private working = false;
  /** How far the tables that are asked for as a whole are. */
  readonly tables = signal<Readonly<Record<string, { done: number; of: number }>>>({});

  constructor(private readonly desk: Desk) {}

  of(table: Table, column: Column): Signal<Profiling | undefined> {
    const key = keyOf(table, column);
    const known = this.columns.get(key);
    if (known) return known;
    const profile = this.desk.read()[key];
    const made = signal<Profiling | undefined>(profile && { state: "there", profile });
    this.columns.set(key, made);
    return made;
  }

  profile(table: Table, column: Column): Profile | undefined {
    const now = this.of(table, column).value;
    return now?.state === "there" ? now.profile : undefined;
  }

  /** Asks for these columns of a table, those that are not there yet. */
  async ask(table: Table, columns: readonly Column[], explore: boolean): Promise<void> {
    const wanted = columns.filter((column) => {
      const now = this.of(table, column).peek()?.state;
      return shapeOf(table, column) !== undefined && (now === undefined || now === "broken");
    });
    if (wanted.length === 0) return;
    for (const column of wanted) this.of(table, column).value = { state: "waiting" };
    const { done = 0, of = 0 } = this.tables.peek()[table.name] ?? {};
    this.tell(table, { done, of: of + wanted.length });
    this.jobs.push(...wanted.map((column) => ({ table, column, explore })));
    if (!this.working) await this.work();
  }

  /** Asks anew for a column that is there, as exactly where it was explored. */
  again(table: Table, column: Column, explore: boolean): Promise<void> {
    if (this.of(table, column).peek()?.state === "there") this.of(table, column).value = undefined;
    return this.ask(table, [column], explore);
  }

  /** What waits is let go; the question that runs is cancelled. Profiles that are there stay. */
  stop(): void {
    this.stopping.abort();
    this.tables.value = {};
    for (const { table, column } of this.jobs.splice(0)) this.of(table, column).value = undefined;
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let job = this.jobs.shift(); job; job = this.jobs.shift()) {
      if (this.stopping.signal.aborted) this.stopping = new AbortController();
      await this.one(job);
    }
    this.working = false;
    this.stopping = new AbortController();
    this.tables.value = {};
  }

  private async one({ table, column, explore }: Job): Promise<void> {
    const state = this.of(table, column);
    const { signal: stopped } = this.stopping;
    state.value = { state: "asking", began: Date.now() };
    try {
      const profile = await profileOf(table, column, explore, async (ask) => {
        if (stopped.aborted) throw new DOMException("stopped", "AbortError");
        return this.desk.figures(ask, stopped);
      });
      state.value = { state: "there", profile };
      this.desk.write({ ...this.desk.read(), [keyOf(table, column)]: profile });
    } catch (thrown) {
      state.value = stopped.aborted ? undefined : { state: "broken", trouble: troubleOf(thrown) };
    }
    const progress = this.tables.peek()[table.name];
    if (progress) this.tell(table, { ...progress, done: progress.done + 1 });
  }

  private tell(table: Table, progress: { done: number; of: number }): void {
    this.tables.value = { ...this.tables.peek(), [table.name]: progress };
  }
}

const made = new Map<string, Profiles>();

/** The profiles of this person, study, snapshot and policy: what another one saw is nobody else's. */
export function profilesOf({ study, snapshot, policy }: Catalogue): Profiles {
  const key = JSON.stringify([me.peek()?.handler, study, snapshot, policy.id]);
  const known = made.get(key) ?? new Profiles({
    figures: (ask, signal) => figuresOf(study, ask, signal),
    read: () => (kept(key) ?? {}) as Record<string, Profile>,
    write: (profiles) => keep(key, profiles),
  });
  made.set(key, known);
  return known;
}

/** Labels that profiles of this page have shown, for the completion of code values. */
export function labelsShown(catalogue: Catalogue, table: Table, column: Column): string[] {
  const now = profilesOf(catalogue).of(table, column).peek();
  return now?.state === "there" ? shownLabels(now.profile) : [];
}
