/** The editor for a Vega-Lite specification of one's own, with what is wrong in words. Out of scope: what is allowed (own.ts). */
import { useId } from "preact/hooks";
import { t } from "../../words/t";
import { Editor } from "../page/editor/editor";
import type { OwnMistake } from "./own";
import { words } from "./words";

export function OwnEditor({ text, mistake, changed }: { text: string; mistake: string | undefined; changed: (text: string) => void }) {
  const id = useId();
  return (
    <div class="stack chart-own" role="group" aria-labelledby={id}>
      <p><strong id={id}>{t(words.spec)}</strong> <span class="muted small">{t(words.specHint)}</span></p>
      <Editor kind="json" source={text} label={t(words.spec)} holder="{ }" keys={{}} changed={changed} />
      <p class="field-mistake" role="status">{mistake ?? ""}</p>
    </div>
  );
}

export function said(mistake: OwnMistake): string {
  switch (mistake.kind) {
    case "json":
      return t(words.badJson, { said: mistake.said });
    case "shape":
      return t(words.badShape);
    case "forbidden":
      return t(words.forbidden, { key: mistake.key });
  }
}
