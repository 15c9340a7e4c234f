/** The editor for a Vega-Lite specification of one's own, with what is wrong in words. Out of scope: what is allowed (own.ts). */
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../../words/t";
import { Editor } from "../page/editor/editor";
import type { OwnMistake } from "./own";
import { words } from "./words";

export function OwnEditor({ text, mistake, changed }: { text: string; mistake: string | undefined; changed: (text: string) => void }) {
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const typed = useRef(text);
  useEffect(() => {
    if (!frame.current?.contains(document.activeElement)) typed.current = text;
  }, [text]);
  const change = (next: string) => {
    typed.current = next;
    changed(next);
  };
  return (
    <div ref={frame} class="stack chart-own" role="group" aria-labelledby={id}>
      <p><strong id={id}>{t(words.spec)}</strong> <span class="muted small">{t(words.specHint)}</span></p>
      <Editor kind="json" source={text} latest={() => typed.current} label={t(words.spec)} holder="{ }" keys={{}} changed={change} />
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
