/** Organisations with their certificates: the list and the form. */
import type { Organisation } from "../../api/types";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Field, Select } from "../../parts/field";
import { useForm } from "../../parts/form";
import { useLoad } from "../../parts/load";
import { begin, dayOf, end } from "../../words/day";
import { organisation as words, register } from "../../words/register";
import { history } from "../../words/review";
import { t } from "../../words/t";
import { shortDay } from "../../words/time";
import { HistoryDialog } from "./history";
import { List } from "./list";
import { Ends, idMistake, missing, periodMistake, Record } from "./record";

const ADDRESS = "/api/register/organisations";

export function Organisations() {
  const rows = useLoad<Organisation[]>(ADDRESS);
  const taken = rows.data?.map((one) => one.organisation) ?? [];
  const [looking, setLooking] = useState<Organisation>();
  return (
    <>
      <List
        name={t(register.organisations)}
        add={t(words.add)}
        none={t(words.none)}
        rows={rows}
        id={(one) => one.organisation}
        columns={[
          { id: "display", words: t(words.display), head: true, cell: (one) => one.display, by: (one) => one.display },
          { id: "id", words: t(words.id), cell: (one) => <code>{one.organisation}</code>, by: (one) => one.organisation },
          { id: "number", words: t(words.number), cell: (one) => <span class="nowrap">{one.number}</span>, by: (one) => one.number },
          { id: "type", words: t(words.userType), cell: (one) => t(one.user_type === "type-2" ? words.type2 : words.type1), by: (one) => one.user_type },
          { id: "from", words: t(register.from), cell: (one) => <span class="figures nowrap">{one.from ? shortDay(one.from) : "—"}</span>, by: (one) => one.from ?? "" },
          { id: "until", words: t(register.until), cell: (one) => <Ends iso={one.until} />, by: (one) => one.until ?? "9" },
          { id: "state", words: t(words.state), cell: (one) => <State organisation={one} /> },
        ]}
        csv={{
          file: "organisations.csv",
          head: [words.id, words.display, words.number, words.userType, register.from, register.until, words.revokedOn].map((one) => t(one)),
          cells: (one) => [one.organisation, one.display, one.number, t(one.user_type === "type-2" ? words.type2 : words.type1), dayOf(one.from), dayOf(one.until), dayOf(one.revoked)],
        }}
        more={(one) => <Button small icon="clock" aria-label={t(history.of, { name: one.display })} onClick={() => setLooking(one)}>{t(history.show)}</Button>}
        form={(row, done) => <OrganisationForm row={row} taken={taken} done={done} />}
      />
      {looking && <HistoryDialog kind="organisation" name={looking.organisation} display={looking.display} close={() => setLooking(undefined)} />}
    </>
  );
}

function State({ organisation: { from, until, revoked } }: { organisation: Organisation }) {
  const now = Date.now();
  if (revoked && Date.parse(revoked) <= now) return <Badge tone="bad">{t(words.revoked)}</Badge>;
  if (until && Date.parse(until) < now) return <Badge tone="bad">{t(register.over)}</Badge>;
  if (from && Date.parse(from) > now) return <Badge>{t(words.notYet)}</Badge>;
  return <Badge tone="good" icon="check">{t(words.valid)}</Badge>;
}

function OrganisationForm({ row, taken, done }: { row: Organisation | undefined; taken: string[]; done: (saved?: string) => void }) {
  const form = useForm(
    {
      organisation: row?.organisation ?? "", display: row?.display ?? "", number: row?.number ?? "", user_type: row?.user_type ?? ("type-2" as const),
      from: dayOf(row?.from), until: dayOf(row?.until), revoked: dayOf(row?.revoked),
    },
    (v) => ({ organisation: row ? undefined : idMistake(v.organisation, taken), display: missing(v.display), number: missing(v.number), from: missing(v.from), until: missing(v.until) ?? periodMistake(v.from, v.until) }),
    async ({ organisation, display, number, user_type, ...days }) => {
      const body: Organisation = { organisation: organisation.trim(), display: display.trim(), number: number.trim(), user_type };
      const [from, until, revoked] = [begin(days.from), end(days.until), begin(days.revoked)];
      await api.post(ADDRESS, { ...body, from, until, revoked });
      done(display.trim());
    },
  );
  return (
    <Record title={t(row ? words.change : words.add)} form={form} close={() => done()}>
      <Field {...form.at("display")} words={t(words.display)} required />
      <Field {...form.at("organisation")} words={t(words.id)} {...(row ? { readOnly: true } : { hint: t(register.idHint) })} autocapitalize="none" spellcheck={false} required />
      <Field {...form.at("number")} words={t(words.number)} required />
      <Select<Organisation["user_type"]> {...form.at("user_type")} words={t(words.userType)} choices={[{ value: "type-2", words: t(words.type2Long) }, { value: "type-1", words: t(words.type1Long) }]} />
      <Field {...form.at("from")} words={`${t(words.period)}: ${t(register.from)}`} type="date" required />
      <Field {...form.at("until")} words={`${t(words.period)}: ${t(register.until)}`} type="date" required />
      {row && <div class="register-whole"><Field {...form.at("revoked")} optional words={t(words.revokedOn)} hint={t(words.revokedHint)} type="date" /></div>}
    </Record>
  );
}
