/**
 * Every change of a document, as a value, and one pure function that makes it.
 *
 * An edit of a cell that is no longer there changes nothing. Out of scope: undo (history.ts), merging (merge.ts).
 */
import type { Cell, NotebookDocument } from "../../api/types";
import { isSql, markdownCell, newId, sqlCell, tidy, type NamedParameter } from "./model";
import { folded, freeName, takenNames } from "./naming";

export type Edit =
  | { kind: "insert"; at: number; cell: Cell }
  | { kind: "remove"; id: string }
  | { kind: "move"; id: string; to: number }
  | { kind: "duplicate"; id: string; as: string }
  | { kind: "source"; id: string; source: string }
  | { kind: "name"; id: string; name: string }
  | { kind: "explore"; id: string; explore: boolean }
  | { kind: "chart"; id: string; chart: unknown }
  | { kind: "turn"; id: string; into: Cell["kind"] }
  | { kind: "parameter"; name: string; parameter: NamedParameter["parameter"] }
  | { kind: "rename-parameter"; name: string; to: string }
  | { kind: "remove-parameter"; name: string }
  | { kind: "replace"; document: NotebookDocument };

export function apply(document: NotebookDocument, edit: Edit): NotebookDocument {
  switch (edit.kind) {
    case "insert":
      return insert(document, edit.at, edit.cell);
    case "remove":
      return withCells(document, document.cells.filter((cell) => cell.id !== edit.id));
    case "move":
      return move(document, edit.id, edit.to);
    case "duplicate":
      return duplicate(document, edit.id, edit.as);
    case "source":
      return change(document, edit.id, (cell) => ({ ...cell, source: edit.source.replace(/\r\n?/g, "\n") }));
    case "name":
      return change(document, edit.id, (cell) => (isSql(cell) ? { ...cell, name: folded(edit.name) } : cell));
    case "explore":
      return change(document, edit.id, (cell) => (isSql(cell) ? { ...cell, explore: edit.explore } : cell));
    case "chart":
      return change(document, edit.id, (cell) => (isSql(cell) ? { ...cell, chart: edit.chart } : cell));
    case "turn":
      return change(document, edit.id, (cell) => turned(cell, edit.into));
    case "parameter":
      return setParameter(document, edit.name, edit.parameter);
    case "rename-parameter":
      return withParameters(document, document.parameters.map((each) => (each.name === edit.name ? { ...each, name: folded(edit.to) } : each)));
    case "remove-parameter":
      return withParameters(document, document.parameters.filter((each) => each.name !== edit.name));
    case "replace":
      return edit.document;
  }
}

function insert(document: NotebookDocument, at: number, cell: Cell): NotebookDocument {
  const id = document.cells.some((other) => other.id === cell.id) ? newId() : cell.id;
  const place = Math.max(0, Math.min(at, document.cells.length));
  return withCells(document, document.cells.toSpliced(place, 0, tidy({ ...cell, id })));
}

function move(document: NotebookDocument, id: string, to: number): NotebookDocument {
  const from = document.cells.findIndex((cell) => cell.id === id);
  const cell = document.cells[from];
  const place = Math.max(0, Math.min(to, document.cells.length - 1));
  if (!cell || place === from) return document;
  return withCells(document, document.cells.toSpliced(from, 1).toSpliced(place, 0, cell));
}

function duplicate(document: NotebookDocument, id: string, as: string): NotebookDocument {
  const at = document.cells.findIndex((cell) => cell.id === id);
  const cell = document.cells[at];
  if (!cell) return document;
  const copy = isSql(cell) && cell.name ? { ...cell, id: as, name: freeName(cell.name, takenNames(document)) } : { ...cell, id: as };
  return insert(document, at + 1, copy);
}

function turned(cell: Cell, into: Cell["kind"]): Cell {
  if (cell.kind === into) return cell;
  return into === "sql" ? sqlCell(cell.id, cell.source) : markdownCell(cell.id, cell.source);
}

function change(document: NotebookDocument, id: string, to: (cell: Cell) => Cell): NotebookDocument {
  let changed = false;
  const cells = document.cells.map((cell) => {
    if (cell.id !== id) return cell;
    const next = tidy(to(cell));
    if (JSON.stringify(next) === JSON.stringify(tidy(cell))) return cell;
    changed = true;
    return next;
  });
  return changed ? withCells(document, cells) : document;
}

function setParameter(document: NotebookDocument, name: string, parameter: NamedParameter["parameter"]): NotebookDocument {
  const wanted = folded(name);
  const known = document.parameters.some((each) => each.name === wanted);
  const parameters = known
    ? document.parameters.map((each) => (each.name === wanted ? { name: wanted, parameter } : each))
    : [...document.parameters, { name: wanted, parameter }];
  return withParameters(document, parameters);
}

function withCells(document: NotebookDocument, cells: Cell[]): NotebookDocument {
  return { ...document, cells };
}

function withParameters(document: NotebookDocument, parameters: NamedParameter[]): NotebookDocument {
  return { ...document, parameters };
}
