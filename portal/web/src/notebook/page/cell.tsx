/**
 * One cell: its frame, which takes the focus and the keys of cells, and by its kind a question or a text.
 *
 * Out of scope: what keys do (keys.ts), what is inside (sql-cell.tsx, text-cell.tsx).
 */
import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import type { Cell } from "../../api/types";
import { Icon } from "../../parts/icon";
import { Menu, type MenuItem } from "../../parts/menu";
import { t } from "../../words/t";
import { isSql } from "../document/model";
import { words } from "../words";
import { duplicate, indexOf, moveTo, remove, shift, turn } from "./acts";
import type { Book } from "./book";
import { useBook } from "./context";
import { cellKey } from "./keys";
import { SqlRoom } from "./sql-cell";
import { TextRoom } from "./text-cell";

export const CellFrame = memo(function CellFrame({ cell, index, last, near }: { cell: Cell; index: number; last: boolean; near: boolean }) {
  const book = useBook();
  const [explaining, setExplaining] = useState(false);
  const [over, setOver] = useState(false);
  const current = book.current.value === cell.id;
  const label = book.label(cell.id);
  const keys = (event: KeyboardEvent) => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (event.defaultPrevented || !target) return;
    const own = target === event.currentTarget;
    if (!own && !(event.key === "Escape" && target.closest(".editor, .cell-name"))) return;
    if (cellKey(book, cell.id, event, () => setExplaining(!explaining))) event.preventDefault();
  };
  return (
    <div
      id={`cell-${cell.id}`}
      class={`cell cell-${cell.kind}${current ? " cell-current" : ""}${over ? " cell-over" : ""}`}
      role="group"
      aria-label={label}
      tabIndex={current || near ? 0 : -1}
      onFocusIn={() => (book.current.value = cell.id)}
      onKeyDown={keys}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes(DRAGGED)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        const id = event.dataTransfer?.getData(DRAGGED);
        if (!id || id === cell.id) return;
        event.preventDefault();
        moveTo(book, id, index);
      }}
    >
      <div class="cell-gutter">
        <span class="cell-handle" draggable title={t(words.drag)} onDragStart={(event) => drag(event, cell.id)}>
          <span class="figures" aria-hidden="true">{index + 1}</span>
          <Icon name="grip" />
        </span>
      </div>
      <div class="cell-inside">
        {isSql(cell) ? <SqlRoom cell={cell} label={label} explaining={explaining} setExplaining={setExplaining} menu={<CellMenu cell={cell} label={label} index={index} last={last} />} /> : <TextRoom cell={cell} label={label} menu={<CellMenu cell={cell} label={label} index={index} last={last} />} />}
      </div>
    </div>
  );
});

const DRAGGED = "application/x-sekisho-cell";

function drag(event: DragEvent, id: string): void {
  event.dataTransfer?.setData(DRAGGED, id);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
}

function CellMenu({ cell, label, index, last }: { cell: Cell; label: string; index: number; last: boolean }) {
  const book = useBook();
  return <Menu label={t(words.cellMenu, { cell: label })} class="button quiet only-icon small-button" items={entries(book, cell, index, last)}><Icon name="more" /></Menu>;
}

function entries(book: Book, cell: Cell, index: number, last: boolean): (MenuItem | "line")[] {
  const { id } = cell;
  const run: MenuItem[] = isSql(cell) ? [{ words: t(words.runFrom), icon: "play", act: () => void book.runFrom(id) }] : [];
  const clear: MenuItem[] = isSql(cell) ? [{ words: t(words.clear), icon: "close", act: () => book.runs.forget(id), disabled: !book.runs.of(id).value }] : [];
  return [
    ...run,
    { words: t(words.moveUp), icon: "up", act: () => shift(book, id, -1), disabled: index === 0 },
    { words: t(words.moveDown), icon: "down", act: () => shift(book, id, 1), disabled: last },
    { words: t(words.duplicate), icon: "copy", act: () => duplicate(book, id) },
    { words: t(isSql(cell) ? words.toMarkdown : words.toSql), icon: "edit", act: () => turn(book, id, isSql(cell) ? "markdown" : "sql") },
    ...clear,
    "line",
    { words: t(words.removeCell), icon: "bin", bad: true, act: () => remove(book, id), disabled: indexOf(book, id) < 0 },
  ];
}
