/**
 * For security staff: the audit log, newest first, older entries on demand, a filter over what is loaded.
 * Out of scope: proving that the log is whole (the command line's verifier does).
 */
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import type { LogEntry } from "../api/types";
import { Badge, type Tone } from "../parts/badge";
import { Button } from "../parts/button";
import { Empty } from "../parts/empty";
import { Field, Select } from "../parts/field";
import { useAct } from "../parts/load";
import { Table, type ColumnOf } from "../parts/table";
import { TroubleBox } from "../parts/trouble";
import { actions, decisions, log as words, sessions } from "../words/staff";
import { t } from "../words/t";
import { moment } from "../words/time";
import { LogDetails } from "./log-details";
import { title } from "../parts/title";

const COUNT = 100;

export function LogPage() {
  const [entries, setEntries] = useState<LogEntry[]>();
  const [whole, setWhole] = useState(false);
  const [filter, setFilter] = useState({ text: "", action: "", decision: "" });
  const [shown, setShown] = useState<LogEntry>();
  const { busy, trouble, act } = useAct(async (before?: number) => {
    const more = await api.get<LogEntry[]>(`/api/log?count=${COUNT}${before === undefined ? "" : `&before=${before}`}`);
    setEntries((had) => (before === undefined ? more : [...(had ?? []), ...more]));
    setWhole(more.length < COUNT || more.at(-1)?.index === 0);
  });
  useEffect(() => title(t(words.title)));
  useEffect(() => void act(), []);

  const rows = entries?.filter((entry) => fits(entry, filter));
  return (
    <div class="page page-wide stack">
      <div class="page-head">
        <div><h1>{t(words.title)}</h1><p>{t(words.lead)}</p></div>
        <Button icon="refresh" busy={busy && entries !== undefined} onClick={() => void act()}>{t(sessions.refresh)}</Button>
      </div>
      <div class="filters">
        <Field hideWords words={t(words.find)} placeholder={t(words.find)} type="search" value={filter.text} onValue={(text) => setFilter({ ...filter, text })} />
        <Select words={t(words.action)} value={filter.action} onValue={(action) => setFilter({ ...filter, action })} choices={choices(actions)} />
        <Select words={t(words.decision)} value={filter.decision} onValue={(decision) => setFilter({ ...filter, decision })} choices={choices(decisions)} />
      </div>
      {trouble && <TroubleBox trouble={trouble} again={() => void act()} />}
      {(entries || !trouble) && (
        <Table name={t(words.title)} columns={columns(setShown)} rows={rows} id={(entry) => String(entry.index)} dense bones={10} empty={<Empty title={t(entries?.length === 0 ? words.none : words.noMatch)} icon="search" />} />
      )}
      {entries && rows && (
        <div class="row spread">
          <p class="muted small figures" role="status">{t(words.shown, { n: rows.length, all: entries.length })}</p>
          {whole ? <p class="muted small">{t(words.begins)}</p> : <Button busy={busy} onClick={() => void act(entries.at(-1)?.index)}>{t(words.older)}</Button>}
        </div>
      )}
      {shown && <LogDetails entry={shown} close={() => setShown(undefined)} />}
    </div>
  );
}

export const actionWords = (action: string) => (actions[action] ? t(actions[action]) : action);

export function Decision({ decision }: { decision: string | undefined }) {
  if (decision === undefined) return null;
  const tone: Tone = decision === "denied" || decision === "failed" ? "bad" : decision === "refused" ? "warn" : "plain";
  return <Badge tone={tone}>{decisions[decision] ? t(decisions[decision]) : decision}</Badge>;
}

function fits(entry: LogEntry, { text, action, decision }: { text: string; action: string; decision: string }): boolean {
  if (action !== "" && entry.action !== action) return false;
  if (decision !== "" && entry.decision !== decision) return false;
  const wanted = text.trim().toLowerCase();
  return wanted === "" || [entry.actor, entry.study, entry.session, entry.object, entry.reason, entry.sql, actionWords(entry.action)].some((value) => value?.toLowerCase().includes(wanted));
}

function choices(words_: Record<string, { ja: string; en: string }>) {
  return [{ value: "", words: t(words.all) }, ...Object.entries(words_).map(([value, one]) => ({ value, words: t(one) }))];
}

function columns(show: (entry: LogEntry) => void): ColumnOf<LogEntry>[] {
  return [
    { id: "index", words: t(words.index), cell: (entry) => entry.index, end: true },
    { id: "time", words: t(words.time), cell: (entry) => <span class="figures nowrap">{moment(entry.time)}</span> },
    { id: "actor", words: t(words.actor), head: true, cell: (entry) => entry.actor },
    { id: "action", words: t(words.action), cell: (entry) => <span class="nowrap">{actionWords(entry.action)}</span> },
    { id: "decision", words: t(words.decision), cell: (entry) => <Decision decision={entry.decision} /> },
    { id: "study", words: t(words.study), cell: (entry) => entry.study ?? "" },
    { id: "object", words: t(words.object), cell: (entry) => entry.object ?? entry.session ?? "" },
    { id: "reason", words: t(words.reason), cell: (entry) => entry.reason && <code>{entry.reason}</code> },
    { id: "details", words: t(words.details), hideWords: true, end: true, cell: (entry) => <Button small kind="quiet" aria-label={t(words.detailsOf, { index: entry.index })} onClick={() => show(entry)}>{t(words.details)}</Button> },
  ];
}
