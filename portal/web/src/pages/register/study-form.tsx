/** The form for a study. Whose it is and which data it is on can't be changed later: that would be another study. */
import { api, path } from "../../api/client";
import type { Organisation, RegisteredStudy, Route, StudyChange } from "../../api/types";
import { Check, Checks, Field, Select } from "../../parts/field";
import { useForm } from "../../parts/form";
import { useLoad } from "../../parts/load";
import { Note } from "../../parts/trouble";
import { routes } from "../../words/common";
import { begin, dayOf, end } from "../../words/day";
import { register, study as words } from "../../words/register";
import { t } from "../../words/t";
import { idMistake, missing, periodMistake, Record } from "./record";

export const STUDIES = "/api/register/studies";
export const studyPath = (study: string) => path`/register/studies/${study}`;

interface Props { row: RegisteredStudy | undefined; taken: string[]; organisations: Organisation[]; done: (saved?: string) => void }

export function StudyForm({ row, taken, organisations, done }: Props) {
  const snapshots = useLoad<string[]>("/api/register/snapshots");
  const form = useForm(
    {
      study: row?.study ?? "", display: row?.display ?? "", organisation: row?.organisation ?? "", joint_users: row?.joint_users ?? [], snapshot: row?.snapshot ?? "",
      route: row?.route ?? ("vdi" as Route), from: dayOf(row?.from), until: dayOf(row?.until), linked: row?.linked ?? false,
    },
    (v) => ({ study: row ? undefined : idMistake(v.study, taken), display: missing(v.display), organisation: row ? undefined : missing(v.organisation), snapshot: missing(v.snapshot), until: periodMistake(v.from, v.until) }),
    async (v) => {
      const change: StudyChange = { display: v.display.trim(), joint_users: v.joint_users.filter((one) => one !== v.organisation), route: v.route, linked: v.linked };
      const [from, until] = [begin(v.from), end(v.until)];
      if (from !== undefined) change.from = from;
      if (until !== undefined) change.until = until;
      if (row) await api.put(path`/api/register/studies/${row.study}`, change);
      else await api.post(STUDIES, { ...change, study: v.study.trim(), organisation: v.organisation, snapshot: v.snapshot });
      done(change.display);
    },
  );
  const users = organisations.filter((one) => one.user_type === "type-2").map(({ organisation, display }) => ({ value: organisation, words: display }));
  const others = users.filter(({ value }) => value !== form.values.organisation);
  const data = row ? [row.snapshot] : (snapshots.data ?? []);
  const whose = row ? organisations.find((one) => one.organisation === row.organisation)?.display ?? row.organisation ?? t(words.own) : "";
  return (
    <Record title={t(row ? words.change : words.add)} form={form} close={() => done()}>
      <div class="register-whole"><Field {...form.at("display")} words={t(words.display)} maxLength={200} required /></div>
      <Field {...form.at("study")} words={t(words.id)} {...(row ? { readOnly: true } : { hint: t(register.idHint) })} autocapitalize="none" spellcheck={false} required />
      {row
        ? <Field words={t(words.organisation)} value={whose} onValue={() => undefined} readOnly />
        : <Select {...form.at("organisation")} words={t(words.organisation)} choices={[{ value: "", words: t(words.choose) }, ...users]} />}
      {row
        ? <Field words={t(words.snapshot)} value={row.snapshot} onValue={() => undefined} readOnly />
        : <Select {...form.at("snapshot")} words={t(words.snapshot)} hint={t(words.snapshotHint)} choices={[{ value: "", words: t(words.choose) }, ...data.map((value) => ({ value, words: value }))]} />}
      <Select<Route> {...form.at("route")} words={t(words.route)} choices={(["vdi", "onsite", "both"] as const).map((value) => ({ value, words: t(routes[value]) }))} />
      <Field {...form.at("from")} optional words={`${t(words.period)}: ${t(register.from)}`} type="date" />
      <Field {...form.at("until")} optional words={`${t(words.period)}: ${t(register.until)}`} hint={t(register.untilHint)} type="date" />
      <div class="register-whole"><Checks {...form.at("joint_users")} words={t(words.joint)} hint={t(others.length === 0 ? words.jointNone : words.jointHint)} choices={others} /></div>
      <div class="register-whole">
        <Check words={t(words.linked)} value={form.values.linked} onValue={(linked) => form.set("linked", linked)} />
        {form.values.linked && <Note>{t(words.linkedWhy)}</Note>}
      </div>
    </Record>
  );
}
