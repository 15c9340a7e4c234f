/**
 * The figures of an answer: an Arrow stream, with the list of cells that were suppressed laid over it.
 *
 * A suppressed cell is null in the stream; only the list tells it from a NULL. Out of scope: fetching it, and how anything is drawn.
 */
import { tableFromIPC, Type } from "@uwdata/flechette";
import type { Suppressed } from "./types";

export type Value = number | bigint | string | boolean | null;
/** How a column is drawn and compared. Days and moments are milliseconds since 1970 in UTC. */
export type Kind = "number" | "text" | "date" | "moment" | "boolean";

export interface FigureColumn {
  name: string;
  kind: Kind;
  /** Whole numbers only. */
  whole: boolean;
}

export interface Figures {
  rows: number;
  columns: FigureColumn[];
  value: (row: number, column: number) => Value;
  /** Why a cell is not shown; undefined where it is. */
  hidden: (row: number, column: number) => Suppressed | undefined;
  /** How many cells are not shown. */
  hiddenCells: number;
}

/** Throws where the bytes are no Arrow stream. */
export function decode(bytes: Uint8Array, suppressed: readonly Suppressed[]): Figures {
  const table = tableFromIPC(bytes, { useBigInt: true });
  const columns = table.schema.fields.map((field): FigureColumn => ({ name: field.name, ...kindOf(field.type.typeId) }));
  const stored = columns.map((_, index) => table.getChildAt(index));
  return figures(columns, table.numRows, (row, column) => tidy(stored[column]?.at(row), columns[column]?.kind), suppressed);
}

/** Figures from any source. */
export function figures(columns: FigureColumn[], rows: number, read: (row: number, column: number) => Value, suppressed: readonly Suppressed[]): Figures {
  const hidden = new Map(suppressed.map((cell) => [cell.row * columns.length + cell.column, cell]));
  const why = (row: number, column: number) => hidden.get(row * columns.length + column);
  return {
    rows,
    columns,
    // Whatever the stream holds, a suppressed cell has no value here.
    value: (row, column) => (why(row, column) ? null : read(row, column)),
    hidden: why,
    hiddenCells: hidden.size,
  };
}

function kindOf(type: number): { kind: Kind; whole: boolean } {
  switch (type) {
    case Type.Int:
      return { kind: "number", whole: true };
    case Type.Float:
    case Type.Decimal:
      return { kind: "number", whole: false };
    case Type.Date:
      return { kind: "date", whole: false };
    case Type.Timestamp:
      return { kind: "moment", whole: false };
    case Type.Bool:
      return { kind: "boolean", whole: false };
    default:
      return { kind: "text", whole: false };
  }
}

function tidy(value: unknown, kind: Kind | undefined): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  if (kind === "number") return typeof value === "number" && Number.isFinite(value) ? value : null;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  return String(value);
}
