/** What the audit log has about one thing of the register: as a section of a page, or in a dialog. */
import { useEffect } from "preact/hooks";
import { path } from "../../api/client";
import type { LogEntry } from "../../api/types";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { Empty } from "../../parts/empty";
import { useLoad } from "../../parts/load";
import { Table } from "../../parts/table";
import { TroubleBox } from "../../parts/trouble";
import { common } from "../../words/common";
import { details, history as words, standings } from "../../words/review";
import { actions, log } from "../../words/staff";
import { lang, t } from "../../words/t";
import { minute, shortDay } from "../../words/time";

export type HistoryOf = "organisation" | "handler" | "study";

/** `turn` grows when something was changed here. */
export function History({ kind, name, turn }: { kind: HistoryOf; name: string; turn: number }) {
  return (
    <section class="panel stack" aria-labelledby="history">
      <h2 id="history">{t(words.title)}</h2>
      <Entries kind={kind} name={name} turn={turn} />
    </section>
  );
}

export function HistoryDialog({ kind, name, display, close }: { kind: HistoryOf; name: string; display: string; close: () => void }) {
  return (
    <Dialog wide title={t(words.of, { name: display })} close={close} foot={<Button onClick={close}>{t(common.close)}</Button>}>
      <Entries kind={kind} name={name} turn={0} />
    </Dialog>
  );
}

function Entries({ kind, name, turn }: { kind: HistoryOf; name: string; turn: number }) {
  const { data, trouble, again } = useLoad<LogEntry[]>(path`/api/register/history/${kind}/${name}`);
  useEffect(() => {
    if (turn > 0) again();
  }, [turn]);
  if (trouble) return <TroubleBox trouble={trouble} again={again} />;
  return (
    <Table
      dense
      name={t(words.title)}
      rows={data}
      id={(entry) => String(entry.index)}
      empty={<Empty title={t(words.none)} icon="clock" />}
      columns={[
        { id: "time", words: t(log.time), cell: (entry) => <span class="figures nowrap">{minute(entry.time)}</span> },
        { id: "action", words: t(log.action), head: true, cell: (entry) => <span class="nowrap">{actions[entry.action] ? t(actions[entry.action]!) : entry.action}</span> },
        { id: "actor", words: t(log.actor), cell: (entry) => entry.actor },
        { id: "object", words: t(log.object), cell: (entry) => [entry.study, entry.object].filter((one) => one !== undefined && one !== name).join(" · ") },
        { id: "what", words: t(words.what), cell: (entry) => told(entry) },
      ]}
    />
  );
}

/** An entry's details in words: "終了日 2027/03/31、表 2". */
export function told({ reason, details: given = {} }: Pick<LogEntry, "reason" | "details">): string {
  const decided = reason !== undefined && reason in standings ? [t(standings[reason as keyof typeof standings])] : [];
  const parts = Object.entries(given).flatMap(([name, value]) => {
    const known = details[name];
    if (!known || value === false || value === 0) return [];
    if (value === true) return [t(known)];
    return [`${t(known)} ${typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? shortDay(value) : value}`];
  });
  return [...decided, ...parts].join(lang.value === "ja" ? "、" : ", ");
}
