/** One's own account: who the system takes one for, recovery codes left, display, signing out everywhere. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { idleEnds } from "../api/alive";
import { me } from "../api/me";
import type { Me } from "../api/types";
import { Badge } from "../parts/badge";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Select } from "../parts/field";
import { useAct } from "../parts/load";
import { Note, TroubleBox } from "../parts/trouble";
import { setTheme, theme, type Theme } from "../style/theme";
import { common, frame, roles } from "../words/common";
import { account } from "../words/door";
import { lang, setLang, t, type Lang } from "../words/t";
import { clock, minute } from "../words/time";
import { signOut } from "./shell";
import { title } from "../parts/title";
import "./account.css";

/** So few codes that one should see to new ones. */
const FEW = 2;

export function AccountPage() {
  useEffect(() => title(t(frame.account)));
  const person = me.value;
  if (!person) return null;
  return (
    <div class="page account stack">
      <h1>{t(frame.account)}</h1>
      <You person={person} />
      <section class="panel stack">
        <h2>{t(account.codes)}</h2>
        <p><Badge tone={person.recovery_codes <= FEW ? "warn" : "plain"}>{t(account.left, { n: person.recovery_codes })}</Badge> <span class="muted">{t(account.codesWhat)}</span></p>
        {person.recovery_codes <= FEW && <Note>{t(account.few)}</Note>}
      </section>
      <Looks />
      <Everywhere />
    </div>
  );
}

function You({ person }: { person: Me }) {
  return (
    <section class="panel stack">
      <h2>{t(account.you)}</h2>
      <dl class="facts">
        <Row name={t(account.name)}>{person.display} <span class="muted">({person.handler})</span></Row>
        {person.organisation && <Row name={t(account.organisation)}>{person.organisation}</Row>}
        <Row name={t(account.roles)}>{person.roles.map((role) => t(roles[role])).join(lang.value === "ja" ? "、" : ", ")}</Row>
        <Row name={t(account.zone)}>{t(frame[person.zone])}</Row>
        <Row name={t(account.ends)}><span class="figures">{t(account.endsAt, { time: minute(person.ends), idle: clock(new Date(idleEnds.value).toISOString()) })}</span></Row>
      </dl>
    </section>
  );
}

function Looks() {
  const themes: Theme[] = ["system", "light", "dark"];
  return (
    <section class="panel stack">
      <h2>{t(account.looks)}</h2>
      <div class="account-looks">
        <Select<Lang> words={t(account.language)} value={lang.value} onValue={setLang} choices={[{ value: "ja", words: "日本語" }, { value: "en", words: "English" }]} />
        <Select<Theme> words={t(frame.theme)} value={theme.value} onValue={setTheme} choices={themes.map((value) => ({ value, words: t(frame[value]) }))} />
      </div>
    </section>
  );
}

function Everywhere() {
  const [asking, setAsking] = useState(false);
  const { busy, trouble, act } = useAct(() => signOut(true));
  return (
    <section class="panel stack">
      <h2>{t(account.everywhere)}</h2>
      <p class="muted">{t(account.everywhereWhat)}</p>
      <div><Button icon="lock" onClick={() => setAsking(true)}>{t(account.everywhere)}</Button></div>
      {asking && (
        <Dialog
          title={t(account.everywhere)}
          role="alertdialog"
          close={() => setAsking(false)}
          foot={<><Button onClick={() => setAsking(false)}>{t(common.cancel)}</Button><Button kind="bad" busy={busy} onClick={() => void act()}>{t(frame.signOut)}</Button></>}
        >
          <p>{t(account.everywhereSure)}</p>
          {trouble && <TroubleBox trouble={trouble} />}
        </Dialog>
      )}
    </section>
  );
}

function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
