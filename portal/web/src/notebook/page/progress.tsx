/** How a question that runs is getting on: its place in the queue, how far, how long; and how to stop it. */
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../parts/button";
import { t } from "../../words/t";
import { took } from "../../words/time";
import { words } from "../words";
import type { Run } from "./runs";

export function Progress({ run, cancel }: { run: Run; cancel: () => void }) {
  const elapsed = useElapsed(run);
  const share = run.state === "running" && run.question.state === "running" ? run.question.share : undefined;
  return (
    <div class="progress">
      <div class="progress-words">
        <span class="progress-state">{stateWords(run)}</span>
        {run.state === "running" && <span class="muted figures">{t(words.elapsed, { time: took(elapsed) })}</span>}
        <Button small icon="stop" onClick={cancel}>{t(words.cancel)}</Button>
      </div>
      <progress class="progress-bar" max={1} {...(share === undefined ? {} : { value: share })} aria-label={stateWords(run)} />
    </div>
  );
}

function stateWords(run: Run): string {
  if (run.state === "queued") return t(words.queued);
  if (run.state !== "running") return t(words.asking);
  if (run.lost) return t(words.lost);
  const { state, before, share } = run.question;
  if (state === "waiting") return before ? t(words.waiting, { n: before }) : t(words.next);
  return share === undefined ? t(words.running) : t(words.runningShare, { share: Math.round(share * 100) });
}

/** The server tells now and then; in between this clock goes on. */
function useElapsed(run: Run): number {
  const told = run.state === "running" ? run.question.elapsed : 0;
  const [since, setSince] = useState(() => Date.now());
  const [now, setNow] = useState(since);
  useEffect(() => {
    setSince(Date.now());
    setNow(Date.now());
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [told]);
  return told + Math.max(0, now - since);
}
