/** The distributions of one table: what asking for them does, all of them at once, those that are there, and rows like them. */
import { useState } from "preact/hooks";
import type { Catalogue, Column, Table } from "../../api/types";
import { Button } from "../../parts/button";
import { Check } from "../../parts/field";
import { Icon } from "../../parts/icon";
import { Link } from "../../parts/place";
import { TroubleBox } from "../../parts/trouble";
import { t } from "../../words/t";
import { ProfileCard } from "./card";
import { profilesOf, type Profiles } from "./profiles";
import { shapeOf } from "./questions";
import { SampleView } from "./sample-view";
import { words } from "./words";
import "./profile.css";

/** What a person chose for this table, shared by its button and the buttons of its columns. */
export interface Asking { profiles: Profiles; explore: boolean; setExplore: (explore: boolean) => void; offers: boolean }

export function useAsking(catalogue: Catalogue): Asking {
  const offers = catalogue.policy.exploring;
  const [explore, setExplore] = useState(offers);
  return { profiles: profilesOf(catalogue), explore, setExplore, offers };
}

export function ProfileButton({ table, column, asking }: { table: Table; column: Column; asking: Asking }) {
  if (shapeOf(table, column) === undefined) return null;
  const now = asking.profiles.of(table, column).value;
  const name = column.name;
  if (now?.state === "there") return <Button small kind="quiet" icon="down" aria-label={t(words.thereOf, { column: name })} onClick={() => show(table, column)}>{t(words.there)}</Button>;
  const busy = now?.state === "asking" || now?.state === "waiting";
  return (
    <Button small icon="chart" busy={busy} aria-label={busy ? `${t(now.state === "asking" ? words.asking : words.waiting)}: ${name}` : t(words.showOf, { column: name })} onClick={() => void asking.profiles.ask(table, [column], asking.explore)}>
      {t(busy ? (now.state === "asking" ? words.asking : words.waiting) : words.show)}
    </Button>
  );
}

export function ProfileSection({ table, columns, asking }: { table: Table; columns: readonly Column[]; asking: Asking }) {
  const { profiles, explore } = asking;
  const able = columns.filter((column) => shapeOf(table, column) !== undefined);
  const states = able.map((column) => profiles.of(table, column).value);
  const left = states.some((now) => now === undefined || now.state === "broken");
  return (
    <section class="stack profiles" aria-label={`${t(words.distribution)}: ${table.name}`}>
      <div class="profiles-note small muted">
        <Icon name="info" />
        <p>{t(explore ? words.noteExplore : words.noteExact)} <Link href={explore ? "/help#exploring" : "/help#ledger"}>{t(words.learnMore)}</Link></p>
      </div>
      {(left || asking.offers || profiles.tables.value[table.name]) && (
        <div class="row profiles-acts">
          {left && <Button small icon="chart" onClick={() => void profiles.ask(table, able, explore)}>{t(words.all)}</Button>}
          {asking.offers && <Check words={t(words.explore)} value={explore} onValue={asking.setExplore} />}
          <Progress table={table} profiles={profiles} />
        </div>
      )}
      {able.map((column, n) => {
        const now = states[n];
        return now?.state === "broken" && (
          <div key={column.name} class="stack profile-trouble">
            <h4 class="mono">{column.name}</h4>
            <TroubleBox tone="warn" trouble={now.trouble} again={() => void profiles.ask(table, [column], explore)} />
          </div>
        );
      })}
      {states.some((now) => now?.state === "there") && (
        <div class="profile-cards">
          {able.map((column, n) => {
            const now = states[n];
            return now?.state === "there" && <ProfileCard key={column.name} id={idOf(table, column)} column={column} profile={now.profile} exactly={() => void profiles.again(table, column, false)} />;
          })}
        </div>
      )}
      <SampleView table={table} profiles={profiles} />
    </section>
  );
}

function Progress({ table, profiles }: { table: Table; profiles: Profiles }) {
  const progress = profiles.tables.value[table.name];
  const said = progress && t(words.progress, { n: progress.of, done: progress.done });
  return (
    <>
      <span class="profiles-progress small figures" role="status">{said}</span>
      {progress && <progress class="profiles-bar" max={progress.of} value={progress.done} aria-label={said} />}
      {progress && <Button small icon="stop" onClick={() => profiles.stop()}>{t(words.stop)}</Button>}
    </>
  );
}

function idOf(table: Table, column: Column): string {
  return `profile-${table.name}-${column.name}`;
}

function show(table: Table, column: Column): void {
  const card = document.getElementById(idOf(table, column));
  card?.scrollIntoView({ block: "center" });
  card?.focus({ preventScroll: true });
}
