/**
 * A specification that a person writes: which parts of Vega-Lite it may use.
 *
 * Nothing is fetched, nothing opens, and a missing figure is not filled in, since it may be a suppressed one. Fields carry the
 * names of the answer's columns; suppressed cells are null. Out of scope: whether it makes a good chart.
 */
import type { Figures, Value } from "../../api/figures";
import { config, type Look } from "./look";
import { HEIGHT, type Spec } from "./spec";

export type OwnMistake = { kind: "json"; said: string } | { kind: "shape" } | { kind: "forbidden"; key: string };

/** `data` is the answer's; these would load, link, or make up figures. */
const FORBIDDEN = new Set(["data", "datasets", "url", "href", "impute", "usermeta", "lookup", "params"]);

export function checkOwn(text: string): { spec: Spec } | { mistake: OwnMistake } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (thrown) {
    return { mistake: { kind: "json", said: thrown instanceof Error ? thrown.message : "" } };
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return { mistake: { kind: "shape" } };
  const key = forbidden(parsed);
  return key === undefined ? { spec: parsed as Spec } : { mistake: { kind: "forbidden", key } };
}

function forbidden(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value) && FORBIDDEN.has(key)) return key;
    if ((key === "mark" || key === "type") && inner === "image") return "image";
    // Parts on each other would make a whole that lacks what is suppressed.
    if (key === "stack" && inner !== null && inner !== false) return "stack";
    const deeper = forbidden(inner);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** The person's specification with the answer's rows, our looks beneath its own, and gaps where figures are missing. */
export function completed(own: Spec, figures: Figures, look: Look): Spec {
  const rows = Array.from({ length: figures.rows }, (_, row) =>
    Object.fromEntries(figures.columns.map((column, index) => [column.name, plain(figures.value(row, index))])),
  );
  const theirs = isSpec(own.config) ? own.config : {};
  const mark = { ...(isSpec(theirs.mark) ? theirs.mark : {}), invalid: "break-paths-show-path-domains" };
  return {
    width: "container",
    height: HEIGHT,
    background: "transparent",
    autosize: { type: "fit-x", contains: "padding" },
    ...unstacked(own),
    data: { values: rows },
    config: { ...config(look), bar: { color: look.accent }, ...theirs, mark },
  };
}

/** Coloured bars would be put on each other without being asked to: nowhere here. */
function unstacked(part: Spec): Spec {
  const copy: Spec = {};
  for (const [key, value] of Object.entries(part)) {
    if (Array.isArray(value)) copy[key] = value.map((each: unknown) => (isSpec(each) && !Array.isArray(each) ? unstacked(each) : each));
    else if (!isSpec(value)) copy[key] = value;
    else copy[key] = (key === "x" || key === "y") && !("stack" in value) ? { ...unstacked(value), stack: null } : unstacked(value);
  }
  return copy;
}

function isSpec(value: unknown): value is Spec {
  return typeof value === "object" && value !== null;
}

function plain(value: Value): Value {
  return typeof value === "bigint" ? Number(value) : value;
}

/** What the editor starts with: the simplest chart of the answer. */
export function starter(figures: Figures): string {
  const label = figures.columns.find((column) => column.kind !== "number") ?? figures.columns[0];
  const count = figures.columns.findLast((column) => column.kind === "number" && column !== label) ?? figures.columns.at(-1);
  const encoding = { x: { field: label?.name ?? "", type: "nominal" }, y: { field: count?.name ?? "", type: "quantitative", stack: null } };
  return JSON.stringify({ mark: "bar", encoding }, undefined, 2);
}
