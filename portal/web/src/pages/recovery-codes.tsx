/** The recovery codes, shown once: to copy, to save, and to say that they are kept before going on. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../parts/button";
import { CopyButton } from "../parts/copy";
import { Check } from "../parts/field";
import { go, guard } from "../parts/place";
import { save } from "../parts/save";
import { Note } from "../parts/trouble";
import { enrol } from "../words/door";
import { t } from "../words/t";
import { Door } from "./door";

export function RecoveryCodes({ codes, handler }: { codes: string[]; handler: string }) {
  const [kept, setKept] = useState(false);
  const [hurry, setHurry] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    top.current?.focus();
  }, []);
  useEffect(() => {
    if (kept) return;
    const stop = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", stop);
    const unguard = guard(() => { setHurry(true); return false; });
    return () => {
      window.removeEventListener("beforeunload", stop);
      unguard();
    };
  }, [kept]);

  const on = () => (kept ? go("/", true) : setHurry(true));
  return (
    <Door wide heading={t(enrol.kept)} lead={<p class="muted">{t(enrol.why)}</p>}>
      <div ref={top} tabIndex={-1} class="stack">
        <Note><strong>{t(enrol.once)}</strong></Note>
        <ol class="codes" aria-label={t(enrol.codes)}>{codes.map((code) => <li key={code}>{code}</li>)}</ol>
        <div class="row">
          <CopyButton text={codes.join("\n")} />
          <Button icon="save" onClick={() => save(`sekisho-recovery-${handler}.txt`, `Sekisho ${handler}\n\n${codes.join("\n")}\n`)}>{t(enrol.download)}</Button>
        </div>
        <Check words={t(enrol.have)} value={kept} onValue={(value) => { setKept(value); setHurry(false); }} />
        <p class="field-mistake" role="alert">{hurry && t(enrol.haveFirst)}</p>
        <Button kind="main" class="door-main" aria-disabled={!kept} onClick={on}>{t(enrol.toSignIn)}</Button>
      </div>
    </Door>
  );
}
