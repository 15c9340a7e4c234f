import { expect, test } from "vitest";
import { lang, t } from "../src/words/t";
import { daysUntil, length, minute, moment, number, shortDay, took } from "../src/words/time";

const inLang = <T>(which: "ja" | "en", act: () => T): T => {
  lang.value = which;
  return act();
};

test("t picks the language and fills the gaps", () => {
  const words = { ja: "残り{n}日", en: "{n} days left" };
  expect(inLang("ja", () => t(words, { n: 3 }))).toBe("残り3日");
  expect(inLang("en", () => t(words, { n: 3 }))).toBe("3 days left");
  expect(t(words)).toBe("{n} days left");
});

test("times are told as in Japan", () => {
  expect(inLang("ja", () => moment("2026-11-20T15:04:05Z"))).toBe("2026/11/21 00:04:05");
  expect(inLang("ja", () => minute("2026-11-20T15:04:05Z"))).toBe("2026/11/21 00:04");
  expect(inLang("en", () => shortDay("2026-11-20T15:04:05Z"))).toBe("21 Nov 2026");
  expect(shortDay("nonsense")).toBe("");
});

test("an answer takes no time that reads as none", () => {
  expect(inLang("ja", () => [0, 40, 210, 960, 8_440, 245_000].map(took))).toEqual(["0.1秒", "0.1秒", "0.2秒", "1.0秒", "8.4秒", "4分05秒"]);
  expect(inLang("en", () => took(210))).toBe("0.2 s");
});

test("lengths of time are short and keep their width", () => {
  expect(inLang("ja", () => [length(8_000), length(245_000), length(11_520_000), length(-5)])).toEqual(["8秒", "4分05秒", "3時間12分", "0秒"]);
  expect(inLang("en", () => [length(8_000), length(245_000), length(11_520_000)])).toEqual(["8 s", "4 min 05 s", "3 h 12 min"]);
  expect(number(1234567)).toBe("1,234,567");
  expect(daysUntil("2026-11-22T00:00:00Z", Date.parse("2026-11-20T12:00:00Z"))).toBe(2);
});

/** Every pair of words has both, with the same gaps, and no half-width mark at the end of a Japanese sentence. */
test("words stand in whole pairs", () => {
  const files = import.meta.glob(["../src/words/*.ts", "../src/catalogue/profile/words.ts", "!**/{t,time,day}.ts"], { eager: true });
  const seen: unknown[] = Object.values(files).flatMap((file) => Object.values(file as object));
  const gaps = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();
  let pairs = 0;
  while (seen.length > 0) {
    const one = seen.pop();
    if (typeof one !== "object" || one === null) continue;
    const { ja, en } = one as Record<string, unknown>;
    if (typeof ja !== "string" || typeof en !== "string") {
      seen.push(...Object.values(one));
      continue;
    }
    pairs++;
    expect(ja.trim(), `words for “${en}”`).not.toBe("");
    expect(en.trim(), `words for “${ja}”`).not.toBe("");
    expect(gaps(ja), ja).toEqual(gaps(en));
    expect(ja, ja).not.toMatch(/[.!()]$|[ぁ-龠][(]/);
  }
  expect(pairs).toBeGreaterThan(150);
});
