/** A question: its editor, its name, running it, and what came of it. Out of scope: the frame and its keys (cell.tsx). */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { troubleOf } from "../../api/trouble";
import { labelsShown } from "../../catalogue/profile/profiles";
import { Button } from "../../parts/button";
import { Check } from "../../parts/field";
import { Note, TroubleBox } from "../../parts/trouble";
import { t } from "../../words/t";
import { AnswerView } from "../answer/answer";
import type { SqlCell } from "../document/model";
import { earlierNamed, namedTooLate } from "../sql/views";
import { words } from "../words";
import { indexOf, sourceOf } from "./acts";
import { CellName } from "./cell-name";
import { useBook } from "./context";
import { Editor } from "./editor/editor";
import { Explain } from "./explain";
import { wanted } from "./focus";
import { editorKeys } from "./keys";
import { fixesFor, isStale, marksOf, troubleOfAnswer } from "./marks";
import { Problem } from "./problem";
import { Progress } from "./progress";
import { isAnswered, isBusy, isRowsOnly, type Done } from "./runs";

interface Props { cell: SqlCell; label: string; explaining: boolean; setExplaining: (open: boolean) => void; menu: VNode }

export function SqlRoom({ cell, label, explaining, setExplaining, menu }: Props) {
  const book = useBook();
  const run = book.runs.of(cell.id).value;
  const marks = marksOf(book, cell);
  const steady = useMemo(() => marks, [JSON.stringify(marks)]);
  const keys = useMemo(() => editorKeys(book, cell.id), [book, cell.id]);
  const ask = book.ask(cell.id);
  return (
    <>
      <div class="cell-bar">
        <span class="cell-kind">{t(words.sql)}</span>
        <CellName cell={cell} />
        {book.catalogue.policy.exploring && (
          <span title={t(words.exploreHint)}><Check words={t(words.explore)} value={cell.explore ?? false} onValue={(explore) => book.edit({ kind: "explore", id: cell.id, explore })} /></span>
        )}
        <span class="cell-bar-end">
          <Button kind="quiet" small icon="info" aria-pressed={explaining} onClick={() => setExplaining(!explaining)}>{t(words.explain)}</Button>
          {menu}
          <Button small icon="play" kind="main" aria-label={`${t(words.run)}: ${label}`} disabled={isBusy(run) || cell.source.trim() === ""} onClick={() => void book.run([cell.id])}>{t(words.run)}</Button>
        </span>
      </div>
      <Editor
        kind="sql"
        source={cell.source}
        latest={() => sourceOf(book, cell.id)}
        label={label}
        holder={t(words.sqlHolder)}
        changed={(source) => book.edit({ kind: "source", id: cell.id, source })}
        keys={keys}
        around={() => ({
          catalogue: book.catalogue,
          earlier: earlierNamed(book.document.peek(), cell.id),
          parameters: book.document.peek().parameters.map((each) => each.name),
          labels: (table, column) => labelsShown(book.catalogue, table, column),
        })}
        marks={steady}
        wanted={wanted.value?.id === cell.id ? wanted.value : undefined}
      />
      <TooLate cell={cell} />
      {explaining && ask && <Explain study={book.study} ask={ask} close={() => setExplaining(false)} />}
      <div class="cell-result"><Result cell={cell} label={label} /></div>
    </>
  );
}

function Result({ cell, label }: { cell: SqlCell; label: string }) {
  const book = useBook();
  const run = book.runs.of(cell.id).value;
  if (!run) return null;
  if (isBusy(run)) {
    const before = "previous" in run ? run.previous : undefined;
    return (
      <>
        <Progress run={run} cancel={() => void book.runs.cancel(cell.id)} />
        {before && <div class="answer-before" inert><Given cell={cell} label={label} run={before} /></div>}
      </>
    );
  }
  if (run.state === "broken") return <TroubleBox trouble={troubleOf(run.thrown)} again={() => void book.run([cell.id])} />;
  if (run.state !== "done") return null;
  const stale = isStale(run, book.ask(cell.id));
  const trouble = troubleOfAnswer(run.answer);
  return (
    <>
      {stale && <div class="stale"><span>{t(words.stale)}</span><Button small icon="refresh" onClick={() => void book.run([cell.id])}>{t(words.runAgain)}</Button></div>}
      {trouble && <Problem cell={cell} trouble={trouble} fixes={stale ? [] : fixesFor(book, cell, trouble)} rowsOnly={Boolean(cell.name) && isRowsOnly(run.answer)} />}
      <Given cell={cell} label={label} run={run} />
    </>
  );
}

function Given({ cell, label, run }: { cell: SqlCell; label: string; run: Done }) {
  const book = useBook();
  if (!isAnswered(run.answer)) return null;
  return (
    <AnswerView
      key={run.question.question}
      cell={cell.id}
      question={run.question}
      answer={run.answer}
      figures={run.figures}
      thrown={run.thrown}
      label={label}
      chart={cell.chart}
      keepChart={(choice) => book.edit({ kind: "chart", id: cell.id, chart: choice })}
    />
  );
}

/** A cell further down that this one seems to use. */
function TooLate({ cell }: { cell: SqlCell }) {
  const book = useBook();
  const late = namedTooLate(book.document.value, cell.id, cell.source)[0];
  if (!late) return null;
  const name = late.name ?? "";
  const move = () => book.edit({ kind: "move", id: late.id, to: indexOf(book, cell.id) });
  return <Note><p>{t(words.tooLate, { name })}</p><Button small icon="up" onClick={move}>{t(words.moveAbove, { name })}</Button></Note>;
}
