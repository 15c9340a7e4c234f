/** The document's title follows the page, and the language. */
import { common } from "../words/common";
import { t } from "../words/t";

export function title(words: string): void {
  document.title = words === "" ? t(common.name) : `${words} — ${t(common.name)}`;
}
