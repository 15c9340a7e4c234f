/** For stewards and registrars: what studies used, and their fees, as a list and as CSV. Out of scope: bills. */
import { useEffect, useState } from "preact/hooks";
import type { StudyUsage, Usage } from "../api/types";
import { Button } from "../parts/button";
import { Empty } from "../parts/empty";
import { Field } from "../parts/field";
import { useLoad } from "../parts/load";
import { csv, save } from "../parts/save";
import { Table } from "../parts/table";
import { title } from "../parts/title";
import { TroubleBox } from "../parts/trouble";
import { routes } from "../words/common";
import { dayOf } from "../words/day";
import { t } from "../words/t";
import { number, shortDay } from "../words/time";
import { provisions, usage as words } from "../words/usage";
import "./usage.css";

export function UsagePage() {
  const { data, trouble, again } = useLoad<Usage>("/api/usage");
  const [text, setText] = useState("");
  useEffect(() => title(t(words.title)));
  const wanted = text.trim().toLowerCase();
  const rows = data?.studies.filter((one) => wanted === "" || [one.study, one.display, one.organisation].some((value) => value?.toLowerCase().includes(wanted)));
  const total = rows?.reduce((sum, one) => sum + (one.fee ?? 0), 0) ?? 0;
  const day = (iso: string | undefined) => <span class="figures nowrap">{iso ? shortDay(iso) : "—"}</span>;
  return (
    <div class="page page-wide stack usage">
      <div class="page-head"><div><h1>{t(words.title)}</h1><p>{t(words.lead)}</p></div></div>
      <div class="row spread">
        <Field hideWords words={t(words.find)} placeholder={t(words.find)} type="search" class="find" value={text} onValue={setText} />
        {rows && <Button icon="save" onClick={() => save("usage.csv", file(rows), "text/csv")}>{t(words.csv)}</Button>}
      </div>
      {trouble && <TroubleBox trouble={trouble} again={again} />}
      {(data || !trouble) && (
        <Table
          name={t(words.title)}
          rows={rows}
          id={(one) => one.study}
          bones={6}
          empty={<Empty title={t(wanted === "" ? words.none : words.noMatch)} icon={wanted === "" ? "chart" : "search"} />}
          columns={[
            { id: "display", words: t(words.study), head: true, cell: (one) => one.display, by: (one) => one.display },
            { id: "study", words: t(words.id), cell: (one) => <code>{one.study}</code>, by: (one) => one.study },
            { id: "organisation", words: t(words.organisation), cell: (one) => one.organisation ?? t(words.own), by: (one) => one.organisation ?? "" },
            { id: "route", words: t(words.route), cell: (one) => <span class="nowrap">{t(routes[one.route])}</span>, by: (one) => one.route },
            { id: "from", words: t(words.from), cell: (one) => day(one.from), by: (one) => one.from ?? "" },
            { id: "until", words: t(words.until), cell: (one) => day(one.until), by: (one) => one.until ?? "9" },
            { id: "questions", words: t(words.questions), cell: (one) => number(one.questions), by: (one) => one.questions, end: true },
            { id: "sessions", words: t(words.sessions), cell: (one) => number(one.sessions), by: (one) => one.sessions, end: true },
            { id: "fee", words: t(words.fee), cell: fee, by: (one) => one.fee ?? -1, end: true },
          ]}
        />
      )}
      {rows && <p class="muted small figures" role="status">{t(words.total, { n: rows.length, yen: number(total) })}</p>}
      {data && (
        <section class="stack usage-fees" aria-labelledby="fees">
          <h2 id="fees">{t(words.fees)}</h2>
          <Table
            dense
            name={t(words.fees)}
            rows={Object.entries(data.fees).sort(([a], [b]) => order(a) - order(b))}
            id={([name]) => name}
            columns={[
              { id: "name", words: t(words.provided), head: true, cell: ([name]) => (provisions[name] ? t(provisions[name]) : name) },
              { id: "yen", words: t(words.yen), cell: ([, yen]) => number(yen), end: true },
            ]}
          />
        </section>
      )}
    </div>
  );
}

const order = (name: string) => (Object.keys(provisions).indexOf(name) + 100) % 100;

function fee(one: StudyUsage) {
  if (one.fee !== undefined) return number(one.fee);
  return one.organisation === undefined ? "—" : <span class="muted small nowrap">{t(words.noFee)}</span>;
}

/** Names of studies and organisations, and counts of questions: no personal data, and no figure of patients. */
function file(rows: StudyUsage[]): string {
  const head = [words.id, words.study, words.organisation, words.route, words.from, words.until, words.questions, words.sessions, words.fee].map((one) => t(one));
  const cells = (one: StudyUsage) => [one.study, one.display, one.organisation ?? t(words.own), t(routes[one.route]), dayOf(one.from), dayOf(one.until), String(one.questions), String(one.sessions), one.fee === undefined ? "" : String(one.fee)];
  return csv([head, ...rows.map(cells)]);
}
