/**
 * For tests only: numbers from a seed, and documents made of them.
 *
 * The same seed gives the same documents, so that a test that fails can be run again.
 */
import type { Cell, NotebookDocument, Parameter } from "../../api/types";
import { apply, type Edit } from "./edit";
import { markdownCell, newId, sqlCell, type Draft } from "./model";

/** Mulberry32: small, and good enough to vary tests. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(random: () => number, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}

const LINES = [
  "SELECT count(*) FROM diagnosis",
  "",
  "  WHERE icd10 = 'E11' -- 糖尿病",
  "-- %% name: trap",
  "-- \\%% sql",
  "-- % chart: {}",
  "-- title: not a title",
  "--",
  "-- ",
  "```sql",
  "# 見出し",
  "%% x",
  "-- -- %% deep",
  '"quoted"\t',
  " ",
];

export function someText(random: () => number): string {
  return Array.from({ length: Math.floor(random() * 5) }, () => pick(random, LINES)).join("\n");
}

let fresh = 0;
export function someCell(random: () => number): Cell {
  const id = newId(random);
  // Each text is like no other, so that tests can look for it.
  const source = `${someText(random)}\n/* ${++fresh} */`;
  if (random() < 0.35) return markdownCell(id, source);
  return sqlCell(id, source, {
    ...(random() < 0.4 ? { name: `n${fresh}` } : {}),
    ...(random() < 0.2 ? { explore: true } : {}),
    ...(random() < 0.2 ? { chart: { kind: "bar", x: "年齢", y: 'a"b' } } : {}),
  });
}

const VALUES: readonly Parameter[] = [
  { type: "text", value: 'a "b" -- c' },
  { type: "text", value: null },
  { type: "integer", value: 12 },
  { type: "real", value: 0.25 },
  { type: "date", value: "2024-04-01" },
  { type: "boolean", value: false },
];

export function someDraft(random: () => number): Draft {
  const cells = Array.from({ length: Math.floor(random() * 6) }, () => someCell(random));
  const parameters = ["from_date", "icd", "年齢"].filter(() => random() < 0.5).map((name) => ({ name, parameter: pick(random, VALUES) }));
  return { title: pick(random, ["糖尿病の年齢分布", "A title", "x -- y"]), document: { cells, parameters } };
}

export function someEdit(random: () => number, document: NotebookDocument): Edit {
  const id = document.cells.length === 0 ? "none" : pick(random, document.cells).id;
  const at = Math.floor(random() * (document.cells.length + 1));
  return pick<() => Edit>(random, [
    () => ({ kind: "insert", at, cell: someCell(random) }),
    () => ({ kind: "remove", id }),
    () => ({ kind: "move", id, to: at }),
    () => ({ kind: "duplicate", id, as: newId(random) }),
    () => ({ kind: "source", id, source: `${someText(random)}\n/* ${++fresh} */` }),
    () => ({ kind: "name", id, name: `n${++fresh}` }),
    () => ({ kind: "parameter", name: pick(random, ["icd", "to_date"]), parameter: pick(random, VALUES) }),
    () => ({ kind: "remove-parameter", name: "icd" }),
  ])();
}

/** A draft after some edits. */
export function edited(random: () => number, draft: Draft, times = 3): Draft {
  let document = draft.document;
  for (let i = 0; i < times; i++) document = apply(document, someEdit(random, document));
  return { title: random() < 0.2 ? `${draft.title} ${++fresh}` : draft.title, document };
}
