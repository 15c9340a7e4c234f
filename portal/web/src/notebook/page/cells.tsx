/** All cells, and the places between them where one can be added. Out of scope: a cell itself (cell.tsx). */
import { Button } from "../../parts/button";
import { Empty } from "../../parts/empty";
import { t } from "../../words/t";
import { words } from "../words";
import { add } from "./acts";
import { CellFrame } from "./cell";
import { useBook } from "./context";

export function Cells() {
  const book = useBook();
  const { cells } = book.document.value;
  const current = book.current.value;
  const known = cells.some((cell) => cell.id === current);
  if (cells.length === 0) return <Empty title={t(words.emptyBook)} icon="file"><Add at={0} large /></Empty>;
  return (
    <section class="cells" aria-label={t(words.cells)}>
      <h2 class="unseen">{t(words.cells)}</h2>
      {cells.map((cell, index) => (
        <div key={cell.id} class="cell-place">
          <Add at={index} />
          <CellFrame cell={cell} index={index} last={index === cells.length - 1} near={!known && index === 0} />
        </div>
      ))}
      <Add at={cells.length} large />
    </section>
  );
}

/** Between two cells it shows on hover and focus; below the last it is always there. */
function Add({ at, large = false }: { at: number; large?: boolean }) {
  const book = useBook();
  const place = t(words.addHere);
  return (
    <div class={`add${large ? " add-large" : ""}`} role="group" aria-label={place}>
      <Button small icon="plus" kind={large ? "plain" : "quiet"} onClick={() => add(book, at, "sql")}>{t(words.addSql)}</Button>
      <Button small icon="plus" kind={large ? "plain" : "quiet"} onClick={() => add(book, at, "markdown")}>{t(words.addMarkdown)}</Button>
    </div>
  );
}
