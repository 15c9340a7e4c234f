/**
 * Asking the questions of cells, following them live, and keeping their answers while the page lives.
 *
 * Cells that are run together go one after another, and stop at the first that has no answer. A lost connection is taken up again;
 * so is a reloaded page, by the ids in `Memory`. Out of scope: the network, which is given (`Desk`), and drawing.
 */
import { signal, type Signal } from "@preact/signals";
import type { Answer, Ask, Question } from "../../api/types";
import type { Figures } from "../../api/figures";

export interface Done { state: "done"; asked: Ask; question: Question; answer: Answer; figures?: Figures; thrown?: unknown }

/** `previous`: the answer before, which stays in sight until the next one is there. */
export type Run =
  | { state: "queued"; previous?: Done | undefined }
  | { state: "asking"; asked: Ask; previous?: Done | undefined }
  | { state: "running"; asked: Ask; question: Question; lost: boolean; previous?: Done | undefined }
  | Done
  /** No answer came: the server could not be asked, or knows the question no more. */
  | { state: "broken"; asked: Ask; thrown: unknown };

export interface Desk {
  ask: (ask: Ask) => Promise<Question>;
  /** Tells each news until `close`; `lost` when the stream is gone for good. */
  follow: (question: string, each: (news: Question) => void, lost: () => void) => { close: () => void };
  look: (question: string) => Promise<Question>;
  cancel: (question: string) => Promise<void>;
  rows: (question: string, answer: Answer) => Promise<Figures>;
  /** Whether looking again is of no use. */
  isGone: (thrown: unknown) => boolean;
  wait: (ms: number) => Promise<void>;
}

/** Questions by cell, through a reload of the page. Never figures. */
export interface Memory {
  read: () => Record<string, { question: string; asked: Ask }>;
  write: (running: Record<string, { question: string; asked: Ask }>) => void;
}

const PATIENCE = [1_000, 2_000, 4_000, 8_000, 15_000];

export class Runs {
  private readonly cells = new Map<string, Signal<Run | undefined>>();
  private turn: Promise<unknown> = Promise.resolve();
  /** Counted up when somebody stops everything. */
  private epoch = 0;
  /** How many cells are queued, asked or running. */
  readonly busy = signal(0);

  constructor(
    private readonly desk: Desk,
    private readonly memory: Memory,
  ) {}

  of(cell: string): Signal<Run | undefined> {
    const known = this.cells.get(cell) ?? signal<Run | undefined>(undefined);
    this.cells.set(cell, known);
    return known;
  }

  /** One after another; `askOf` is asked when a cell's turn comes. True where all have answers (or were passed over by `fine`). */
  async run(cells: readonly string[], askOf: (cell: string) => Ask | undefined, fine: (cell: string, answer: Answer) => boolean): Promise<boolean> {
    const epoch = this.epoch;
    const mine = cells.filter((cell) => !isBusy(this.of(cell).peek()));
    const before = new Map(mine.map((cell) => [cell, this.of(cell).peek()]));
    for (const cell of mine) this.put(cell, { state: "queued" });
    // One cell by itself needs not wait for the others: the server has a queue of its own.
    const wait = mine.length > 1 ? this.turn : Promise.resolve();
    const all = (async () => {
      await wait.catch(() => undefined);
      let good = true;
      for (const cell of mine) {
        if (this.of(cell).peek()?.state !== "queued") continue;
        const ask = good && epoch === this.epoch ? askOf(cell) : undefined;
        if (!ask) this.put(cell, before.get(cell));
        else good = await this.one(cell, ask, fine);
      }
      return good && epoch === this.epoch;
    })();
    if (mine.length > 1) this.turn = all;
    return all;
  }

  private async one(cell: string, asked: Ask, fine: (cell: string, answer: Answer) => boolean): Promise<boolean> {
    this.put(cell, { state: "asking", asked });
    try {
      const question = await this.desk.ask(asked);
      this.remember(cell, { question: question.question, asked });
      await this.watch(cell, asked, question);
    } catch (thrown) {
      this.put(cell, { state: "broken", asked, thrown });
    }
    const run = this.of(cell).peek();
    return run?.state === "done" && (isAnswered(run.answer) || fine(cell, run.answer));
  }

