/**
 * One open notebook: its history, its saving, its runs, and what else the page shares, as signals.
 *
 * Joins the pure modules with the server's interface. Out of scope: drawing.
 */
import { computed, signal, type Signal } from "@preact/signals";
import { api, path } from "../../api/client";
import { stream } from "../../api/events";
import { me } from "../../api/me";
import { Refused } from "../../api/trouble";
import type { Ask, Catalogue, Notebook, Question } from "../../api/types";
import { toast } from "../../parts/toast";
import { t } from "../../words/t";
import { decode } from "../../api/figures";
import type { Edit } from "../document/edit";
import { adopt, begin, edit, redo, retitle, undo, type History } from "../document/history";
import { headline, isSql, type Draft, type SqlCell } from "../document/model";
import type { Choice } from "../document/resolve";
import { askOf } from "../sql/views";
import { words } from "../words";
import { putDraft, runMemory, takeDraft, type Whose } from "./memory";
import { isAnswered, isRowsOnly, Runs, type Desk } from "./runs";
import { draftOf, Saver, type SaveState } from "./saving";

export class Book {
  readonly history: Signal<History>;
  readonly document = computed(() => this.history.value.present.document);
  readonly title = computed(() => this.history.value.present.title);
  readonly saving: Signal<SaveState> = signal({ kind: "saved" });
  /** The cell that the keyboard acts on. */
  readonly current = signal<string | undefined>(undefined);
  /** Markdown cells that are being written. */
  readonly writing = signal<ReadonlySet<string>>(new Set());
  /** Said to screen readers. */
  readonly said = signal("");
  readonly runs: Runs;
  private readonly saver: Saver;
  private theirEditor = "";

  constructor(
    readonly study: string,
    readonly catalogue: Catalogue,
    notebook: Notebook,
  ) {
    this.notebook = notebook.notebook;
    this.history = signal(begin(draftOf(notebook)));
    this.whose = { handler: me.peek()?.handler ?? "", study, notebook: notebook.notebook };
    this.runs = runsOf(this.whose);
    this.saver = new Saver(
      {
        put: (draft, version) => this.put(draft, version),
        draft: () => this.history.peek().present,
        adopt: (draft) => {
          this.history.value = adopt(this.history.peek(), draft);
          if (this.theirEditor !== "") toast(t(words.joined, { editor: this.theirEditor }));
        },
        tell: (state) => this.told(state),
        later: (ms, act) => {
          const timer = window.setTimeout(act, ms);
          return () => window.clearTimeout(timer);
        },
      },
      { draft: draftOf(notebook), version: notebook.version },
    );
    this.bringBack(notebook);
    this.runs.restore();
  }

  readonly notebook: string;
  private readonly whose: Whose;

  // Changing.

  edit(what: Edit): void {
    this.become(edit(this.history.peek(), what, Date.now()));
  }

  rename(title: string): void {
    this.become(retitle(this.history.peek(), title, Date.now()));
  }

  undo(): void {
    this.become(undo(this.history.peek()));
  }

  redo(): void {
    this.become(redo(this.history.peek()));
  }

  private become(history: History): void {
    if (history === this.history.peek()) return;
    this.history.value = history;
    this.saver.changed();
  }

  // Saving.

  get dirty(): boolean {
    return this.saver.dirty;
  }

  save(): Promise<void> {
    return this.saver.save();
  }

  settle(chosen: readonly (Choice | undefined)[]): void {
    this.theirEditor = "";
    this.saver.settle(chosen);
  }

  /** Whether somebody else saved since; failing to know is no matter. */
  async refresh(): Promise<void> {
    try {
      const there = await api.get<Notebook>(this.address());
      this.theirEditor = there.editor;
      this.saver.meet(there);
    } catch {
      // The next save will tell.
    }
  }

  /** The page goes away: what is not saved is put aside in this tab. */
  leave(): void {
    putDraft(this.whose, this.dirty ? { base: this.saver.saved, draft: this.history.peek().present } : undefined);
  }

  close(): void {
    void this.saver.save();
    this.leave();
    this.saver.close();
  }

