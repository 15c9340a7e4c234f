/**
 * Jupyter's notebook format, nbformat 4.5 (https://nbformat.readthedocs.io/en/latest/format_description.html).
 *
 * Written without outputs. Read from anybody: outputs are dropped and counted, code in another language is kept as Markdown, so
 * that no text is lost. Out of scope: attachments, which hold pictures.
 */
import type { Cell, NotebookDocument, Parameter } from "../../api/types";
import { markdownCell, newId, sqlCell, type Draft } from "./model";
import { folded } from "./naming";

/** What was read, and what was left behind. */
export interface Imported extends Draft {
  dropped: { outputs: number; attachments: number };
}

export function toIpynb(draft: Draft): string {
  const notebook = {
    cells: draft.document.cells.map(written),
    metadata: {
      kernelspec: { name: "sekisho", display_name: "Sekisho SQL", language: "sql" },
      language_info: { name: "sql", file_extension: ".sql", mimetype: "application/sql" },
      title: draft.title,
      sekisho: { parameters: draft.document.parameters },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return JSON.stringify(notebook, undefined, 1) + "\n";
}

function written(cell: Cell): object {
  const source = cell.source === "" ? [] : cell.source.split(/(?<=\n)/);
  if (cell.kind === "markdown") return { cell_type: "markdown", id: cell.id, metadata: {}, source };
  const { name, explore, chart } = cell;
  const sekisho = { ...(name ? { name } : {}), ...(explore ? { explore } : {}), ...(chart === undefined ? {} : { chart }) };
  return { cell_type: "code", execution_count: null, id: cell.id, metadata: { language: "sql", sekisho }, outputs: [], source };
}

/** Undefined where the text is no notebook of nbformat 4. */
export function fromIpynb(text: string, random: () => number = Math.random): Imported | undefined {
  const root = record(parsed(text));
  if (root?.nbformat !== 4 || !Array.isArray(root.cells)) return undefined;
  const metadata = record(root.metadata) ?? {};
  const dropped = { outputs: 0, attachments: 0 };
  const ids = new Set<string>();
  const language = languageOf(metadata);
  const cells = root.cells.flatMap((each: unknown): Cell[] => {
    const cell = record(each);
    if (!cell) return [];
    dropped.outputs += Array.isArray(cell.outputs) ? cell.outputs.length : 0;
    dropped.attachments += Object.keys(record(cell.attachments) ?? {}).length;
    return [read(cell, freshId(cell.id, ids, random), language)];
  });
  const parameters = readParameters(record(metadata.sekisho)?.parameters);
  const title = typeof metadata.title === "string" ? metadata.title : "";
  return { title, document: { cells, parameters }, dropped };
}

function read(cell: Record<string, unknown>, id: string, language: string): Cell {
  const source = sourceOf(cell.source);
  if (cell.cell_type !== "code") return markdownCell(id, source);
  const metadata = record(cell.metadata) ?? {};
  const magic = /^%%sql[^\n]*(\n|$)/.exec(source);
  if (magic) return sqlCell(id, source.slice(magic[0].length));
  const own = typeof metadata.language === "string" ? metadata.language : language;
  if (own !== "sql") return markdownCell(id, fenced(source, own));
  const sekisho = record(metadata.sekisho) ?? {};
  return sqlCell(id, source, {
    ...(typeof sekisho.name === "string" ? { name: folded(sekisho.name) } : {}),
    ...(sekisho.explore === true ? { explore: true } : {}),
    ...(sekisho.chart === undefined ? {} : { chart: sekisho.chart }),
  });
}

function fenced(source: string, language: string): string {
  const fence = "`".repeat(Math.max(3, ...[...source.matchAll(/`+/g)].map((run) => run[0].length + 1)));
  return `${fence}${language}\n${source}\n${fence}`;
}

function languageOf(metadata: Record<string, unknown>): string {
  const name = record(metadata.language_info)?.name ?? record(metadata.kernelspec)?.language;
  return typeof name === "string" ? name : "";
}

function sourceOf(source: unknown): string {
  const text = Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : source;
  return typeof text === "string" ? text.replace(/\r\n?/g, "\n") : "";
}

function freshId(id: unknown, ids: Set<string>, random: () => number): string {
  const good = typeof id === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(id) && !ids.has(id);
  const taken = good ? id : newId(random);
  ids.add(taken);
  return taken;
}

const KINDS: Record<Parameter["type"], "string" | "number" | "boolean"> = {
  text: "string",
  integer: "number",
  real: "number",
  date: "string",
  boolean: "boolean",
};

/** Only parameters that make sense; a value of another kind becomes none. */
export function readParameters(list: unknown): NotebookDocument["parameters"] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each) => {
    const { name, parameter } = record(each) ?? {};
    const { type, value } = record(parameter) ?? {};
    if (typeof name !== "string" || typeof type !== "string" || !(type in KINDS)) return [];
    const fits = typeof value === KINDS[type as Parameter["type"]];
    return [{ name: folded(name), parameter: { type, value: fits ? value : null } as Parameter }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
