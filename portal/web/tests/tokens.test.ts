/** The dark values stand twice in tokens.css (CSS can't say "either" once): they must be the same. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../src/style/tokens.css", import.meta.url), "utf8");
const values = (selector: string) => {
  const from = css.indexOf("{", css.indexOf(selector)) + 1;
  return Object.fromEntries([...css.slice(from, css.indexOf("}", from)).matchAll(/--([\w-]+): (.+);/g)].map(([, name, value]) => [name, value]));
};

test("dark by wish and dark by choice are the same", () => {
  const chosen = values(':root[data-theme="dark"]');
  expect(Object.keys(chosen).length).toBeGreaterThan(20);
  expect(values(':root:not([data-theme="light"])')).toEqual(chosen);
});

const luminance = (hex: string) => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string) => {
  const [x = 0, y = 0] = [luminance(a), luminance(b)].sort((m, n) => n - m);
  return (x + 0.05) / (y + 0.05);
};

test.each([":root {", ':root[data-theme="dark"]'])("text is legible on every ground (%s)", (selector) => {
  const v = values(selector);
  const text = [["text", "ground"], ["text", "sunken"], ["text", "hover"], ["muted", "ground"], ["muted", "surface"], ["muted", "raised"], ["muted", "sunken"], ["muted", "hover"],
    ["on-accent", "accent"], ["on-accent", "accent-hover"], ["accent-text", "accent-soft"], ["accent-text", "surface"], ["on-bad", "bad"], ["on-bad", "bad-hover"],
    ["good", "good-soft"], ["warn", "warn-soft"], ["bad", "bad-soft"], ["bad", "surface"], ["bad", "raised"],
    ["code-word", "surface"], ["code-text", "surface"], ["code-number", "surface"], ["code-name", "surface"], ["code-comment", "surface"]];
  for (const [front, back] of text) expect(contrast(v[front!]!, v[back!]!), `${front} on ${back}`).toBeGreaterThanOrEqual(4.5);
  for (const back of ["surface", "ground", "raised"]) {
    expect(contrast(v["edge"]!, v[back]!), `edge on ${back}`).toBeGreaterThanOrEqual(3);
    expect(contrast(v["focus"]!, v[back]!), `focus on ${back}`).toBeGreaterThanOrEqual(3);
  }
});
