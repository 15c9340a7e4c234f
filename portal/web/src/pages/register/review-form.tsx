/** The form for a review, as the committee's minutes have it. What it comes to is the server's to say. */
import { api, path } from "../../api/client";
import type { Category, Criterion, RegisteredStudy, Review, Reviewed, Vote } from "../../api/types";
import { Button, IconButton } from "../../parts/button";
import { Field, Select, TextArea } from "../../parts/field";
import { useForm } from "../../parts/form";
import { Note } from "../../parts/trouble";
import { common } from "../../words/common";
import { dayOf } from "../../words/day";
import { categories, criteria, review as words, votes } from "../../words/review";
import { t } from "../../words/t";
import { missing, Record as Frame } from "./record";

type Met = "" | "yes" | "no";
interface Ballot { member: string; category: Category; vote: Vote | "" }
const five = Object.keys(criteria) as Criterion[];
const four = Object.keys(categories) as Category[];

export function ReviewForm({ study, close, done }: { study: RegisteredStudy; close: () => void; done: (entered: Reviewed) => void }) {
  const today = dayOf(new Date().toISOString());
  const form = useForm(
    {
      decided: today,
      found: Object.fromEntries(five.map((one) => [one, { met: "" as Met, note: "" }])) as Record<Criterion, { met: Met; note: string }>,
      ballots: four.map((category): Ballot => ({ member: "", category, vote: "" })),
      conditions: "",
    },
    (v) => ({
      decided: missing(v.decided) ?? (v.decided > today ? t(words.future) : undefined),
      found: five.some((one) => v.found[one].met === "") ? t(common.fillIn) : undefined,
      ballots: v.ballots.some(({ member, vote }) => member.trim() === "" || vote === "") ? t(common.fillIn)
        : new Set(v.ballots.map(({ member }) => member.trim())).size < v.ballots.length ? t(words.twice) : undefined,
    }),
    async (v) => {
      const review: Review = {
        decided: v.decided,
        conditions: v.conditions.split("\n").map((one) => one.trim()).filter((one) => one !== ""),
        criteria: Object.fromEntries(five.map((one) => [one, { met: v.found[one].met === "yes", note: v.found[one].note.trim() }])) as Review["criteria"],
        votes: v.ballots.map(({ member, category, vote }) => ({ member: member.trim(), category, vote: vote === "" ? "barred" : vote })),
      };
      done(await api.post<Reviewed>(path`/api/register/studies/${study.study}/review`, review));
    },
  );
  const { found, ballots } = form.values;
  const tried = { found: form.at("found").mistake, ballots: form.at("ballots").mistake };
  const wrong = (bad: boolean) => (bad ? { mistake: t(words.choose) } : {});
  const find = (one: Criterion, change: Partial<{ met: Met; note: string }>) => form.set("found", { ...found, [one]: { ...found[one], ...change } });
  const cast = (at: number, change: Partial<Ballot>) => form.set("ballots", ballots.map((one, i) => (i === at ? { ...one, ...change } : one)));
  return (
    <Frame title={t(words.record)} form={form} close={close}>
      <Field {...form.at("decided")} words={t(words.decided)} type="date" max={today} required />
      <fieldset class="register-whole register-set">
        <legend class="field-words">{t(words.criteria)}</legend>
        {five.map((one) => (
          <fieldset key={one} class="register-finding">
            <legend>{t(criteria[one].long)}</legend>
            <Select<Met>
              words={t(words.finding)}
              value={found[one].met}
              onValue={(met) => find(one, { met })}
              choices={[{ value: "", words: t(words.choose) }, { value: "yes", words: t(words.met) }, { value: "no", words: t(words.unmet) }]}
              {...wrong(tried.found !== undefined && found[one].met === "")}
            />
            <Field words={t(words.note)} optional value={found[one].note} onValue={(note) => find(one, { note })} maxLength={2000} />
          </fieldset>
        ))}
      </fieldset>
      <fieldset class="register-whole register-set">
        <legend class="field-words">{t(words.votes)}</legend>
        {ballots.map((one, i) => (
          <div key={i} class="register-ballot">
            <Field words={t(words.memberAt, { n: i + 1 })} hideWords placeholder={t(words.member)} value={one.member} onValue={(member) => cast(i, { member })} maxLength={200} {...(tried.ballots !== undefined && one.member.trim() === "" ? { mistake: t(common.fillIn) } : {})} />
            <Select<Category> words={t(words.categoryAt, { n: i + 1 })} hideWords value={one.category} onValue={(category) => cast(i, { category })} choices={four.map((value) => ({ value, words: t(categories[value]) }))} />
            <Select<Vote | ""> words={t(words.voteAt, { n: i + 1 })} hideWords value={one.vote} onValue={(vote) => cast(i, { vote })} choices={[{ value: "", words: t(words.vote) }, ...(["for", "against", "barred"] as const).map((value) => ({ value, words: t(votes[value]) }))]} {...wrong(tried.ballots !== undefined && one.vote === "")} />
            <IconButton icon="close" label={t(words.removeMember, { n: i + 1 })} onClick={() => form.set("ballots", ballots.filter((_, at) => at !== i))} />
          </div>
        ))}
        {tried.ballots === t(words.twice) && <p class="field-mistake">{tried.ballots}</p>}
        <div><Button small icon="plus" onClick={() => form.set("ballots", [...ballots, { member: "", category: "natural_science", vote: "" }])}>{t(words.addMember)}</Button></div>
      </fieldset>
      <div class="register-whole"><TextArea {...form.at("conditions")} optional words={t(words.conditions)} hint={t(words.conditionsHint)} /></div>
      <div class="register-whole"><Note>{t(words.rule)}</Note></div>
    </Frame>
  );
}
