/** One column's profile: its facts, bars or a table of the same, and the question that was asked. */
import { useState } from "preact/hooks";
import type { Column } from "../../api/types";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { CopyButton } from "../../parts/copy";
import { Link } from "../../parts/place";
import { Table } from "../../parts/table";
import { t } from "../../words/t";
import { number } from "../../words/time";
import { Bars, Figure } from "./bars";
import { GLYPH, labelOf, percent, plain } from "./labels";
import { missingShare, type Profile } from "./profile";
import { MOST_GROUPS } from "./questions";
import { words } from "./words";

export function ProfileCard({ id, column, profile, exactly }: { id: string; column: Column; profile: Profile; exactly: () => void }) {
  const [asTable, setAsTable] = useState(false);
  const drawn = profile.bars.length > 0;
  return (
    <section class="profile" id={id} tabIndex={-1} aria-labelledby={`${id}-name`}>
      <div class="profile-head">
        <h4 id={`${id}-name`} class="mono">{column.name}</h4>
        <span class="row">
          {drawn && <Button small kind="quiet" icon={asTable ? "chart" : "table"} onClick={() => setAsTable(!asTable)} aria-label={`${t(asTable ? words.asChart : words.asTable)}: ${column.name}`}>{t(asTable ? words.asChart : words.asTable)}</Button>}
        </span>
      </div>
      <Facts column={column} profile={profile} />
      {drawn ? (asTable ? <Rows column={column} profile={profile} /> : <Bars column={column.name} profile={profile} />) : profile.shape === "bands" && <p class="muted small">{t(words.noBands)}</p>}
      <div class="profile-foot small"><CopyButton small text={`${profile.asked.at(-1) ?? ""}\n`} words={t(words.copySql)} />{profile.explored && <Button small icon="refresh" title={t(words.exactlyHint)} aria-label={`${t(words.exactly)}: ${column.name}`} onClick={exactly}>{t(words.exactly)}</Button>}</div>
    </section>
  );
}

function Facts({ column, profile }: { column: Column; profile: Profile }) {
  const hidden = profile.bars.filter((bar) => bar.why !== undefined).length;
  const keys = profile.shape === "keys";
  return (
    <p class="profile-facts small muted">
      {profile.explored && <Badge tone="warn" icon="eye">{t(words.explored)}</Badge>}
      {hidden > 0 && <Link href="/help#suppressed"><span aria-hidden="true">{GLYPH} </span>{t(words.some, { n: hidden })}</Link>}
      {profile.different && <span class="figures">{profile.different.n === null ? t(words.differentHidden) : t(words.different, { n: number(profile.different.n) })}</span>}
      {typeof profile.middle?.n === "number" && <span class="figures">{t(words.middle, { n: plain(profile.middle.n) })}</span>}
      {!keys && <span class="figures">{missing(column, profile)}</span>}
      {profile.more && <span>{t(words.more, { n: MOST_GROUPS })}</span>}
      {profile.bars.length > 0 && <span>{t(words.barsAre)}</span>}
    </p>
  );
}

function missing(column: Column, profile: Profile): string {
  if (profile.everything === undefined) return column.nullable ? "" : t(words.whole);
  const share = missingShare(profile);
  if (share === undefined) return t(words.missingHidden);
  return t(profile.explored ? words.missingPatients : words.missingOf, { share: percent(share), n: number(profile.everything.n ?? 0) });
}

function Rows({ column, profile }: { column: Column; profile: Profile }) {
  const head = profile.shape === "months" ? words.month : profile.shape === "bands" ? words.band : words.value;
  return (
    <div class="profile-rows">
      <Table
        dense
        name={`${column.name}: ${t(words.distribution)}`}
        rows={profile.bars.map((bar, n) => ({ bar, n }))}
        id={({ n }) => String(n)}
        columns={[
          { id: "value", words: t(head), head: true, cell: ({ bar }) => labelOf(bar, profile) },
          { id: "patients", words: t(words.patients), end: true, by: ({ bar }) => bar.n ?? -1, cell: ({ bar }) => <Figure bar={bar} /> },
        ]}
      />
    </div>
  );
}
