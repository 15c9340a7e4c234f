/**
 * One question from asking to figures, for what needs no progress of its own. Looks again now and then; a lost look is tried again.
 *
 * Out of scope: questions of a notebook, which are followed live and taken up after a reload (notebook/page/runs.ts).
 */
import { api, path } from "./client";
import { decode, type Figures } from "./figures";
import { Refused } from "./trouble";
import type { Ask, Question } from "./types";

const FIRST = 150;
const LONGEST = 1500;
const PATIENCE = 5;

/** The figures; throws `Refused` with the words of a refusal or a failure, or an AbortError: the question is cancelled then. */
export async function figuresOf(study: string, ask: Ask, signal: AbortSignal): Promise<Figures> {
  const questions = path`/api/studies/${study}/questions`;
  const first = await api.post<Question>(questions, ask);
  const address = `${questions}/${encodeURIComponent(first.question)}`;
  const { answer } = await done(address, first, signal);
  if (!answer) throw new Error("done without an answer");
  if (answer.verdict === "refused") throw new Refused(422, answer.refusal);
  if (answer.verdict === "failed") throw new Refused(422, answer.failure);
  return decode(await api.bytes(`${address}/rows`), answer.suppressed);
}

async function done(address: string, first: Question, signal: AbortSignal): Promise<Question> {
  let news = first;
  let failures = 0;
  for (let wait = FIRST; news.state !== "done"; wait = Math.min(LONGEST, wait * 1.5)) {
    await pause(wait, signal);
    if (signal.aborted) {
      await api.remove(address).catch(() => undefined);
      throw new DOMException("stopped", "AbortError");
    }
    try {
      news = await api.get<Question>(address);
      failures = 0;
    } catch (thrown) {
      if ((thrown instanceof Refused && thrown.status >= 400 && thrown.status < 500) || ++failures > PATIENCE) throw thrown;
    }
  }
  return news;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((go) => {
    if (signal.aborted) return go();
    const timer = setTimeout(go, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), go()), { once: true });
  });
}
