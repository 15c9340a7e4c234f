/** The committee's review of a study: what it came to, criteria, votes, conditions; and entering one. */
import { useState } from "preact/hooks";
import { path } from "../../api/client";
import type { Category, Criterion, RegisteredStudy, Review, Reviewed, Vote } from "../../api/types";
import { Badge, type Tone } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Empty } from "../../parts/empty";
import { useLoad } from "../../parts/load";
import { Skeleton } from "../../parts/skeleton";
import { Table } from "../../parts/table";
import { toast } from "../../parts/toast";
import { TroubleBox } from "../../parts/trouble";
import { categories, criteria, review as words, standings, votes } from "../../words/review";
import { t } from "../../words/t";
import { shortDay } from "../../words/time";
import { ReviewForm } from "./review-form";

export function ReviewBox({ study, changed }: { study: RegisteredStudy; changed: () => void }) {
  const { data, trouble, again } = useLoad<Reviewed | null>(path`/api/register/studies/${study.study}/review`);
  const [entering, setEntering] = useState(false);
  return (
    <section class="panel stack" aria-labelledby="review">
      <div class="row spread">
        <h2 id="review">{t(words.title)}</h2>
        <Button icon="plus" onClick={() => setEntering(true)}>{t(words.record)}</Button>
      </div>
      {trouble && <TroubleBox trouble={trouble} again={again} />}
      {data === undefined && !trouble && <Skeleton lines={5} height={36} gap={1} />}
      {data === null && <Empty title={t(words.none)} icon="gate"><p>{t(study.organisation === undefined ? words.ownWhy : words.noneWhy)}</p></Empty>}
      {data && <Shown reviewed={data} />}
      {entering && (
        <ReviewForm
          study={study}
          close={() => setEntering(false)}
          done={(entered) => {
            setEntering(false);
            toast(t(words.recorded, { decision: t(entered.words) }));
            again();
            changed();
          }}
        />
      )}
    </section>
  );
}

const tones: Record<Vote, Tone> = { for: "good", against: "bad", barred: "plain" };

function Shown({ reviewed: { review, decision, words: told } }: { reviewed: Reviewed }) {
  const judged = Object.entries(review.criteria) as [Criterion, Review["criteria"][Criterion]][];
  const order = Object.keys(criteria);
  judged.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return (
    <>
      <p class="row">
        <Badge tone={decision === "rejected" ? "bad" : "good"} icon={decision === "rejected" ? "close" : "check"}>{t(standings[decision])}</Badge>
        <span class="muted figures">{t(words.decidedOn, { day: shortDay(`${review.decided}T00:00:00+09:00`) })}</span>
      </p>
      {decision === "rejected" && <p>{t(told)}</p>}
      {review.conditions.length > 0 && (
        <div><h3>{t(words.conditions)}</h3><ul class="register-conditions">{review.conditions.map((one) => <li key={one}>{one}</li>)}</ul></div>
      )}
      <div class="register-review">
        <div class="stack">
          <h3>{t(words.criteria)}</h3>
          <Table
            name={t(words.criteria)}
            rows={judged}
            id={([criterion]) => criterion}
            columns={[
              { id: "criterion", words: t(words.criterion), head: true, cell: ([criterion]) => t(criteria[criterion]) },
              { id: "met", words: t(words.finding), cell: ([, { met }]) => <Badge tone={met ? "good" : "bad"} icon={met ? "check" : "close"}>{t(met ? words.met : words.unmet)}</Badge> },
              { id: "note", words: t(words.note), cell: ([, { note }]) => note || "—" },
            ]}
          />
        </div>
        <div class="stack">
          <h3>{t(words.votes)}</h3>
          <Table
            name={t(words.votes)}
            rows={review.votes}
            id={({ member }) => member}
            columns={[
              { id: "member", words: t(words.member), head: true, cell: ({ member }) => member },
              { id: "category", words: t(words.category), cell: ({ category }) => t(categories[category as Category]) },
              { id: "vote", words: t(words.vote), cell: ({ vote }) => <Badge tone={tones[vote]}>{t(votes[vote])}</Badge> },
            ]}
          />
        </div>
      </div>
    </>
  );
}
