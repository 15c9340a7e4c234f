/** The three steps of enrolment on one page; mistakes are said at their step. Out of scope: the recovery codes. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Enrol, Enrolled, Invitation } from "../api/types";
import { Button } from "../parts/button";
import { CopyButton } from "../parts/copy";
import { Field, PasswordField } from "../parts/field";
import { useAct } from "../parts/load";
import { TroubleBox } from "../parts/trouble";
import { common } from "../words/common";
import { door, enrol } from "../words/door";
import { lang, t } from "../words/t";
import "./enrol.css";

export function EnrolForm({ invitation, address, onDone }: { invitation: Invitation; address: string; onDone: (enrolled: Enrolled) => void }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, trouble, act, forget } = useAct(async () => {
    onDone(await api.post<Enrolled>(address, { password, code: code.replace(/\s/g, "") } satisfies Enrol, { quiet: true }));
  });
  const missing = Math.max(0, invitation.shortest_password - [...password].length);
  const said = trouble && `${t(trouble.message)}${lang.value === "en" ? " " : ""}${t(trouble.remedy)}`;
  const mistakes = {
    password: trouble?.code === "password" ? said : tried && missing > 0 ? t(enrol.short, { n: missing }) : undefined,
    code: trouble?.code === "code" ? said : tried && code.trim() === "" ? t(common.fillIn) : undefined,
  };
  const focus = (name: string) => form.current?.querySelector<HTMLInputElement>(`input[name=${name}]`)?.focus();
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (missing > 0) focus("password");
    else if (code.trim() === "") focus("code");
    else void act().then((well) => well || requestAnimationFrame(() => form.current?.querySelector<HTMLInputElement>("[aria-invalid]")?.focus()));
  };

  return (
    <form ref={form} class="stack" noValidate onSubmit={submit}>
      <Step n={1} words={t(enrol.app)}><Secret invitation={invitation} /></Step>
      <Step n={2} words={t(enrol.password)}>
        <input type="text" class="unseen" name="username" autocomplete="username" value={invitation.handler} readOnly tabIndex={-1} aria-hidden="true" />
        <PasswordField
          words={t(door.password)}
          hint={t(enrol.passwordHint, { n: invitation.shortest_password })}
          {...(mistakes.password ? { mistake: mistakes.password } : {})}
          value={password}
          onValue={(value) => { setPassword(value); if (trouble?.code === "password") forget(); }}
          name="password"
          autocomplete="new-password"
          required
        />
        <Strength length={[...password].length} shortest={invitation.shortest_password} />
      </Step>
      <Step n={3} words={t(enrol.confirm)}>
        <Field
          words={t(door.code)}
          hint={t(enrol.confirmHint)}
          {...(mistakes.code ? { mistake: mistakes.code } : {})}
          class="code-box enrol-code"
          value={code}
          onValue={(value) => { setCode(value); if (trouble?.code === "code") forget(); }}
          name="code"
          autocomplete="one-time-code"
          inputMode="numeric"
          maxLength={10}
          required
        />
      </Step>
      {trouble && trouble.code !== "password" && trouble.code !== "code" && <TroubleBox trouble={trouble} />}
      <Button kind="main" type="submit" busy={busy} class="door-main">{t(enrol.done)}</Button>
    </form>
  );
}

function Step({ n, words, children }: { n: number; words: string; children: ComponentChildren }) {
  return (
    <section class="enrol-step">
      <h2><span class="enrol-number" aria-hidden="true">{n}</span><span class="unseen">{t(enrol.step, { n })}: </span>{words}</h2>
      <div class="enrol-inside">{children}</div>
    </section>
  );
}

function Secret({ invitation: { qr, secret } }: { invitation: Invitation }) {
  return (
    <div class="enrol-app">
      <svg class="enrol-qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={t(enrol.qr)} shape-rendering="crispEdges">
        <rect width={qr.size} height={qr.size} fill="#fff" />
        <path d={qr.path} fill="#000" fill-rule="evenodd" />
      </svg>
      <div class="stack enrol-key">
        <p>{t(enrol.appHow)}</p>
        <div>
          <p class="muted">{t(enrol.byHand)}</p>
          <p class="small muted">{t(enrol.key)}</p>
          <p><code class="enrol-secret">{secret.split(" ").map((four, i) => <span key={i}>{four} </span>)}</code></p>
        </div>
        <div><CopyButton small text={secret.replaceAll(" ", "")} /></div>
      </div>
    </div>
  );
}

/** By length only: that is what makes a password strong, and nothing of it is judged here but that. */
function Strength({ length, shortest }: { length: number; shortest: number }) {
  if (length === 0) return <div class="strength" />;
  const grade = length < shortest ? 1 : length < shortest + 8 ? 2 : 3;
  const words = grade === 1 ? t(enrol.short, { n: shortest - length }) : t(grade === 2 ? enrol.enough : enrol.long);
  return (
    <div class={`strength strength-${grade}`}>
      <div class="strength-bar" aria-hidden="true"><span /><span /><span /></div>
      <span class="small" role="status">{words}</span>
    </div>
  );
}
