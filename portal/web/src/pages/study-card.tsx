/** One study in the list. */
import type { ComponentChildren } from "preact";
import type { Study } from "../api/types";
import { Badge, type Tone } from "../parts/badge";
import { Icon } from "../parts/icon";
import { Link } from "../parts/place";
import { TroubleBox } from "../parts/trouble";
import { routes } from "../words/common";
import { studies as words } from "../words/studies";
import { t } from "../words/t";
import { daysUntil, shortDay } from "../words/time";

export function StudyCard({ study }: { study: Study }) {
  const to = `/studies/${encodeURIComponent(study.study)}`;
  const open = study.closed === undefined;
  return (
    <li class={`panel study${open ? "" : " study-closed"}`}>
      <div class="study-head">
        <h2>{open ? <Link href={to}>{study.display}</Link> : study.display}</h2>
        <Badge tone={open ? "good" : "plain"} icon={open ? "check" : "lock"}>{t(open ? words.isOpen : words.isClosed)}</Badge>
        <Left study={study} />
      </div>
      {open && (
        <div class="study-do">
          <Link class="button" href={`${to}/catalogue`} aria-label={t(words.catalogueOf, { study: study.display })}><Icon name="table" />{t(words.catalogue)}</Link>
          <Link class="button main" href={to} aria-label={t(words.openOne, { study: study.display })}>{t(words.open)}<Icon name="right" /></Link>
        </div>
      )}
      <dl class="study-facts">
        <Fact name={t(words.id)}><code>{study.study}</code></Fact>
        <Fact name={t(words.period)}><span class="figures">{period(study)}</span></Fact>
        <Fact name={t(words.route)}>{t(routes[study.route])}</Fact>
        <Fact name={t(words.snapshot)}>{study.snapshot}</Fact>
        <Fact name={t(words.policy)}>{study.policy ?? "—"}</Fact>
        {study.organisation && <Fact name={t(words.organisation)}>{study.organisation}</Fact>}
      </dl>
      {study.closed && <div class="study-why"><TroubleBox tone="warn" trouble={study.closed} /></div>}
    </li>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

export function period({ from, until }: Pick<Study, "from" | "until">): string {
  if (from && until) return t(words.fromTo, { from: shortDay(from), until: shortDay(until) });
  if (until) return t(words.until, { until: shortDay(until) });
  return from ? t(words.since, { from: shortDay(from) }) : t(words.always);
}

/** How long yet, more marked the less it is. */
export function Left({ study: { from, until } }: { study: Pick<Study, "from" | "until"> }) {
  const begins = from ? daysUntil(from) : 0;
  if (begins > 0) return <Badge>{t(words.notYet, { n: begins })}</Badge>;
  if (!until) return null;
  const left = daysUntil(until);
  const tone: Tone = left <= 7 ? "bad" : left <= 30 ? "warn" : "plain";
  if (Date.parse(until) < Date.now()) return <Badge>{t(words.over)}</Badge>;
  return <Badge tone={tone} {...(left <= 30 ? { icon: "clock" as const } : {})}>{left <= 1 ? t(words.lastDay) : t(words.left, { n: left })}</Badge>;
}
