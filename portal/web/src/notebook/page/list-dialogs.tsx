/** Renaming and deleting a notebook from the list. */
import { useState } from "preact/hooks";
import { api, path } from "../../api/client";
import type { Notebook, NotebookInfo } from "../../api/types";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { Field } from "../../parts/field";
import { useAct } from "../../parts/load";
import { TroubleBox } from "../../parts/trouble";
import { common } from "../../words/common";
import { t } from "../../words/t";
import { words } from "../words";

interface Props { study: string; info: NotebookInfo; close: () => void; done: () => void }

export function RenameNotebook({ study, info, close, done }: Props) {
  const [title, setTitle] = useState(info.title);
  const address = path`/api/studies/${study}/notebooks/${info.notebook}`;
  const { busy, trouble, act } = useAct(async () => {
    const { document, version } = await api.get<Notebook>(address);
    await api.put(address, { title: title.trim(), document, version });
  });
  const submit = () => {
    if (title.trim() === "" || title.trim() === info.title) return close();
    void act().then((good) => {
      if (!good) return;
      done();
      close();
    });
  };
  const foot = <><Button onClick={close}>{t(common.cancel)}</Button><Button kind="main" type="submit" busy={busy}>{t(common.save)}</Button></>;
  return (
    <Dialog title={t(words.rename)} close={close} foot={foot} onSubmit={submit}>
      {trouble && <TroubleBox trouble={trouble} />}
      <Field words={t(words.title)} value={title} onValue={setTitle} maxLength={200} />
    </Dialog>
  );
}

export function RemoveNotebook({ study, info, close, done }: Props) {
  const { busy, trouble, act } = useAct(() => api.remove<void>(path`/api/studies/${study}/notebooks/${info.notebook}`));
  const submit = () =>
    void act().then((good) => {
      if (!good) return;
      done();
      close();
    });
  const foot = <><Button onClick={close}>{t(common.cancel)}</Button><Button kind="bad" icon="bin" busy={busy} onClick={submit}>{t(words.remove)}</Button></>;
  return (
    <Dialog title={t(words.removeTitle)} role="alertdialog" close={close} foot={foot}>
      {trouble && <TroubleBox trouble={trouble} />}
      <p>{t(words.removeText, { title: info.title })}</p>
    </Dialog>
  );
}
