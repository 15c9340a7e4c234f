/**
 * The door: one form, one request, the same words for every mistake. Stands at whatever path one was, so that one goes on there.
 */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import { me } from "../api/me";
import type { Me, SignIn } from "../api/types";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useAct } from "../parts/load";
import { Note, TroubleBox } from "../parts/trouble";
import { door } from "../words/door";
import { t } from "../words/t";
import { Door } from "./door";
import { CodeField, Password } from "./sign-in-fields";
import { title } from "../parts/title";

/** Whether a sign-in ended by itself here: said at the door. */
export const over = signal(false);

export function SignInPage() {
  const [handler, setHandler] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const { busy, trouble, act } = useAct(async () => {
    me.value = await api.post<Me>("/api/sign-in", { handler: handler.trim(), password, code: code.trim() } satisfies SignIn, { quiet: true });
    over.value = false;
  });
  useEffect(() => title(t(door.signIn)));
  useEffect(() => form.current?.querySelector<HTMLInputElement>("input")?.focus(), []);

  const submit = (event: Event) => {
    event.preventDefault();
    const empty = [...(form.current?.querySelectorAll<HTMLInputElement>("input") ?? [])].find((box) => box.value.trim() === "");
    if (empty) empty.focus();
    else {
      void act().then((well) => {
        if (well) return;
        setCode("");
        form.current?.querySelector<HTMLInputElement>("input[name=code]")?.focus();
      });
    }
  };

  return (
    <Door heading={t(door.signIn)} foot={<><p>{t(door.first)}</p><p>{t(door.recorded)}</p></>}>
      {over.value && !trouble && <Note>{t(door.over)}</Note>}
      {trouble && <TroubleBox trouble={trouble} />}
      <form ref={form} class="stack" noValidate onSubmit={submit}>
        <Field words={t(door.handler)} value={handler} onValue={setHandler} name="handler" autocomplete="username" autocapitalize="none" spellcheck={false} required />
        <Password value={password} onValue={setPassword} />
        <CodeField value={code} onValue={setCode} />
        <Button kind="main" type="submit" busy={busy} class="door-main">{t(door.signIn)}</Button>
      </form>
    </Door>
  );
}
