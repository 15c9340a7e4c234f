/**
 * A notebook as one SQL text that diffs well: a line `-- %% …` begins a cell, Markdown is in comments.
 *
 *     -- title: Diabetes by age
 *     -- parameter: from_date date "2024-01-01"
 *
 *     -- %% markdown
 *     -- # Who is in it
 *
 *     -- %% name: cohort
 *     -- % explore: true
 *     SELECT …
 *
 * Ids are not written, since they would make every diff noisy; reading makes new ones. A line of a cell that looks like one of
 * these gets a backslash before its `%`. Out of scope: results.
 */
import type { Cell } from "../../api/types";
import { readParameters } from "./ipynb";
import { markdownCell, newId, sqlCell, type Draft, type NamedParameter } from "./model";
import { folded } from "./naming";

export function toPlain(draft: Draft): string {
  const parameters = draft.document.parameters.map(
    ({ name, parameter }) => `-- parameter: ${name} ${parameter.type} ${JSON.stringify(parameter.value)}`,
  );
  const head = [`-- title: ${draft.title.replace(/\s+/g, " ")}`, ...parameters].join("\n");
  return [head, ...draft.document.cells.map(written)].map((part) => part + "\n").join("\n");
}

function written(cell: Cell): string {
  if (cell.kind === "markdown") {
    return ["-- %% markdown", ...cell.source.split("\n").map((line) => guarded(line === "" ? "--" : `-- ${line}`))].join("\n");
  }
  const head = [cell.name ? `-- %% name: ${cell.name}` : "-- %% sql"];
  if (cell.explore) head.push("-- % explore: true");
  if (cell.chart !== undefined) head.push(`-- % chart: ${JSON.stringify(cell.chart)}`);
  return [...head, ...cell.source.split("\n").map(guarded)].join("\n");
}

function guarded(line: string): string {
  return line.replace(/^-- (\\*)%/, "-- \\$1%");
}

function bare(line: string): string {
  return line.replace(/^-- \\(\\*)%/, "-- $1%");
}

/** Any SQL text can be read: without a line `-- %%` it is one cell. */
export function fromPlain(text: string, random: () => number = Math.random): Draft {
  const lines = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n").split("\n");
  const starts = lines.flatMap((line, index) => (line.startsWith("-- %%") ? [index] : []));
  const head = lines.slice(0, starts[0] ?? lines.length);
  const draft = readHead(head);
  if (starts.length === 0) {
    const source = draft.rest.join("\n").trim();
    return { title: draft.title, document: { cells: source === "" ? [] : [sqlCell(newId(random), source)], parameters: draft.parameters } };
  }
  const before = draft.rest.join("\n").trim();
  const cells = starts.map((start, index) => readCell(lines.slice(start, starts[index + 1] ?? lines.length), newId(random)));
  if (before !== "") cells.unshift(sqlCell(newId(random), before));
  return { title: draft.title, document: { cells, parameters: draft.parameters } };
}

function readHead(lines: string[]): { title: string; parameters: NamedParameter[]; rest: string[] } {
  let title = "";
  const parameters: unknown[] = [];
  const rest = lines.filter((line) => {
    const titled = /^-- title: ?(.*)$/.exec(line);
    const parameter = /^-- parameter: (\S+) (\S+) (.*)$/.exec(line);
    if (titled) title = titled[1]!.trim();
    if (parameter) parameters.push({ name: parameter[1], parameter: { type: parameter[2], value: json(parameter[3]!) } });
    return !titled && !parameter;
  });
  return { title, parameters: readParameters(parameters), rest };
}

function readCell([head = "", ...lines]: string[], id: string): Cell {
  const options: Record<string, string> = {};
  let body = lines;
  for (;;) {
    const option = /^-- % (\w+): (.*)$/.exec(body[0] ?? "");
    if (!option) break;
    options[option[1]!] = option[2]!;
    body = body.slice(1);
  }
  // The blank line that ends a cell is not part of it.
  if (body.at(-1) === "") body = body.slice(0, -1);
  const source = body.map(bare);
  const kind = head.slice("-- %%".length).trim();
  if (kind === "markdown") return markdownCell(id, source.map((line) => line.replace(/^-- ?/, "")).join("\n"));
  const name = /^name: ?(.*)$/.exec(kind)?.[1];
  const chart = options.chart === undefined ? undefined : json(options.chart);
  return sqlCell(id, source.join("\n"), {
    ...(name ? { name: folded(name) } : {}),
    ...(options.explore === "true" ? { explore: true } : {}),
    ...(chart === undefined ? {} : { chart }),
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
