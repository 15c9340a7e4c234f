/** The studies that a person may work in: what, where, how long yet, and why one is closed. Out of scope: what happens inside. */
import { useEffect, useState } from "preact/hooks";
import type { Study } from "../api/types";
import { Empty } from "../parts/empty";
import { Field } from "../parts/field";
import { useLoad } from "../parts/load";
import { Skeleton } from "../parts/skeleton";
import { TroubleBox } from "../parts/trouble";
import { studies as words } from "../words/studies";
import { t } from "../words/t";
import { StudyCard } from "./study-card";
import { title } from "../parts/title";
import "./studies.css";

/** A list so long that one looks for something in it. */
const MANY = 8;

export function StudiesPage() {
  const { data, trouble, again } = useLoad<Study[]>("/api/studies");
  const [text, setText] = useState("");
  useEffect(() => title(t(words.title)));
  const matching = data?.filter((one) => Object.values(one).some((value) => typeof value === "string" && value.toLowerCase().includes(text.trim().toLowerCase())));
  return (
    <div class="page">
      <div class="page-head">
        <div><h1>{t(words.title)}</h1><p>{t(words.lead)}</p></div>
        {data && data.length >= MANY && <Field hideWords words={t(words.find)} placeholder={t(words.find)} type="search" value={text} onValue={setText} />}
      </div>
      {trouble && <TroubleBox trouble={trouble} again={again} />}
      {!data && !trouble && <Skeleton lines={3} height={152} gap={16} />}
      {data?.length === 0 && <Empty title={t(words.none)}><p>{t(words.noneWhy)}</p></Empty>}
      {matching && data && data.length > 0 && (matching.length === 0
        ? <Empty title={t(words.noMatch, { text })} icon="search" />
        : <ul class="studies">{inOrder(matching).map((study) => <StudyCard key={study.study} study={study} />)}</ul>)}
    </div>
  );
}

/** Open ones first, those that end soonest before the rest. */
function inOrder(studies: Study[]): Study[] {
  const end = (study: Study) => (study.until ? Date.parse(study.until) : Infinity);
  return [...studies].sort((a, b) => Number(a.closed !== undefined) - Number(b.closed !== undefined) || (a.closed ? end(b) - end(a) : end(a) - end(b)) || a.study.localeCompare(b.study));
}
