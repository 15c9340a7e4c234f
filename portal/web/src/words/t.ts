/**
 * The language of the page, and `t`, which picks it: t(words.open), t(trouble.message), t(words.left, { n: 3 }).
 * Words stand in pairs, Japanese and English side by side, in the files of this folder; `{n}` is filled in.
 * Out of scope: dates and numbers (time.ts).
 */
import { effect, signal } from "@preact/signals";
import type { Bilingual } from "../api/types";

export type Lang = keyof Bilingual;

const KEY = "sekisho.lang";
export const lang = signal<Lang>(first());

/** The words in the language chosen, gaps filled. Reading it in a component follows a change of language. */
export function t(words: Bilingual, gaps: Record<string, string | number> = {}): string {
  return words[lang.value].replace(/\{(\w+)\}/g, (gap, name: string) => String(gaps[name] ?? gap));
}

export function setLang(next: Lang): void {
  lang.value = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Private windows may have no storage: the choice then lasts as long as the page.
  }
}

function first(): Lang {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    kept = null;
  }
  if (kept === "ja" || kept === "en") return kept;
  return typeof navigator !== "undefined" && !navigator.language.startsWith("ja") ? "en" : "ja";
}

if (typeof document !== "undefined") effect(() => void (document.documentElement.lang = lang.value));
