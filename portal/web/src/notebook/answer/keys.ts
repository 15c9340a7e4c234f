/**
 * Where the keyboard goes in a grid (ARIA Authoring Practices, data grid). Row -1 is the header.
 *
 * Out of scope: focus and scrolling (grid.tsx).
 */
export interface Spot {
  row: number;
  column: number;
}

interface Press {
  key: string;
  ctrlKey: boolean;
}

/** Undefined for keys that mean nothing here. */
export function moved(spot: Spot, press: Press, rows: number, columns: number, page: number): Spot | undefined {
  const to = target(spot, press, rows, columns, page);
  return to && { row: within(to.row, -1, rows - 1), column: within(to.column, 0, columns - 1) };
}

function target({ row, column }: Spot, { key, ctrlKey }: Press, rows: number, columns: number, page: number): Spot | undefined {
  switch (key) {
    case "ArrowUp":
      return { row: ctrlKey ? -1 : row - 1, column };
    case "ArrowDown":
      return { row: ctrlKey ? rows - 1 : row + 1, column };
    case "ArrowLeft":
      return { row, column: ctrlKey ? 0 : column - 1 };
    case "ArrowRight":
      return { row, column: ctrlKey ? columns - 1 : column + 1 };
    case "PageUp":
      return { row: row <= 0 ? row : Math.max(0, row - page), column };
    case "PageDown":
      return { row: row + page, column };
    case "Home":
      return { row: ctrlKey ? -1 : row, column: 0 };
    case "End":
      return { row: ctrlKey ? rows - 1 : row, column: columns - 1 };
    default:
      return undefined;
  }
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

/** The rows that are drawn: those in sight and some on each side. */
export function inSight(top: number, height: number, rowHeight: number, rows: number, spare = 8): { first: number; end: number } {
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  return { first, end: Math.min(rows, Math.ceil((top + height) / rowHeight) + spare) };
}
