/** The form for a handler: who, of which organisation, in which roles, trained until when. */
import { api } from "../../api/client";
import type { Handler, Organisation, Role } from "../../api/types";
import { Checks, Field, Select } from "../../parts/field";
import { useForm } from "../../parts/form";
import { roles } from "../../words/common";
import { dayOf, end } from "../../words/day";
import { handler as words, register, roleHints } from "../../words/register";
import { t } from "../../words/t";
import { idMistake, missing, Record } from "./record";

interface Props { row: Handler | undefined; taken: string[]; organisations: Organisation[]; done: (saved?: Handler) => void }

export function HandlerForm({ row, taken, organisations, done }: Props) {
  const form = useForm(
    { handler: row?.handler ?? "", display: row?.display ?? "", organisation: row?.organisation ?? "", roles: row?.roles ?? (["researcher"] as Role[]), training_until: dayOf(row?.training_until) },
    (v) => ({ handler: row ? undefined : idMistake(v.handler, taken), display: missing(v.display), roles: v.roles.length === 0 ? t(words.rolesMissing) : undefined }),
    async (v) => {
      const saved: Handler = { handler: v.handler.trim(), display: v.display.trim(), roles: v.roles, enrolled: row?.enrolled ?? false };
      if (v.organisation !== "") saved.organisation = v.organisation;
      const training = end(v.training_until);
      if (training !== undefined) saved.training_until = training;
      await api.post("/api/register/handlers", saved);
      done(saved);
    },
  );
  const all = (Object.keys(roles) as Role[]).map((value) => ({ value, words: t(roles[value]), hint: t(roleHints[value]) }));
  return (
    <Record title={t(row ? words.change : words.add)} form={form} close={() => done()}>
      <Field {...form.at("display")} words={t(words.display)} required />
      <Field {...form.at("handler")} words={t(words.id)} {...(row ? { readOnly: true } : { hint: t(register.idHint) })} autocapitalize="none" spellcheck={false} required />
      <Select {...form.at("organisation")} words={t(words.organisation)} choices={[{ value: "", words: t(words.noOrganisation) }, ...organisations.map(({ organisation, display }) => ({ value: organisation, words: display }))]} />
      <Field {...form.at("training_until")} optional words={t(words.training)} hint={t(words.trainingHint)} type="date" />
      <div class="register-whole"><Checks<Role> {...form.at("roles")} words={t(words.roles)} choices={all} /></div>
    </Record>
  );
}
