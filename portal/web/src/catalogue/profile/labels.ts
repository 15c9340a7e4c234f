/** How labels, bands and figures of a profile read, in the language of the page. */
import { t, lang } from "../../words/t";
import { number } from "../../words/time";
import type { Bar, Count, Profile } from "./profile";
import { words } from "./words";

/** The square that also stands in the grid. */
export const GLYPH = "▨";

export function labelOf(bar: Bar, { shape, whole }: Pick<Profile, "shape" | "whole">): string {
  if (bar.value === null) return t(words.noValue);
  if (shape === "months") return monthOf(bar.value);
  if (shape === "bands") return bandOf(bar, whole);
  return typeof bar.value === "boolean" ? t(bar.value ? words.yes : words.no) : String(bar.value);
}

function monthOf(value: string | number | boolean): string {
  return typeof value === "number" ? new Date(value).toISOString().slice(0, 7).replace("-", "/") : String(value).slice(0, 7);
}

/** Of whole numbers both ends are in the band; of others the upper one is not. */
function bandOf({ from, to }: Bar, whole: boolean): string {
  if (from === undefined) return t(words.below, { to: plain(to ?? 0) });
  if (to === undefined) return t(words.from, { from: plain(from) });
  const last = whole ? to - 1 : to;
  return last === from ? plain(from) : t(words.between, { from: plain(from), to: plain(last) });
}

/** A number as it stands: years are no thousands, so there are no commas below 10,000. */
export function plain(n: number): string {
  return n.toLocaleString(lang.value, { useGrouping: Math.abs(n) >= 10_000, maximumSignificantDigits: 6 });
}

export function figureOf({ n }: Count): string {
  return n === null ? GLYPH : number(n);
}

/** Why there is no figure, in a sentence or two; empty where there is one. */
export function whyOf({ n, why }: Count): string {
  if (n !== null) return "";
  return why ? `${t(why.message)} ${t(why.remedy)}` : t(words.unknown);
}

/** 3%, 0.4%, under 0.1%. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return lang.value === "ja" ? "0.1%未満" : "under 0.1%";
  return share.toLocaleString(lang.value, { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 });
}
