/** Help in the product: suppressed cells and their reasons, what a study's history remembers, how to ask, keys. A place on it is an address: `/help#dominance`. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { SHORTCUTS } from "../../notebook/shortcuts";
import { CopyButton } from "../../parts/copy";
import { here } from "../../parts/place";
import { title } from "../../parts/title";
import { lang, t } from "../../words/t";
import { REASONS } from "./reasons";
import { RECIPES } from "./recipes";
import { words } from "./words";
import "./help.css";

const PARTS = ["suppressed", "reasons", "ledger", "asking", "recipes", "keys"] as const;

export function HelpPage() {
  useEffect(() => title(t(words.title)), [lang.value]);
  const place = here.value.split("#")[1];
  useEffect(() => toPlace(place), [place]);
  return (
    <div class="page help">
      <div class="page-head"><div><h1>{t(words.title)}</h1><p>{t(words.hint)}</p></div></div>
      <nav class="help-contents" aria-label={t(words.contents)}>
        <ul class="help-links">{PARTS.map((part) => <li key={part}><a href={`#${part}`} onClick={(event) => jump(event, part)}>{t(words[part])}</a></li>)}</ul>
      </nav>
      <div class="stack help-body">
        <Part id="suppressed"><Points of={[words.suppressed1, words.suppressed2, words.suppressed3]} /></Part>
        <Part id="reasons"><Reasons /></Part>
        <Part id="ledger"><Points of={[words.ledger1, words.ledger2, words.ledger3, words.ledger4, words.ledger5]} /></Part>
        <Part id="asking"><Points of={[words.asking1, words.asking2, words.asking3, words.asking4, words.asking5, words.asking6]} /></Part>
        <Part id="recipes"><Recipes /></Part>
        <Part id="keys"><Keys /></Part>
      </div>
    </div>
  );
}

function Part({ id, children }: { id: (typeof PARTS)[number]; children: ComponentChildren }) {
  return <section class="panel stack help-part" id={id} tabIndex={-1} aria-labelledby={`${id}-title`}><h2 id={`${id}-title`}>{t(words[id])}</h2>{children}</section>;
}

function Points({ of }: { of: readonly { ja: string; en: string }[] }) {
  return <ul class="help-points">{of.map((point) => <li key={point.en}>{t(point)}</li>)}</ul>;
}

function Reasons() {
  return (
    <div class="help-reasons">
      {REASONS.map(({ code, name, why, remedy, instead }) => (
        <section key={code} class="help-reason" id={code} tabIndex={-1} aria-labelledby={`${code}-title`}>
          <h3 id={`${code}-title`}>{t(name)} <code class="muted">{code}</code></h3>
          <p>{t(why)}</p>
          <p><strong>{t(words.remedy)}</strong> {t(remedy)}</p>
          {instead && <p class="small"><span class="muted">{t(words.example)}</span> <code>{instead}</code></p>}
        </section>
      ))}
    </div>
  );
}

function Recipes() {
  return (
    <>
      <p class="muted">{t(words.recipesHint)}</p>
      <ol class="help-recipes">
        {RECIPES.map(({ title: name, hint, sql }, n) => (
          <li key={sql} class="help-recipe">
            <div class="help-recipe-head"><h3>{n + 1}. {t(name)}</h3><CopyButton small text={`${sql}\n`} /></div>
            {hint && <p class="small muted">{t(hint)}</p>}
            <pre class="help-sql">{sql}</pre>
          </li>
        ))}
      </ol>
    </>
  );
}

function Keys() {
  return (
    <>
      <p class="muted">{t(words.keysHint)}</p>
      <div class="help-keys">
        {SHORTCUTS.map(({ title: name, list }) => (
          <section key={name.en}>
            <h3>{t(name)}</h3>
            <dl class="help-key-list">{list.map(({ keys, words: what }) => <div key={keys.join()}><dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{t(what)}</dd></div>)}</dl>
          </section>
        ))}
      </div>
    </>
  );
}

function jump(event: MouseEvent, part: string): void {
  event.preventDefault();
  history.replaceState(null, "", `#${part}`);
  toPlace(part);
}

function toPlace(id: string | undefined): void {
  const place = id === undefined ? null : document.getElementById(id);
  if (!place) return;
  // After the frame in which the page itself takes the focus.
  requestAnimationFrame(() => {
    place.scrollIntoView();
    place.focus({ preventScroll: true });
  });
}
