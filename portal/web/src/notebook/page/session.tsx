/** How the study's session stands: running or not, and the time that is left. Out of scope: ending it. */
import { useEffect, useState } from "preact/hooks";
import { api, path } from "../../api/client";
import type { SessionInfo } from "../../api/types";
import { t } from "../../words/t";
import { length } from "../../words/time";
import { words } from "../words";
import { useBook } from "./context";

/** 1時間12分, 4分; seconds would only make people nervous. */
function minutes(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 60_000));
  return whole >= 60 ? length(whole * 60_000) : t(words.minutes, { n: whole });
}

const LOOK = 30_000;
const SOON = 5 * 60_000;

export function SessionBar() {
  const book = useBook();
  const [info, setInfo] = useState<SessionInfo>();
  const [now, setNow] = useState(() => Date.now());
  const busy = book.runs.busy.value > 0;
  useEffect(() => {
    const stop = new AbortController();
    const look = () => {
      if (document.hidden) return;
      api.get<SessionInfo>(path`/api/session-of/${book.study}`, { signal: stop.signal }).then(setInfo, () => undefined);
      setNow(Date.now());
    };
    look();
    // Asking by the clock alone would keep somebody signed in who has long gone home: only after a key or a press.
    let acted = false;
    const act = () => void (acted = true);
    const timer = window.setInterval(() => {
      if (acted) look();
      acted = false;
    }, LOOK);
    const acts = ["keydown", "pointerdown"] as const;
    for (const each of acts) document.addEventListener(each, act, { passive: true });
    document.addEventListener("visibilitychange", look);
    return () => {
      stop.abort();
      window.clearInterval(timer);
      for (const each of acts) document.removeEventListener(each, act);
      document.removeEventListener("visibilitychange", look);
    };
  }, [book.study, busy]);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 10_000);
    return () => window.clearInterval(timer);
  }, []);
  const left = info?.running && info.until ? Date.parse(info.until) - now : undefined;
  const soon = left !== undefined && left < SOON;
  return (
    <p class={`session${soon ? " session-soon" : ""}`}>
      <span class={`session-dot${info?.running ? " session-on" : ""}`} aria-hidden="true" />
      <span>{info ? t(info.running ? words.sessionOn : words.sessionOff) : " "}</span>
      {left !== undefined && <span class="figures">{t(words.sessionLeft, { time: minutes(left) })}</span>}
      {info?.running && info.queries > 0 && <span class="figures muted">{t(words.sessionQueries, { n: info.queries })}</span>}
      <span class="unseen" role="status">{soon ? t(words.sessionEnds, { time: minutes(left) }) : ""}</span>
    </p>
  );
}
