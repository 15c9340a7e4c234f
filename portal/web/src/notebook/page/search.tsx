/** Searching the cells: what is found, each a step away. Out of scope: replacing. */
import { useState } from "preact/hooks";
import { Dialog } from "../../parts/dialog";
import { Field } from "../../parts/field";
import { t } from "../../words/t";
import { isSql } from "../document/model";
import { words } from "../words";
import { write } from "./acts";
import { useBook } from "./context";
import { find, type Found } from "./find";
import { focusCell, focusEditor } from "./focus";

export function Search({ close }: { close: () => void }) {
  const book = useBook();
  const [text, setText] = useState("");
  const { cells } = book.document.value;
  const found = find(cells, text);
  const go = ({ id, at }: Found) => {
    close();
    const cell = cells.find((each) => each.id === id);
    book.current.value = id;
    if (at === undefined || !cell) return focusCell(id);
    if (!isSql(cell)) write(book, id, true);
    window.setTimeout(() => focusEditor(id, at));
  };
  return (
    <Dialog title={t(words.search)} close={close} onSubmit={() => found[0] && go(found[0])}>
      <Field words={t(words.search)} hideWords hint={t(words.searchHint)} type="search" value={text} onValue={setText} />
      <p class="muted small" role="status">{text.trim() === "" ? " " : found.length === 0 ? t(words.nothingFound) : t(words.found, { n: found.length })}</p>
      <ul class="found">
        {found.map((each, index) => (
          <li key={index}>
            <button type="button" class="found-one" onClick={() => go(each)}>
              <span class="muted small">{book.label(each.id)}</span>
              <span class="mono found-line">{each.before}<mark>{each.match}</mark>{each.after}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
