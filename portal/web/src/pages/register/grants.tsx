/** Who may work on a study, with which tables and columns: the list, letting in, changing, ending. */
import { useState } from "preact/hooks";
import { api, path } from "../../api/client";
import type { Grant, GrantedTable, Handler, RegisteredStudy } from "../../api/types";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { Empty } from "../../parts/empty";
import { useAct, useLoad } from "../../parts/load";
import { Table } from "../../parts/table";
import { toast } from "../../parts/toast";
import { TroubleBox } from "../../parts/trouble";
import { common } from "../../words/common";
import { handler as people, register } from "../../words/register";
import { grants as words } from "../../words/review";
import { lang, t } from "../../words/t";
import { shortDay } from "../../words/time";
import { GrantForm } from "./grant-form";

export function Grants({ study, changed }: { study: RegisteredStudy; changed: () => void }) {
  const rows = useLoad<Grant[]>(path`/api/register/studies/${study.study}/grants`);
  const handlers = useLoad<Handler[]>("/api/register/handlers");
  const [editing, setEditing] = useState<{ grant: Grant | undefined }>();
  const [ending, setEnding] = useState<Grant>();
  const nameOf = (id: string) => handlers.data?.find(({ handler }) => handler === id)?.display ?? id;
  const done = (said?: string) => {
    setEditing(undefined);
    setEnding(undefined);
    if (said === undefined) return;
    toast(said);
    rows.again();
    changed();
  };
  return (
    <section class="panel stack" aria-labelledby="grants">
      <div class="row spread">
        <h2 id="grants">{t(words.title)}</h2>
        <Button icon="plus" onClick={() => setEditing({ grant: undefined })}>{t(words.add)}</Button>
      </div>
      {rows.trouble && <TroubleBox trouble={rows.trouble} again={rows.again} />}
      {(rows.data || !rows.trouble) && (
        <Table
          name={t(words.title)}
          rows={rows.data}
          id={(one) => one.handler}
          empty={<Empty title={t(words.none)} icon="person" />}
          columns={[
            { id: "display", words: t(words.handler), head: true, cell: (one) => nameOf(one.handler), by: (one) => nameOf(one.handler) },
            { id: "id", words: t(people.id), cell: (one) => <code>{one.handler}</code>, by: (one) => one.handler },
            { id: "tables", words: t(words.tables), cell: (one) => <Extent tables={one.tables} /> },
            { id: "state", words: t(words.state), cell: (one) => one.revoked ? <Badge>{t(words.ended, { day: shortDay(one.revoked) })}</Badge> : <Badge tone="good" icon="check">{t(words.holds)}</Badge>, by: (one) => one.revoked ?? "" },
            {
              id: "act", words: t(register.act), hideWords: true, end: true,
              cell: (one) => (
                <div class="row register-do">
                  <Button small icon="edit" aria-label={t(words.changeOne, { name: nameOf(one.handler) })} onClick={() => setEditing({ grant: one })}>{t(register.edit)}</Button>
                  {!one.revoked && <Button small icon="stop" aria-label={t(words.endOne, { name: nameOf(one.handler) })} onClick={() => setEnding(one)}>{t(words.end)}</Button>}
                </div>
              ),
            },
          ]}
        />
      )}
      {editing && <GrantForm study={study} grant={editing.grant} handlers={handlers.data ?? []} taken={rows.data?.filter((one) => !one.revoked).map((one) => one.handler) ?? []} done={(saved) => done(saved === undefined ? undefined : t(words.saved, { name: nameOf(saved) }))} />}
      {ending && <End study={study.study} grant={ending} name={nameOf(ending.handler)} done={done} />}
    </section>
  );
}

function Extent({ tables }: { tables: GrantedTable[] | undefined }) {
  if (!tables) return <>{t(words.all)}</>;
  const one = (table: GrantedTable) => (typeof table === "string" ? table : `${table.table} (${table.columns.join(", ") || "—"})`);
  return <ul class="register-tables">{tables.map((table) => <li key={one(table)}><code>{one(table)}</code></li>)}</ul>;
}

function End({ study, grant, name, done }: { study: string; grant: Grant; name: string; done: (said?: string) => void }) {
  const { busy, trouble, act } = useAct(async () => {
    await api.remove(path`/api/register/studies/${study}/grants/${grant.handler}`);
    done(t(words.endedToast));
  });
  return (
    <Dialog
      role="alertdialog"
      title={t(words.endTitle)}
      close={() => done()}
      foot={<><Button onClick={() => done()}>{t(common.cancel)}</Button><Button kind="bad" busy={busy} onClick={() => void act()}>{t(words.end)}</Button></>}
    >
      {trouble && <TroubleBox trouble={trouble} />}
      <p lang={lang.value}>{t(words.endWhat, { name })}</p>
    </Dialog>
  );
}
