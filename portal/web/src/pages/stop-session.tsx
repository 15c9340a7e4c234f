/** Asks before a session is stopped; the server asks for password and code besides. */
import { api, path } from "../api/client";
import type { OpenSession } from "../api/types";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { useAct } from "../parts/load";
import { toast } from "../parts/toast";
import { TroubleBox } from "../parts/trouble";
import { common } from "../words/common";
import { sessions as words } from "../words/staff";
import { t } from "../words/t";

export function StopSession({ session, done }: { session: OpenSession; done: () => void }) {
  const { busy, trouble, act } = useAct(async () => {
    await api.remove(path`/api/sessions/${session.session}`);
    toast(t(words.stopped));
    done();
  });
  return (
    <Dialog
      title={t(words.stopTitle)}
      role="alertdialog"
      close={done}
      foot={(
        <>
          <Button onClick={done}>{t(common.cancel)}</Button>
          <Button kind="bad" icon="stop" busy={busy} onClick={() => void act()}>{t(words.stop)}</Button>
        </>
      )}
    >
      <p>{t(words.stopWhat, { handler: session.handler, study: session.study })}</p>
      {trouble && <TroubleBox trouble={trouble} />}
    </Dialog>
  );
}
