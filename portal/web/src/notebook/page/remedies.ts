/** Remedies that change the question: their words, and doing them. Out of scope: which fit (sql/fixes.ts). */
import { t } from "../../words/t";
import { blank, type SqlCell } from "../document/model";
import type { Fix } from "../sql/fixes";
import { guessedType } from "../sql/views";
import { words } from "../words";
import type { Book } from "./book";
import { focusEditor } from "./focus";

export function fixWords(fix: Fix): string {
  switch (fix.kind) {
    case "replace":
      return t(words.fixReplace, { text: fix.text });
    case "remove-limit":
      return t(words.fixLimit);
    case "count-instead":
      return t(words.fixCount);
    case "add-parameter":
      return t(words.fixParameter, { name: fix.name });
    case "leave-exploring":
      return t(words.fixExploring);
  }
}

export function applyFix(book: Book, cell: SqlCell, fix: Fix): void {
  switch (fix.kind) {
    case "add-parameter":
      book.edit({ kind: "parameter", name: fix.name, parameter: blank(guessedType(fix.name)) });
      requestAnimationFrame(() => document.getElementById(`parameter-${fix.name}`)?.focus());
      return;
    case "leave-exploring":
      return book.edit({ kind: "explore", id: cell.id, explore: false });
    default:
      book.edit({ kind: "source", id: cell.id, source: cell.source.slice(0, fix.range.from) + fix.text + cell.source.slice(fix.range.to) });
      focusEditor(cell.id, fix.range.from + fix.text.length);
  }
}
