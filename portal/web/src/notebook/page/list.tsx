/** The notebooks of a study: opening, making, bringing in, renaming and deleting one. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api, path } from "../../api/client";
import { troubleOf } from "../../api/trouble";
import type { Catalogue, Notebook, NotebookInfo } from "../../api/types";
import { Button } from "../../parts/button";
import { Empty } from "../../parts/empty";
import { Icon } from "../../parts/icon";
import { useAct, useLoad } from "../../parts/load";
import { Menu } from "../../parts/menu";
import { go, Link } from "../../parts/place";
import { Table } from "../../parts/table";
import { title } from "../../parts/title";
import { toast } from "../../parts/toast";
import { TroubleBox } from "../../parts/trouble";
import { common } from "../../words/common";
import { lang, t } from "../../words/t";
import { moment } from "../../words/time";
import type { Draft } from "../document/model";
import { words } from "../words";
import { readIn } from "./files";
import { RemoveNotebook, RenameNotebook } from "./list-dialogs";
import { welcome } from "./welcome";
import "./page.css";

export function NotebookList({ study }: { study: string }) {
  const address = path`/api/studies/${study}/notebooks`;
  useEffect(() => title(`${t(words.notebooks)} — ${study}`), [study, lang.value]);
  const { data, trouble, again, set } = useLoad<NotebookInfo[]>(address);
  const [asked, setAsked] = useState<{ what: "rename" | "remove"; info: NotebookInfo }>();
  const making = useAct(async (draft?: Draft) => {
    const begun = draft ?? { title: t(words.untitled), document: { cells: await example(study), parameters: [] } };
    const made = await api.post<Notebook>(address, begun);
    go(pageOf(study, made.notebook));
  });
  const shut = () => setAsked(undefined);
  const make = <Button kind="main" icon="plus" busy={making.busy} onClick={() => void making.act()}>{t(words.newNotebook)}</Button>;
  return (
    <div class="page stack">
      <div class="page-head">
        <div>
          <p class="crumb"><Link href="/studies">{t({ ja: "課題", en: "Studies" })}</Link> / {study}</p>
          <h1>{t(words.notebooks)}</h1>
          <p>{t(words.notebooksHint)}</p>
        </div>
        <div class="row">
          <Link href={`/studies/${encodeURIComponent(study)}/catalogue`} class="button"><Icon name="table" />{t(words.catalogue)}</Link>
          <ImportButton take={(draft) => void making.act(draft)} />
          {make}
        </div>
      </div>
      {making.trouble && <TroubleBox trouble={making.trouble} />}
      {trouble ? <TroubleBox trouble={trouble} again={again} /> : (
        <Table
          name={t(words.notebooks)}
          rows={data}
          id={(info) => info.notebook}
          empty={<Empty title={t(words.noNotebooks)} icon="file"><p class="muted">{t(words.noNotebooksHint)}</p></Empty>}
          columns={[
            { id: "title", words: t(words.title), head: true, by: (info) => info.title, cell: (info) => <Link href={pageOf(study, info.notebook)}>{info.title}</Link> },
            { id: "edited", words: t(words.edited), by: (info) => info.edited, cell: (info) => <span class="figures">{moment(info.edited)}</span> },
            { id: "editor", words: t(words.editor), by: (info) => info.editor, cell: (info) => info.editor },
            { id: "version", words: t(words.version), end: true, by: (info) => info.version, cell: (info) => info.version },
            {
              id: "acts", words: t(words.more), hideWords: true, end: true, cell: (info) => (
                <Menu label={t(words.actions, { title: info.title })} class="button quiet only-icon small-button" items={[
                  { words: t(common.open), icon: "right", act: () => go(pageOf(study, info.notebook)) },
                  { words: t(words.rename), icon: "edit", act: () => setAsked({ what: "rename", info }) },
                  { words: t(words.duplicate), icon: "copy", act: () => void copy(study, info).then((draft) => making.act(draft), (thrown: unknown) => toast(t(troubleOf(thrown).message), { tone: "bad" })) },
                  "line",
                  { words: t(words.remove), icon: "bin", bad: true, act: () => setAsked({ what: "remove", info }) },
                ]}><Icon name="more" /></Menu>
              ),
            },
          ]}
        />
      )}
      {asked?.what === "rename" && <RenameNotebook study={study} info={asked.info} close={shut} done={again} />}
      {asked?.what === "remove" && <RemoveNotebook study={study} info={asked.info} close={shut} done={() => set((data ?? []).filter((info) => info !== asked.info))} />}
    </div>
  );
}

export function pageOf(study: string, notebook: string): string {
  return path`/studies/${study}/notebooks/${notebook}`;
}

async function example(study: string) {
  return welcome(await api.get<Catalogue>(path`/api/studies/${study}/catalogue`), lang.peek());
}

async function copy(study: string, info: NotebookInfo): Promise<Draft> {
  const { title, document } = await api.get<Notebook>(path`/api/studies/${study}/notebooks/${info.notebook}`);
  return { title: `${title} (2)`, document };
}

function ImportButton({ take }: { take: (draft: Draft) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined) => {
    if (!file) return;
    const draft = readIn(file.name, await file.text());
    if (input.current) input.current.value = "";
    if (!draft) return toast(t(words.importBad), { tone: "bad" });
    toast(draft.dropped > 0 ? t(words.importedWithout, { n: draft.dropped }) : t(words.imported));
    take({ title: draft.title || t(words.untitled), document: draft.document });
  };
  return (
    <>
      <Button icon="file" title={t(words.importHint)} onClick={() => input.current?.click()}>{t(words.importFile)}</Button>
      <input ref={input} type="file" accept=".ipynb,.sql,.txt" hidden aria-hidden="true" tabIndex={-1} onChange={(event) => void read(event.currentTarget.files?.[0])} />
    </>
  );
}
