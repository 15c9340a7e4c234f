/**
 * The frame round every page of somebody signed in: skip link, header, main. Out of scope: what stands in main.
 */
import type { ComponentChildren } from "preact";
import { tellSignedOut } from "../api/alive";
import { api } from "../api/client";
import { dropKept } from "../api/kept";
import { has, me } from "../api/me";
import { troubleOf } from "../api/trouble";
import { Icon } from "../parts/icon";
import { Link, go, pathname } from "../parts/place";
import { Menu } from "../parts/menu";
import { toast } from "../parts/toast";
import { setTheme, theme, type Theme } from "../style/theme";
import { frame, roles } from "../words/common";
import { lang, setLang, t } from "../words/t";
import "./shell.css";

export function Shell({ children }: { children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>{t(frame.skip)}</a>
      <Header />
      <main id="main" tabIndex={-1}>{children}</main>
    </>
  );
}

function Header() {
  const pages = [
    { to: "/studies", words: frame.studies, seen: has("researcher") },
    { to: "/sessions", words: frame.sessions, seen: has("security_staff") },
    { to: "/log", words: frame.log, seen: has("security_staff") },
    { to: "/register", words: frame.register, seen: has("registrar") },
    { to: "/usage", words: frame.usage, seen: has("registrar") || has("data_steward") },
  ].filter((page) => page.seen);
  const at = pathname.value;
  return (
    <header class="header">
      <Link href="/" class="brand"><Mark /><span class="brand-name"><span lang="ja">関所</span> <span lang="en" class="brand-latin">Sekisho</span></span></Link>
      <Zone />
      {me.value && pages.length > 0 && (
        <nav class="nav" aria-label={t(frame.pages)}>
          {pages.map(({ to, words }) => (
            <Link key={to} href={to} aria-current={at === to ? "page" : at.startsWith(`${to}/`) ? "true" : undefined}>{t(words)}</Link>
          ))}
        </nav>
      )}
      <div class="header-end">
        <LanguageSwitch />
        <ThemeMenu />
        {me.value && <PersonMenu />}
      </div>
    </header>
  );
}

/** The gate across a road. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="5" fill="currentColor" />
      <path class="mark-gate" d="M4 7.25h16M7 5v14.5M17 5v14.5M7 11.5h10" fill="none" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}

function Zone() {
  if (!me.value) return null;
  const { zone } = me.value;
  return (
    <span class={`zone zone-${zone}`} title={t(zone === "onsite" ? frame.onsiteLong : frame.vdiLong)}>
      <span class="unseen">{t(frame.zone, { zone: t(frame[zone]) })}</span>
      <span aria-hidden="true">{t(frame[zone])}</span>
    </span>
  );
}

export function LanguageSwitch() {
  const next = lang.value === "ja" ? "en" : "ja";
  return <button type="button" class="button quiet" lang={next} onClick={() => setLang(next)}>{t(frame.otherLanguage)}</button>;
}

export function ThemeMenu() {
  const choices: Theme[] = ["system", "light", "dark"];
  const items = choices.map((one) => ({ words: t(frame[one]), chosen: theme.value === one, act: () => setTheme(one) }));
  return <Menu label={t(frame.theme)} items={items} class="button quiet only-icon"><Icon name="sun" /></Menu>;
}

function PersonMenu() {
  const person = me.value;
  if (!person) return null;
  const head = (
    <>
      <strong>{person.display}</strong>
      <div class="muted small">{[person.handler, person.organisation].filter(Boolean).join(" · ")}</div>
      <div class="muted small">{person.roles.map((role) => t(roles[role])).join(lang.value === "ja" ? "、" : ", ")}</div>
    </>
  );
  return (
    <Menu
      label={t(frame.person, { name: person.display })}
      head={head}
      items={[
        { words: t(frame.account), icon: "person", act: () => go("/account") },
        { words: t(frame.help), icon: "info", act: () => go("/help") },
        { words: t(frame.signOut), icon: "lock", act: () => void signOut().catch((thrown: unknown) => toast(t(troubleOf(thrown).message), { tone: "bad" })) },
      ]}
    >
      <Icon name="person" /><span class="person-name">{person.display}</span><Icon name="down" size={12} />
    </Menu>
  );
}

/** Ends the sign-in. The page is loaded anew, so that nothing of what was seen stays in memory. */
export async function signOut(everywhere = false): Promise<void> {
  await api.post(everywhere ? "/api/sign-out-everywhere" : "/api/sign-out");
  dropKept();
  tellSignedOut();
  location.assign("/");
}

function toMain(event: Event) {
  event.preventDefault();
  const main = document.getElementById("main");
  main?.focus();
  main?.scrollIntoView();
}
