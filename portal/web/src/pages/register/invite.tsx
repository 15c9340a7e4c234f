/** Makes an invitation link for a handler, and shows it once. */
import { useState } from "preact/hooks";
import { api, path } from "../../api/client";
import type { Handler, NewInvitation } from "../../api/types";
import { Button } from "../../parts/button";
import { CopyButton } from "../../parts/copy";
import { Dialog } from "../../parts/dialog";
import { Field } from "../../parts/field";
import { useAct } from "../../parts/load";
import { Note, TroubleBox } from "../../parts/trouble";
import { common } from "../../words/common";
import { handler as words } from "../../words/register";
import { t } from "../../words/t";
import { minute } from "../../words/time";

export function Invite({ handler, close }: { handler: Handler; close: () => void }) {
  const [made, setMade] = useState<NewInvitation>();
  const { busy, trouble, act } = useAct(async () => setMade(await api.post<NewInvitation>(path`/api/register/handlers/${handler.handler}/invitation`)));
  const foot = made
    ? <Button onClick={close}>{t(common.close)}</Button>
    : <><Button onClick={close}>{t(common.cancel)}</Button><Button kind="main" busy={busy} onClick={() => void act()}>{t(words.make)}</Button></>;
  return (
    <Dialog title={t(words.inviteTitle, { name: handler.display })} close={close} foot={foot}>
      {trouble && <TroubleBox trouble={trouble} />}
      {made ? (
        <>
          <div class="register-link">
            <Field words={t(words.link)} value={made.link} onValue={() => undefined} readOnly onFocus={(event) => event.currentTarget.select()} />
            <CopyButton text={made.link} />
          </div>
          <Note>{t(words.linkUntil, { time: minute(made.expires) })}</Note>
        </>
      ) : (
        <>
          <p>{t(words.inviteWhat)}</p>
          {handler.enrolled && <p>{t(words.inviteAgain)}</p>}
        </>
      )}
    </Dialog>
  );
}