  /** Takes up what was running, or had an answer, before the page was loaded anew. */
  restore(): void {
    for (const [cell, { question, asked }] of Object.entries(this.memory.read())) {
      if (this.of(cell).peek()) continue;
      this.put(cell, { state: "asking", asked });
      this.desk
        .look(question)
        .then((news) => this.watch(cell, asked, news))
        .catch(() => {
          this.put(cell, undefined);
          this.remember(cell, undefined);
        });
    }
  }

  async cancel(cell: string): Promise<void> {
    const run = this.of(cell).peek();
    if (run?.state === "queued") this.put(cell, undefined);
    if (run?.state === "running") await this.desk.cancel(run.question.question);
  }

  async cancelAll(): Promise<void> {
    this.epoch++;
    await Promise.all([...this.cells.keys()].map((cell) => this.cancel(cell)));
  }

  /** The cell is gone, or its result is to be cleared. */
  forget(cell: string): void {
    if (isBusy(this.of(cell).peek())) void this.cancel(cell);
    else this.put(cell, undefined);
    this.remember(cell, undefined);
  }

  /** Until the question is done. */
  private async watch(cell: string, asked: Ask, first: Question): Promise<void> {
    let news = first;
    for (let failures = 0; news.state !== "done"; ) {
      this.put(cell, { state: "running", asked, question: news, lost: failures > 0 });
      if (failures === 0) news = await this.stream(cell, asked, news);
      if (news.state === "done") break;
      this.put(cell, { state: "running", asked, question: news, lost: true });
      await this.desk.wait(PATIENCE[Math.min(failures, PATIENCE.length - 1)]!);
      try {
        news = await this.desk.look(news.question);
        failures = 0;
      } catch (thrown) {
        if (this.desk.isGone(thrown)) throw thrown;
        failures++;
      }
    }
    await this.finish(cell, asked, news);
  }

  private stream(cell: string, asked: Ask, first: Question): Promise<Question> {
    return new Promise((done) => {
      let last = first;
      const stream = this.desk.follow(
        first.question,
        (news) => {
          last = news;
          if (news.state === "done") {
            stream.close();
            done(news);
          } else this.put(cell, { state: "running", asked, question: news, lost: false });
        },
        () => {
          stream.close();
          done(last);
        },
      );
    });
  }

  private async finish(cell: string, asked: Ask, question: Question): Promise<void> {
    const { answer } = question;
    if (!answer) throw new Error("done without an answer");
    const run = { state: "done", asked, question, answer } as const;
    if (!isAnswered(answer)) return this.put(cell, run);
    try {
      this.put(cell, { ...run, figures: await this.desk.rows(question.question, answer) });
    } catch (thrown) {
      this.put(cell, { ...run, thrown });
    }
  }

  private put(cell: string, run: Run | undefined): void {
    const before = this.of(cell).peek();
    const previous = before?.state === "done" ? before : before && "previous" in before ? before.previous : undefined;
    this.of(cell).value = run && isBusy(run) && previous ? ({ ...run, previous } as Run) : run;
    this.busy.value = [...this.cells.values()].filter((each) => isBusy(each.peek())).length;
  }

  private remember(cell: string, what: { question: string; asked: Ask } | undefined): void {
    const { [cell]: _, ...rest } = this.memory.read();
    this.memory.write(what ? { ...rest, [cell]: what } : rest);
  }
}

export function isBusy(run: Run | undefined): boolean {
  return run?.state === "queued" || run?.state === "asking" || run?.state === "running";
}

export function isAnswered(answer: Answer): answer is Extract<Answer, { verdict: "released" | "explored" }> {
  return answer.verdict === "released" || answer.verdict === "explored";
}

/** A named cell of patients' rows: it can be used, though not shown. That is no mistake. */
export function isRowsOnly(answer: Answer): boolean {
  return answer.verdict === "refused" && answer.refusal.code === "raw_rows" && answer.refusal.view === undefined;
}
