/**
 * A table of records, for lists that a person reads; results of questions have a grid of their own (notebook/).
 *
 * `<Table name="…" columns={[{ id, words, cell: (row) => …, by?: (row) => sortable, end?, wide? }]} rows={rows} id={(row) => row.x} />`
 * name: said to screen readers · by: makes the column sortable, by text or number · end: right-aligned figures · head: the row's own name
 * dense: low rows, for logs · empty: shown instead where there are no rows · rows undefined: still loading, bones of `bones` lines keep the height
 * Wide tables scroll within their frame, reachable by keyboard; in a narrow window every row is a block of named lines
 * (the roles stand in the markup because `display` would take them away there).
 */
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { common } from "../words/common";
import { t } from "../words/t";
import { Icon } from "./icon";
import { Skeleton } from "./skeleton";
import "./table.css";

export interface ColumnOf<R> {
  id: string;
  words: string;
  cell: (row: R) => ComponentChildren;
  by?: (row: R) => string | number;
  end?: boolean;
  head?: boolean;
  hideWords?: boolean;
}
interface Props<R> {
  name: string;
  columns: ColumnOf<R>[];
  rows: R[] | undefined;
  id: (row: R) => string;
  empty?: ComponentChildren;
  bones?: number;
  dense?: boolean;
}

export function Table<R>({ name, columns, rows, id, empty, bones = 4, dense = false }: Props<R>) {
  const [sort, setSort] = useState<{ id: string; down: boolean }>();
  const frame = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(frame, rows !== undefined && rows.length > 0);
  if (!rows) return <Skeleton lines={bones + 1} height={40} gap={1} />;
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  const by = columns.find((column) => column.id === sort?.id)?.by;
  const sorted = by ? [...rows].sort((a, b) => compare(by(a), by(b)) * (sort?.down ? -1 : 1)) : rows;
  return (
    <div ref={frame} class="table-frame" {...(scrolls ? { role: "region", "aria-label": name, tabIndex: 0 } : {})}>
      <table role="table" class={dense ? "table table-dense" : "table"}>
        <caption class="unseen">{name}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.id} role="columnheader" scope="col" class={column.end ? "end" : undefined} aria-sort={column.by ? (sort?.id !== column.id ? "none" : sort.down ? "descending" : "ascending") : undefined}>
                {column.by ? (
                  <button type="button" class="sort" title={t(common.sorted, { column: column.words })} onClick={() => setSort({ id: column.id, down: sort?.id === column.id && !sort.down })}>
                    {column.words}
                    <span class="sort-mark">{sort?.id === column.id && <Icon name={sort.down ? "down" : "up"} size={12} />}</span>
                  </button>
                ) : <span class={column.hideWords ? "unseen" : undefined}>{column.words}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {sorted.map((row) => (
            <tr key={id(row)} role="row">
              {columns.map((column) => column.head
                ? <th key={column.id} role="rowheader" scope="row">{column.cell(row)}</th>
                : <td key={column.id} role="cell" class={column.end ? "end figures" : undefined} data-words={column.hideWords ? undefined : column.words}>{column.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Whether something is wider than its window: only then the keyboard must reach it. */
function useScrolls(frame: RefObject<HTMLElement | null>, drawn: boolean): boolean {
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (!drawn || !element) return;
    const watcher = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [drawn]);
  return scrolls;
}

function compare(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
}
