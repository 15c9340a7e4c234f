/**
 * What a person chose to see: a kind of chart, and which column plays which role. Kept with the cell.
 *
 * Out of scope: drawing (spec.ts), the rules for a specification of one's own (own.ts).
 */
import type { FigureColumn } from "../../api/figures";

export type ChartKind = "bar" | "line" | "histogram" | "heat" | "steps" | "own";
export const KINDS: readonly ChartKind[] = ["bar", "line", "histogram", "heat", "steps", "own"];

/** Columns are named, so that a choice lives through a change of the question. */
export interface ChartChoice {
  kind: ChartKind;
  x?: string;
  y?: string;
  /** Of bars, lines and steps: one colour each. */
  series?: string;
  /** Of a heat map: the figure. Of a histogram: where a bin ends. */
  z?: string;
  /** Vega-Lite, as typed. */
  spec?: string;
}

export type Role = "x" | "y" | "series" | "z";
interface RoleRule { role: Role; optional: boolean; figure: boolean }

const OF_ROWS: readonly RoleRule[] = [
  { role: "x", optional: false, figure: false },
  { role: "y", optional: false, figure: true },
  { role: "series", optional: true, figure: false },
];

export const ROLES: Record<ChartKind, readonly RoleRule[]> = {
  bar: OF_ROWS,
  line: OF_ROWS,
  steps: OF_ROWS,
  histogram: [{ role: "y", optional: false, figure: true }, { role: "x", optional: false, figure: true }, { role: "z", optional: true, figure: true }],
  heat: [{ role: "x", optional: false, figure: false }, { role: "y", optional: false, figure: false }, { role: "z", optional: false, figure: true }],
  own: [],
};

/** What is kept with a cell may be of any shape: only what makes sense is taken. */
export function readChoice(kept: unknown): ChartChoice | undefined {
  if (typeof kept !== "object" || kept === null) return undefined;
  const { kind, ...rest } = kept as Record<string, unknown>;
  if (!KINDS.includes(kind as ChartKind)) return undefined;
  const choice: ChartChoice = { kind: kind as ChartKind };
  for (const role of ["x", "y", "series", "z", "spec"] as const) {
    const value = rest[role];
    if (typeof value === "string") choice[role] = value;
  }
  return choice;
}

/** A choice whose columns all exist: missing roles get the likeliest column. Undefined where the answer has nothing to draw. */
export function settled(choice: ChartChoice | undefined, columns: readonly FigureColumn[]): ChartChoice | undefined {
  if (choice?.kind === "own") return choice;
  const kind = choice?.kind ?? likeliestKind(columns);
  const taken = new Set<string>();
  const result: ChartChoice = { kind };
  for (const { role, optional, figure } of ROLES[kind]) {
    const wanted = choice?.[role];
    const known = columns.some((column) => column.name === wanted && (!figure || column.kind === "number"));
    const column = known ? wanted : optional ? undefined : likeliest(columns, figure, taken);
    if (column === undefined && !optional) return undefined;
    if (column === undefined) continue;
    result[role] = column;
    taken.add(column);
  }
  return result;
}

/** The same columns in the roles of another kind. */
export function recast(choice: ChartChoice, kind: ChartKind): ChartChoice {
  const { x, y, series, z, spec } = choice;
  const roles = choice.kind === "heat" ? { x, y: z, series: y } : choice.kind === "histogram" ? { x, y } : { x, y, series };
  const cast = kind === "heat" ? { x: roles.x, y: roles.series, z: roles.y } : kind === "histogram" ? { x: roles.x, y: roles.y, z: choice.kind === kind ? z : undefined } : roles;
  const given = Object.entries({ ...cast, spec }).filter(([, value]) => value !== undefined);
  return { kind, ...Object.fromEntries(given) };
}

function likeliestKind(columns: readonly FigureColumn[]): ChartKind {
  const [first] = columns;
  return first && (first.kind === "date" || first.kind === "moment" || isYear(first)) ? "line" : "bar";
}

function isYear(column: FigureColumn): boolean {
  return column.kind === "number" && /(year|month|年|月|年度)$/i.test(column.name);
}

/** Labels stand first in most answers, figures last. */
function likeliest(columns: readonly FigureColumn[], figure: boolean, taken: ReadonlySet<string>): string | undefined {
  const free = columns.filter((column) => !taken.has(column.name));
  const numbers = free.filter((column) => column.kind === "number");
  if (figure) return (numbers.findLast((column) => !isYear(column)) ?? numbers.at(-1))?.name;
  return (free.find((column) => column.kind !== "number" || isYear(column)) ?? (free.length > 1 ? free[0] : undefined))?.name;
}
