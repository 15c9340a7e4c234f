/**
 * Asks for the password and a code before a sensitive act: the client calls `confirmed` when the server wants it, and then
 * sends the act again. One dialog at a time; a second act waits for the same answer.
 */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { Confirm } from "../api/types";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { useAct } from "../parts/load";
import { TroubleBox } from "../parts/trouble";
import { common } from "../words/common";
import { surely } from "../words/door";
import { t } from "../words/t";
import { CodeField, Password } from "./sign-in-fields";

interface Waiting { answer: Promise<boolean>; settle: (surely: boolean) => void }
const waiting = signal<Waiting | undefined>(undefined);

/** Resolves to true once the server has taken password and code, false where the person would rather not. */
export function confirmed(): Promise<boolean> {
  const now = waiting.peek();
  if (now) return now.answer;
  let settle = (_: boolean) => undefined as void;
  const answer = new Promise<boolean>((resolve) => {
    settle = (surely) => {
      waiting.value = undefined;
      resolve(surely);
    };
  });
  waiting.value = { answer, settle };
  return answer;
}

export function ConfirmHost() {
  const now = waiting.value;
  return now ? <ConfirmDialog settle={now.settle} /> : null;
}

function ConfirmDialog({ settle }: { settle: (surely: boolean) => void }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const { busy, trouble, act } = useAct(async () => {
    await api.post("/api/confirm", { password, code: code.trim() } satisfies Confirm);
    settle(true);
  });
  const submit = () => void act().then((well) => { if (!well) setCode(""); });
  return (
    <Dialog
      title={t(surely.title)}
      close={() => settle(false)}
      onSubmit={submit}
      foot={(
        <>
          <Button onClick={() => settle(false)}>{t(common.cancel)}</Button>
          <Button kind="main" type="submit" busy={busy} disabled={password === "" || code.trim() === ""}>{t(surely.confirm)}</Button>
        </>
      )}
    >
      <p class="muted">{t(surely.why)}</p>
      {trouble && <TroubleBox trouble={trouble} />}
      <Password value={password} onValue={setPassword} />
      <CodeField value={code} onValue={setCode} />
    </Dialog>
  );
}
