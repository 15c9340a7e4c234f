/** Studies as they were approved: whose, which data, by which route, how long. Out of scope: grants to handlers. */
import { api } from "../../api/client";
import type { NewStudy, Organisation, Route } from "../../api/types";
import { Checks, Field, Select } from "../../parts/field";
import { useForm } from "../../parts/form";
import { useLoad } from "../../parts/load";
import { common, routes } from "../../words/common";
import { begin, dayOf, end } from "../../words/day";
import { register, study as words } from "../../words/register";
import { lang, t } from "../../words/t";
import { shortDay } from "../../words/time";
import { List } from "./list";
import { Ends, idMistake, missing, periodMistake, Record } from "./record";

const ADDRESS = "/api/register/studies";

export function Studies() {
  const rows = useLoad<NewStudy[]>(ADDRESS);
  const organisations = useLoad<Organisation[]>("/api/register/organisations");
  const taken = rows.data?.map((one) => one.study) ?? [];
  const nameOf = (id: string | undefined) => organisations.data?.find(({ organisation }) => organisation === id)?.display ?? id ?? "—";
  return (
    <List
      name={t(register.studies)}
      add={t(words.add)}
      none={t(words.none)}
      rows={rows}
      id={(one) => one.study}
      columns={[
        { id: "study", words: t(words.id), head: true, cell: (one) => one.study, by: (one) => one.study },
        { id: "organisation", words: t(words.organisation), cell: (one) => nameOf(one.organisation), by: (one) => nameOf(one.organisation) },
        { id: "joint", words: t(words.joint), cell: (one) => one.joint_users.map(nameOf).join(lang.value === "ja" ? "、" : ", ") || t(common.none) },
        { id: "snapshot", words: t(words.snapshot), cell: (one) => <code>{one.snapshot}</code>, by: (one) => one.snapshot },
        { id: "route", words: t(words.route), cell: (one) => <span class="nowrap">{t(routes[one.route])}</span>, by: (one) => one.route },
        { id: "from", words: t(register.from), cell: (one) => <span class="figures nowrap">{one.from ? shortDay(one.from) : "—"}</span>, by: (one) => one.from ?? "" },
        { id: "until", words: t(register.until), cell: (one) => <Ends iso={one.until} />, by: (one) => one.until ?? "9" },
      ]}
      csv={{
        file: "studies.csv",
        head: [words.id, words.organisation, words.joint, words.snapshot, words.route, register.from, register.until].map((one) => t(one)),
        cells: (one) => [one.study, nameOf(one.organisation), one.joint_users.map(nameOf).join(" / "), one.snapshot, t(routes[one.route]), dayOf(one.from), dayOf(one.until)],
      }}
      form={(row, done) => <StudyForm row={row} taken={taken} organisations={organisations.data ?? []} done={done} />}
    />
  );
}

function StudyForm({ row, taken, organisations, done }: { row: NewStudy | undefined; taken: string[]; organisations: Organisation[]; done: (saved?: string) => void }) {
  const form = useForm(
    { study: row?.study ?? "", organisation: row?.organisation ?? "", joint_users: row?.joint_users ?? [], snapshot: row?.snapshot ?? "", route: row?.route ?? ("vdi" as Route), from: dayOf(row?.from), until: dayOf(row?.until) },
    (v) => ({ study: row ? undefined : idMistake(v.study, taken), organisation: missing(v.organisation), snapshot: idMistake(v.snapshot, undefined), until: periodMistake(v.from, v.until) }),
    async (v) => {
      const joint_users = v.joint_users.filter((one) => one !== v.organisation);
      const [from, until] = [begin(v.from), end(v.until)];
      const body = { study: v.study.trim(), organisation: v.organisation, joint_users, snapshot: v.snapshot.trim(), route: v.route, from, until };
      await api.post(ADDRESS, body);
      done(body.study);
    },
  );
  const users = organisations.filter((one) => one.user_type === "type-2").map(({ organisation, display }) => ({ value: organisation, words: display }));
  const others = users.filter(({ value }) => value !== form.values.organisation);
  return (
    <Record title={t(row ? words.change : words.add)} form={form} close={() => done()}>
      <Field {...form.at("study")} words={t(words.id)} {...(row ? { readOnly: true } : { hint: t(register.idHint) })} autocapitalize="none" spellcheck={false} required />
      <Select {...form.at("organisation")} words={t(words.organisation)} choices={[{ value: "", words: t(words.choose) }, ...users]} />
      <Field {...form.at("snapshot")} words={t(words.snapshot)} hint={t(words.snapshotHint)} autocapitalize="none" spellcheck={false} required />
      <Select<Route> {...form.at("route")} words={t(words.route)} choices={(["vdi", "onsite", "both"] as const).map((value) => ({ value, words: t(routes[value]) }))} />
      <Field {...form.at("from")} optional words={`${t(words.period)}: ${t(register.from)}`} type="date" />
      <Field {...form.at("until")} optional words={`${t(words.period)}: ${t(register.until)}`} hint={t(register.untilHint)} type="date" />
      <div class="register-whole"><Checks {...form.at("joint_users")} words={t(words.joint)} hint={t(others.length === 0 ? words.jointNone : words.jointHint)} choices={others} /></div>
    </Record>
  );
}
