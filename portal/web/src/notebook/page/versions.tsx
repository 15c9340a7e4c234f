/** Earlier versions: who saved when, what has changed since, and going back. Going back is an edit like any other. */
import { useState } from "preact/hooks";
import type { Notebook, NotebookInfo } from "../../api/types";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { useLoad } from "../../parts/load";
import { Skeleton } from "../../parts/skeleton";
import { toast } from "../../parts/toast";
import { TroubleBox } from "../../parts/trouble";
import { common } from "../../words/common";
import { t } from "../../words/t";
import { moment } from "../../words/time";
import { useBook } from "./context";
import { Changes } from "./difference-view";
import { versionWords } from "./version-words";

export function Versions({ close }: { close: () => void }) {
  const book = useBook();
  const { data, trouble, again } = useLoad<NotebookInfo[]>(book.address("/versions"));
  const [chosen, setChosen] = useState<number>();
  return (
    <Dialog title={t(versionWords.title)} close={close} wide foot={<Button onClick={close}>{t(common.close)}</Button>}>
      {trouble && <TroubleBox trouble={trouble} again={again} />}
      <div class="versions">
        {data ? (
          <ul class="versions-list">
            {data.map((info, index) => (
              <li key={info.version}>
                <button type="button" class="version" aria-pressed={chosen === info.version} onClick={() => setChosen(info.version)}>
                  <strong>{t(versionWords.version, { n: info.version })}{index === 0 && <span class="muted"> ({t(versionWords.now)})</span>}</strong>
                  <span class="small muted figures">{moment(info.edited)}</span>
                  <span class="small muted">{t(versionWords.by, { editor: info.editor })}</span>
                </button>
              </li>
            ))}
          </ul>
        ) : !trouble && <Skeleton lines={4} height={52} gap={4} />}
        <div class="versions-view">
          {chosen === undefined ? <p class="muted">{t(versionWords.choose)}</p> : <OneVersion key={chosen} version={chosen} close={close} />}
        </div>
      </div>
    </Dialog>
  );
}

function OneVersion({ version, close }: { version: number; close: () => void }) {
  const book = useBook();
  const { data, trouble, again } = useLoad<Notebook>(book.address(`/versions/${version}`));
  if (trouble) return <TroubleBox trouble={trouble} again={again} />;
  if (!data) return <Skeleton lines={6} />;
  const restore = () => {
    book.rename(data.title);
    book.edit({ kind: "replace", document: data.document });
    toast(t(versionWords.restored, { n: version }));
    close();
  };
  return (
    <div class="stack">
      <h3>{t(versionWords.since, { n: version })}</h3>
      <Changes before={data.document} after={book.document.value} />
      <div class="row"><Button icon="refresh" onClick={restore}>{t(versionWords.restore)}</Button><span class="small muted">{t(versionWords.restoreHint)}</span></div>
    </div>
  );
}
