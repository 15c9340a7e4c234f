/** Rooms import downwards only: pages, then the notebook, then the catalogue, then parts, then words and style, then the client. */
import { expect, test } from "vitest";

const rank: Record<string, number> = { "main.tsx": 5, pages: 4, notebook: 3.5, catalogue: 3, parts: 2, words: 1, style: 1, api: 0 };
const files = import.meta.glob(["../src/**/*.{ts,tsx}", "!**/*.test.ts"], { eager: true, query: "?raw", import: "default" }) as Record<string, string>;

test("a room imports only from those below it", () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const [file, text] of Object.entries(files)) {
    const pieces = file.replace("../src/", "").split("/");
    const own = rank[pieces[0]!];
    if (own === undefined) continue;
    for (const [, to = ""] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
      const at = to.split("/").reduce((path, piece) => (piece === ".." ? path.slice(0, -1) : piece === "." ? path : [...path, piece]), pieces.slice(0, -1));
      const other = rank[at[0]!];
      seen++;
      if (other === undefined || at[0] === pieces[0]) continue;
      if (other >= own) wrong.push(`${file} imports ${to}`);
    }
  }
  expect(seen).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

test("nothing is exported by default, and every file says what it is for", () => {
  for (const [file, text] of Object.entries(files)) {
    expect(text, file).not.toMatch(/export default/);
    if (!file.endsWith(".d.ts")) expect(text.trimStart().startsWith("/**"), `${file} begins with what it is for`).toBe(true);
  }
});
