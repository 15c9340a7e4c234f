/**
 * A refusal or a failure below its question: what, why, and remedies one click away.
 *
 * Out of scope: which remedies fit (sql/fixes.ts), underlining (marks.ts).
 */
import type { Trouble } from "../../api/types";
import { Button } from "../../parts/button";
import { TroubleBox } from "../../parts/trouble";
import { t } from "../../words/t";
import { isSql, type SqlCell } from "../document/model";
import type { Fix } from "../sql/fixes";
import { rangeAt } from "../sql/place";
import { words } from "../words";
import { useBook } from "./context";
import { focusCell, focusEditor } from "./focus";
import { applyFix, fixWords } from "./remedies";

interface Props { cell: SqlCell; trouble: Trouble & { view?: string }; fixes: Fix[]; rowsOnly: boolean }

export function Problem({ cell, trouble, fixes, rowsOnly }: Props) {
  const book = useBook();
  const view = trouble.view === undefined ? undefined : book.document.value.cells.find((each) => isSql(each) && each.name === trouble.view);
  const at = trouble.at && rangeAt(cell.source, trouble.at).from;
  if (rowsOnly) {
    const name = cell.name ?? "";
    return <div class="rows-only"><TroubleBox tone="warn" trouble={{ message: words.rowsOnlyTitle, remedy: fill(name) }} /></div>;
  }
  return (
    <TroubleBox trouble={trouble} tone="bad">
      {view && <span>{t(words.inView, { name: trouble.view ?? "" })}</span>}
      {view && <Button small onClick={() => focusCell(view.id)}>{t(words.showView, { name: trouble.view ?? "" })}</Button>}
      {!view && at !== undefined && <Button small onClick={() => focusEditor(cell.id, at)}>{t(words.showPlace)}</Button>}
      {!view && fixes.map((fix) => <Button key={fixWords(fix)} small icon="check" onClick={() => applyFix(book, cell, fix)}>{fixWords(fix)}</Button>)}
    </TroubleBox>
  );
}

function fill(name: string) {
  const put = (text: string) => text.replaceAll("{name}", name);
  return { ja: put(words.rowsOnly.ja), en: put(words.rowsOnly.en) };
}
