/** A profile as bars: lying ones for values and bands, standing ones for months. A bar without a figure is hatched over its whole track, never nought. */
import { useId, useState } from "preact/hooks";
import { Button } from "../../parts/button";
import { t } from "../../words/t";
import { number } from "../../words/time";
import { figureOf, labelOf, whyOf } from "./labels";
import { largest, type Bar, type Profile } from "./profile";
import { words } from "./words";

interface Props { column: string; profile: Profile }

export function Bars({ column, profile }: Props) {
  return profile.shape === "months" ? <Months column={column} profile={profile} /> : <Lying column={column} profile={profile} />;
}

/** So many bars at first: bands always, of long lists of values the most frequent. */
const FEW = 12;

function Lying({ column, profile }: Props) {
  const most = largest(profile.bars);
  const [all, setAll] = useState(profile.bars.length <= FEW);
  return (
    <>
      <ol class="bars" aria-label={column}>
        {profile.bars.slice(0, all ? undefined : FEW - 2).map((bar, n) => (
          <li key={n} class="bars-row" title={whyOf(bar) || undefined}>
            <span class={`bars-label${bar.value === null ? " muted" : ""}`}>{labelOf(bar, profile)}</span>
            <span class={bar.n === null ? "bars-track bars-hidden" : "bars-track"} aria-hidden="true">
              {bar.n !== null && <span class="bars-bar" style={{ width: `${(bar.n / most) * 100}%` }} />}
            </span>
            <span class="bars-figure figures"><Figure bar={bar} /></span>
          </li>
        ))}
      </ol>
      {!all && <div><Button small kind="quiet" icon="down" aria-label={`${t(words.showAll, { n: profile.bars.length })}: ${column}`} onClick={() => setAll(true)}>{t(words.showAll, { n: profile.bars.length })}</Button></div>}
    </>
  );
}

export function Figure({ bar }: { bar: Bar }) {
  if (bar.n !== null) return <>{figureOf(bar)}</>;
  return <><span aria-hidden="true">{figureOf(bar)}</span><span class="unseen">{t(words.suppressed)}: {whyOf(bar)}</span></>;
}

const HIGH = 96;
const STEP = 10;

function Months({ column, profile }: Props) {
  const hatch = useId();
  const bars = profile.bars.filter((bar) => bar.value !== null);
  const most = largest(bars);
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last) return <p class="muted small">{t(words.unknown)}</p>;
  const wide = bars.length * STEP;
  return (
    <div class="months">
      <svg class="months-chart" viewBox={`0 0 ${wide} ${HIGH}`} preserveAspectRatio="none" role="img" aria-label={said(column, bars, profile)}>
        <defs>
          <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V4" /></pattern>
        </defs>
        {bars.map((bar, n) => {
          const high = bar.n === null ? HIGH : Math.max(bar.n > 0 ? 1 : 0, (bar.n / most) * HIGH);
          return (
            <rect key={n} {...(bar.n === null ? { fill: `url(#${hatch})` } : { class: "months-bar" })} x={n * STEP + 1} y={HIGH - high} width={STEP - 2} height={high}>
              <title>{`${labelOf(bar, profile)}: ${bar.n === null ? whyOf(bar) : figureOf(bar)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div class="months-axis small muted figures" aria-hidden="true"><span>{labelOf(first, profile)}</span><span>{number(most)} ↑</span><span>{labelOf(last, profile)}</span></div>
    </div>
  );
}

function said(column: string, bars: readonly Bar[], profile: Profile): string {
  const most = largest(bars);
  const top = bars.find((bar) => bar.n === most) ?? bars[0]!;
  return t(words.monthsSay, {
    column, from: labelOf(bars[0]!, profile), to: labelOf(bars.at(-1)!, profile), top: labelOf(top, profile), most: number(most),
    hidden: bars.filter((bar) => bar.n === null).length,
  });
}
