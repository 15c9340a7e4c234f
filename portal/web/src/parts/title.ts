/** The document's title follows the page, and the language; `told` is the same, for the line that screen readers hear. */
import { signal } from "@preact/signals";
import { common } from "../words/common";
import { t } from "../words/t";

export const told = signal("");

export function title(words: string): void {
  told.value = words;
  document.title = words === "" ? t(common.name) : `${words} — ${t(common.name)}`;
}