  private async put(draft: Draft, version: number): Promise<{ saved: Notebook } | { there: Notebook }> {
    try {
      const saved = await api.put<Notebook>(this.address(), { ...draft, version });
      return { saved };
    } catch (thrown) {
      if (!(thrown instanceof Refused) || thrown.status !== 409 || !isNotebook(thrown.body)) throw thrown;
      this.theirEditor = thrown.body.editor;
      return { there: thrown.body };
    }
  }

  private told(state: SaveState): void {
    this.saving.value = state;
    if (state.kind === "failed" || state.kind === "saved") this.leave();
  }

  private bringBack(there: Notebook): void {
    const aside = takeDraft(this.whose);
    if (!aside) return;
    this.saver.recall(aside.base, aside.draft, there);
    toast(t(words.restored));
  }

  address(rest = ""): string {
    return path`/api/studies/${this.study}/notebooks/${this.notebook}` + rest;
  }

  // Running.

  async run(ids: readonly string[]): Promise<void> {
    const cells = ids.filter((id) => this.question(id)?.source.trim());
    for (const id of cells) void this.saySo(id);
    const good = await this.runs.run(cells, (id) => this.ask(id), (id, answer) => Boolean(this.question(id)?.name) && isRowsOnly(answer));
    if (cells.length < 2) return;
    const stopped = cells.find((id) => {
      const run = this.runs.of(id).peek();
      return run?.state === "broken" || (run?.state === "done" && !isAnswered(run.answer) && !(this.question(id)?.name && isRowsOnly(run.answer)));
    });
    if (good) toast(t(words.allRun));
    else if (stopped) toast(t(words.stopped, { cell: this.label(stopped) }), { tone: "bad" });
  }

  runAll(): Promise<void> {
    return this.run(this.document.peek().cells.filter(isSql).map((cell) => cell.id));
  }

  runFrom(id: string): Promise<void> {
    const { cells } = this.document.peek();
    return this.run(cells.slice(cells.findIndex((cell) => cell.id === id)).filter(isSql).map((cell) => cell.id));
  }

  ask(id: string): Ask | undefined {
    const cell = this.question(id);
    return cell && askOf(this.document.peek(), cell);
  }

  private question(id: string): SqlCell | undefined {
    return this.document.peek().cells.find((cell): cell is SqlCell => cell.id === id && isSql(cell));
  }

  /** Tells when a cell is done, once. */
  private saySo(id: string): void {
    const stop = this.runs.of(id).subscribe((run) => {
      if (run?.state !== "done" && run?.state !== "broken") return;
      const good = run.state === "done" && isAnswered(run.answer);
      this.said.value = t(good ? words.hasAnswer : words.hasTrouble, { cell: this.label(id) });
      queueMicrotask(() => stop());
    });
  }

  /** `セル 3: cohort` */
  label(id: string): string {
    const { cells } = this.document.value;
    const n = cells.findIndex((cell) => cell.id === id) + 1;
    const cell = cells[n - 1];
    const name = cell && headline(cell).slice(0, 40);
    return name ? t(words.cellNamed, { n, name }) : t(words.cell, { n });
  }
}

function isNotebook(body: unknown): body is Notebook {
  return typeof body === "object" && body !== null && "document" in body && "version" in body;
}

/** Runs outlive the page of their notebook, so that somebody who looks at the catalogue comes back to the answers. */
const kept = new Map<string, Runs>();

function runsOf(whose: Whose): Runs {
  const key = JSON.stringify(whose);
  const runs = kept.get(key) ?? new Runs(deskOf(whose.study), runMemory(whose));
  kept.set(key, runs);
  return runs;
}

function deskOf(study: string): Desk {
  const questions = path`/api/studies/${study}/questions`;
  const at = (question: string) => `${questions}/${encodeURIComponent(question)}`;
  return {
    ask: (ask) => api.post<Question>(questions, ask),
    follow: (question, each, lost) => stream<Question>(`${at(question)}/events`, each, lost),
    look: (question) => api.get<Question>(at(question)),
    cancel: (question) => api.remove<undefined>(at(question)),
    rows: async (question, answer) => decode(await api.bytes(`${at(question)}/rows`), isAnswered(answer) ? answer.suppressed : []),
    isGone: (thrown) => thrown instanceof Refused && thrown.status >= 400 && thrown.status < 500,
    wait: (ms) => new Promise((done) => window.setTimeout(done, ms)),
  };
}
