/**
 * Days, times, lengths of time and numbers for people, in the language chosen. Times are told as in Japan, where the enclave is.
 * Out of scope: parsing; the server sends ISO 8601 in UTC.
 */
import { lang } from "./t";

const ZONE = "Asia/Tokyo";
const made = new Map<string, Intl.DateTimeFormat>();

/** 2026年11月20日; 20 November 2026. */
export const day = (iso: string) => format(iso, { year: "numeric", month: lang.value === "ja" ? "numeric" : "long", day: "numeric" });
/** 2026/11/20; 20 Nov 2026, for tables. */
export const shortDay = (iso: string) =>
  format(iso, lang.value === "ja" ? { year: "numeric", month: "2-digit", day: "2-digit" } : { year: "numeric", month: "short", day: "2-digit" });
/** 14:05. */
export const clock = (iso: string) => format(iso, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
/** 2026/11/20 14:05. */
export const minute = (iso: string) => `${shortDay(iso)} ${clock(iso)}`;
/** 2026/11/20 14:05:09, for logs. */
export const moment = (iso: string) =>
  `${shortDay(iso)} ${format(iso, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" })}`;

/** Whole days from `now` until a time; negative once it is over. */
export function daysUntil(iso: string, now = Date.now()): number {
  return Math.ceil((Date.parse(iso) - now) / 86_400_000);
}

/** 3時間12分, 4分05秒, 8秒; 3 h 12 min, 4 min 05 s, 8 s. */
export function length(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1000));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  const ja = lang.value === "ja";
  if (h > 0) return ja ? `${h}時間${two(m)}分` : `${h} h ${two(m)} min`;
  if (m > 0) return ja ? `${m}分${two(s)}秒` : `${m} min ${two(s)} s`;
  return ja ? `${s}秒` : `${s} s`;
}

/** How long an answer took: 0.2秒, 8.4秒, 4分05秒. Never nought. */
export function took(ms: number): string {
  if (ms >= 10_000) return length(ms);
  const tenths = Math.max(0.1, Math.round(ms / 100) / 10).toFixed(1);
  return lang.value === "ja" ? `${tenths}秒` : `${tenths} s`;
}

/** 1,234,567 */
export const number = (n: number) => n.toLocaleString(lang.value);

function format(iso: string, options: Intl.DateTimeFormatOptions): string {
  const locale = lang.value === "ja" ? "ja-JP" : "en-GB";
  const key = locale + JSON.stringify(options);
  const found = made.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
  made.set(key, found);
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? "" : found.format(date);
}
