/**
 * Which places of a cell are underlined: its own refusal or failure, and those of later cells that happened inside of it.
 *
 * Only while the text is still the one that was asked. Out of scope: drawing.
 */
import type { Answer, Trouble } from "../../api/types";
import { t } from "../../words/t";
import { isSql, type SqlCell } from "../document/model";
import { folded } from "../document/naming";
import { fixes, type Fix } from "../sql/fixes";
import { withoutEnd } from "../sql/lexer";
import { rangeAt } from "../sql/place";
import { earlierNamed, missingParameters } from "../sql/views";
import type { Book } from "./book";
import type { Mark } from "./editor/code";
import { applyFix, fixWords } from "./remedies";
import { isRowsOnly, type Run } from "./runs";

export function troubleOfAnswer(answer: Answer): (Trouble & { view?: string }) | undefined {
  return answer.verdict === "refused" ? answer.refusal : answer.verdict === "failed" ? answer.failure : undefined;
}

export function fixesFor(book: Book, cell: SqlCell, trouble: Trouble): Fix[] {
  const document = book.document.value;
  return fixes(trouble, cell.source, {
    catalogue: book.catalogue,
    cells: earlierNamed(document, cell.id).map((each) => each.name ?? ""),
    missing: missingParameters(document),
    explore: cell.explore ?? false,
  });
}

export function marksOf(book: Book, cell: SqlCell): Mark[] {
  const own = troublesOf(book, cell);
  const marks = own.flatMap((trouble): Mark[] => {
    if (!trouble.at) return [];
    const actions = fixesFor(book, cell, trouble).map((fix) => ({ name: fixWords(fix), apply: () => applyFix(book, cell, fix) }));
    return [{ ...rangeAt(cell.source, trouble.at), message: `${t(trouble.message)}\n${t(trouble.remedy)}`, actions }];
  });
  return marks.filter((mark, index) => marks.findIndex((other) => other.from === mark.from && other.message === mark.message) === index);
}

function troublesOf(book: Book, cell: SqlCell): Trouble[] {
  return book.document.value.cells.filter(isSql).flatMap((asker) => {
    const run = book.runs.of(asker.id).value;
    const trouble = run?.state === "done" ? troubleOfAnswer(run.answer) : undefined;
    if (!trouble || run?.state !== "done") return [];
    const view = trouble.view === undefined ? undefined : folded(trouble.view);
    if (view === undefined && cell.name && isRowsOnly(run.answer)) return [];
    if (view === undefined) return asker.id === cell.id && run.asked.sql === withoutEnd(cell.source) ? [trouble] : [];
    const sent = run.asked.views?.find((each) => each.name === view);
    return cell.name !== undefined && folded(cell.name) === view && sent?.sql === withoutEnd(cell.source) ? [trouble] : [];
  });
}

/** Whether an answer belongs to another text than the one that stands there now. */
export function isStale(run: Run | undefined, ask: unknown): boolean {
  return run?.state === "done" && JSON.stringify(run.asked) !== JSON.stringify(ask);
}
