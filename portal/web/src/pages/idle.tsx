/**
 * Warns before the sign-in ends, counting down, and asks the server when it is over. Out of scope: the clock (api/alive).
 */
import { useEffect, useState } from "preact/hooks";
import { ends, idleEnds, stay, warning } from "../api/alive";
import { me, whoami } from "../api/me";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { useAct } from "../parts/load";
import { TroubleBox } from "../parts/trouble";
import { idle } from "../words/door";
import { t } from "../words/t";
import { length } from "../words/time";
import { over } from "./sign-in";
import "./idle.css";

/** How long before the end that nothing can put off. */
const WARN_END = 300_000;

export function Idle() {
  const [now, setNow] = useState(Date.now());
  const [seen, setSeen] = useState(0);
  const { busy, trouble, act } = useAct(stay);
  useEffect(() => {
    const tick = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(tick);
  }, []);

  const end = ends.value;
  const last = end <= idleEnds.value;
  const left = Math.min(end, idleEnds.value) - now;
  const isOver = left <= -1000;
  useEffect(() => {
    if (!isOver) return;
    whoami().then(() => { if (!me.peek()) over.value = true; }, () => undefined);
  }, [isOver]);

  if (last ? left > WARN_END || seen === end : left > warning.value) return null;
  const words = t(last ? idle.ends : idle.idle, { left: length(left) });
  const stayOn = () => void act().then(() => setNow(Date.now()));
  return (
    <Dialog
      title={t(idle.title)}
      role="alertdialog"
      close={last ? () => setSeen(end) : stayOn}
      foot={last
        ? <Button kind="main" onClick={() => setSeen(end)}>{t(idle.understood)}</Button>
        : <Button kind="main" busy={busy} onClick={stayOn}>{t(idle.stay)}</Button>}
    >
      <p class="idle-words figures" aria-hidden="true">{words}</p>
      <Spoken left={left} last={last} />
      {trouble && <TroubleBox trouble={trouble} />}
    </Dialog>
  );
}

/** Screen readers hear it at the start, then every half minute, not every second. */
function Spoken({ left, last }: { left: number; last: boolean }) {
  const step = Math.ceil(left / 30_000) * 30_000;
  return <p class="unseen" role="timer" aria-live="assertive">{t(last ? idle.ends : idle.idle, { left: length(step) })}</p>;
}
