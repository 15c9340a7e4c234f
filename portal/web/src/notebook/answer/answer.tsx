/**
 * What came of a question: figures as a table or a chart, with what they rest on; or why there are none.
 *
 * Out of scope: while it runs (page/progress.tsx), remedies that change the question (page/trouble.tsx).
 */
import { useState } from "preact/hooks";
import type { Answer, Question } from "../../api/types";
import { troubleOf } from "../../api/trouble";
import { Badge } from "../../parts/badge";
import { Link } from "../../parts/place";
import { Tabs } from "../../parts/tabs";
import { Note, TroubleBox } from "../../parts/trouble";
import { lang, t } from "../../words/t";
import { took } from "../../words/time";
import { Chart } from "../chart/chart";
import type { ChartChoice } from "../chart/choice";
import { GLYPH } from "../chart/encoding";
import type { Figures } from "../../api/figures";
import { Grid } from "./grid";
import { words } from "./words";
import "./answer.css";

type Given = Extract<Answer, { verdict: "released" | "explored" }>;

interface Props {
  /** Whose answer it is: which view was open is remembered by it. */
  cell: string;
  question: Question;
  answer: Given;
  figures: Figures | undefined;
  thrown: unknown;
  label: string;
  chart: unknown;
  keepChart: (choice: ChartChoice) => void;
}

/** Table or chart, by cell, as long as the page lives. */
const views = new Map<string, "table" | "chart">();

export function AnswerView({ cell, question, answer, figures, thrown, label, chart, keepChart }: Props) {
  const [view, setView] = useState(views.get(cell) ?? "table");
  const turn = (to: "table" | "chart") => {
    views.set(cell, to);
    setView(to);
  };
  if (!figures) return thrown === undefined ? null : <TroubleBox trouble={{ ...troubleOf(thrown), message: words.rowsTrouble }} />;
  return (
    <div class="answer">
      <Facts question={question} answer={answer} figures={figures} />
      {answer.notices.map((notice, index) => <Note key={index}><p>{t(notice.message)}</p>{notice.remedy && <p class="muted">{t(notice.remedy)}</p>}</Note>)}
      {answer.verdict === "explored" && <p class="muted small">{t(words.exploredHint)}</p>}
      {figures.rows === 0 ? (
        <p class="muted">{t(words.noRows)}</p>
      ) : (
        <Tabs label={t(words.view)} at={view} onTab={turn} tabs={[{ id: "table", words: t(words.table), icon: "table" }, { id: "chart", words: t(words.chart), icon: "chart" }]}>
          <div class="answer-panel">
            {view === "table" ? <Grid figures={figures} label={`${label} ${t(words.grid)}`} /> : <Chart figures={figures} kept={chart} keep={keepChart} />}
          </div>
        </Tabs>
      )}
    </div>
  );
}

function Facts({ question, answer, figures }: { question: Question; answer: Given; figures: Figures }) {
  const n = figures.rows.toLocaleString(lang.value);
  return (
    <p class="answer-facts small muted">
      {answer.verdict === "explored" && <Badge tone="warn" icon="eye">{t(words.explored)}</Badge>}
      <strong class="answer-rows">{figures.rows === 1 ? t(words.oneRow) : t(words.rows, { n })}</strong>
      {figures.hiddenCells > 0 && <Link href="/help#suppressed" class="answer-suppressed" title={t(words.whySuppressed)}><Badge><span aria-hidden="true">{GLYPH} </span>{t(words.suppressed, { n: figures.hiddenCells })}</Badge></Link>}
      <span class="figures">{took(question.elapsed)}</span>
      <span>{t(words.policy, { policy: answer.policy })}</span>
      <span>{t(words.snapshot, { snapshot: answer.snapshot })}</span>
      {answer.audit !== null && <span>{t(words.audit, { n: answer.audit })}</span>}
    </p>
  );
}
