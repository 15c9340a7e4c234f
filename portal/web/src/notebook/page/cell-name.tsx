/** The name of a question's cell, by which later cells use it. What can't be a name is said at once and not kept. */
import { useEffect, useId, useState } from "preact/hooks";
import { t } from "../../words/t";
import type { SqlCell } from "../document/model";
import { folded, nameMistake, type NameMistake } from "../document/naming";
import { words } from "../words";
import { useBook } from "./context";

export const MISTAKES: Record<NameMistake, { ja: string; en: string }> = {
  form: words.nameForm,
  long: words.nameLong,
  reserved: words.nameReserved,
  table: words.nameTable,
  taken: words.nameTaken,
};

export function CellName({ cell }: { cell: SqlCell }) {
  const book = useBook();
  const id = useId();
  const [typed, setTyped] = useState(cell.name ?? "");
  useEffect(() => {
    if (folded(typed) !== (cell.name ?? "")) setTyped(cell.name ?? "");
  }, [cell.name]);
  const mistake = nameMistake(book.document.value, cell.id, typed, book.catalogue.tables.map((table) => table.name));
  const change = (name: string) => {
    setTyped(name);
    if (!nameMistake(book.document.peek(), cell.id, name, book.catalogue.tables.map((table) => table.name))) book.edit({ kind: "name", id: cell.id, name });
  };
  return (
    <span class="cell-name">
      <input
        class="cell-name-box mono"
        value={typed}
        aria-label={t(words.name)}
        title={t(words.name)}
        placeholder={t(words.nameShort)}
        aria-invalid={mistake ? true : undefined}
        aria-describedby={mistake ? id : undefined}
        autocapitalize="none"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => change(event.currentTarget.value)}
        onBlur={() => mistake && setTyped(cell.name ?? "")}
      />
      {mistake && <span id={id} class="cell-name-mistake" role="status">{t(MISTAKES[mistake])}</span>}
    </span>
  );
}
