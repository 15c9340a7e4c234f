/** For security staff: the sessions that are open now, and stopping one. Out of scope: what was asked in them (log.tsx). */
import { useEffect, useState } from "preact/hooks";
import type { OpenSession } from "../api/types";
import { Badge } from "../parts/badge";
import { Button } from "../parts/button";
import { Empty } from "../parts/empty";
import { Field } from "../parts/field";
import { useLoad } from "../parts/load";
import { usePoll } from "../parts/poll";
import { Table, type ColumnOf } from "../parts/table";
import { Note, TroubleBox } from "../parts/trouble";
import { frame } from "../words/common";
import { sessions as words } from "../words/staff";
import { t } from "../words/t";
import { length, minute, number } from "../words/time";
import { StopSession } from "./stop-session";
import { title } from "../parts/title";

export function SessionsPage() {
  const { data, trouble, loading, again } = useLoad<OpenSession[]>("/api/sessions");
  const [text, setText] = useState("");
  const [stopping, setStopping] = useState<OpenSession>();
  const paused = usePoll(again, 5000);
  useEffect(() => title(t(words.title)));

  const wanted = text.trim().toLowerCase();
  const rows = data?.filter((one) => [one.session, one.handler, one.study].some((value) => value.toLowerCase().includes(wanted)));
  return (
    <div class="page stack">
      <div class="page-head">
        <div><h1>{t(words.title)}</h1><p>{t(words.lead)}</p></div>
        <div class="row">
          <Field hideWords words={t(words.find)} placeholder={t(words.find)} type="search" class="find" value={text} onValue={setText} />
          <Button icon="refresh" aria-busy={loading} onClick={again}>{t(words.refresh)}</Button>
        </div>
      </div>
      {trouble && <TroubleBox trouble={trouble} again={again} />}
      {paused && <Note>{t(words.paused)}</Note>}
      {(data || !trouble) && (
        <Table name={t(words.title)} columns={columns(setStopping)} rows={rows} id={(one) => one.session} empty={<Empty title={t(wanted ? words.noMatch : words.none)} icon={wanted ? "search" : "check"} />} />
      )}
      {data && <p class="muted small figures" role="status">{t(words.count, { n: data.length })}</p>}
      {stopping && (
        <StopSession
          session={stopping}
          done={() => {
            setStopping(undefined);
            again();
          }}
        />
      )}
    </div>
  );
}

function columns(stop: (session: OpenSession) => void): ColumnOf<OpenSession>[] {
  return [
    { id: "handler", words: t(words.handler), head: true, cell: (one) => one.handler, by: (one) => one.handler },
    { id: "study", words: t(words.study), cell: (one) => one.study, by: (one) => one.study },
    { id: "zone", words: t(words.zone), cell: (one) => <Badge tone={one.zone === "vdi" ? "accent" : "good"}>{t(frame[one.zone])}</Badge>, by: (one) => one.zone },
    { id: "since", words: t(words.since), cell: (one) => <span class="figures nowrap">{minute(one.since)}</span>, by: (one) => one.since },
    { id: "running", words: t(words.running), cell: (one) => length(Date.now() - Date.parse(one.since)), end: true },
    { id: "questions", words: t(words.questions), cell: (one) => number(one.questions), by: (one) => one.questions, end: true },
    { id: "session", words: t(words.session), cell: (one) => <code>{one.session}</code> },
    {
      id: "act", words: t(words.act), hideWords: true, end: true,
      cell: (one) => <Button small icon="stop" aria-label={t(words.stopOne, { handler: one.handler, session: one.session })} onClick={() => stop(one)}>{t(words.stop)}</Button>,
    },
  ];
}
