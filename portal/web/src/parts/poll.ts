/**
 * Asks again every so often while somebody looks: not while the window is hidden, and not once nobody has moved for `rest` ms, so that
 * an unattended screen doesn't keep its person signed in. `const paused = usePoll(again, 5000)`
 */
import { useEffect, useState } from "preact/hooks";
import { lastMoved } from "../api/alive";

export function usePoll(again: () => void, every: number, rest = 300_000): boolean {
  const [paused, setPaused] = useState(false);
  useEffect(() => {
    const tick = window.setInterval(() => {
      const idle = Date.now() - lastMoved() > rest;
      setPaused(idle);
      if (!idle && !document.hidden) again();
    }, every);
    return () => window.clearInterval(tick);
  }, [every, rest]);
  return paused;
}
