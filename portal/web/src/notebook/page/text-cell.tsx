/** A text in Markdown: shown, or written. Out of scope: the frame and its keys (cell.tsx). */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../parts/button";
import { t } from "../../words/t";
import type { MarkdownCell } from "../document/model";
import { words } from "../words";
import { sourceOf, write } from "./acts";
import { useBook } from "./context";
import { Editor } from "./editor/editor";
import { focusCell, focusEditor, wanted } from "./focus";
import { editorKeys } from "./keys";
import { Markdown } from "./markdown";

export function TextRoom({ cell, label, menu }: { cell: MarkdownCell; label: string; menu: VNode }) {
  const book = useBook();
  const writing = book.writing.value.has(cell.id);
  const keys = useMemo(() => editorKeys(book, cell.id), [book, cell.id]);
  const edit = () => {
    write(book, cell.id, true);
    focusEditor(cell.id);
  };
  const done = () => {
    write(book, cell.id, false);
    focusCell(cell.id);
  };
  return (
    <>
      <div class="cell-bar cell-bar-text">
        {writing && <span class="cell-kind">{t(words.markdown)}</span>}
        <span class="cell-bar-end">
          {writing ? <Button small icon="check" onClick={done}>{t(words.doneEditing)}</Button> : <Button kind="quiet" small icon="edit" onClick={edit}>{t(words.editMarkdown)}</Button>}
          {menu}
        </span>
      </div>
      {writing ? (
        <Editor kind="markdown" source={cell.source} latest={() => sourceOf(book, cell.id)} label={label} holder={t(words.markdownHolder)} keys={keys} changed={(source) => book.edit({ kind: "source", id: cell.id, source })} wanted={wanted.value?.id === cell.id ? wanted.value : undefined} />
      ) : (
        <div onDblClick={edit}>{cell.source.trim() === "" ? <p class="muted">{t(words.emptyMarkdown)}</p> : <Markdown source={cell.source} />}</div>
      )}
    </>
  );
}
