/**
 * What went wrong and what to do, in the language chosen; never a bare code. `<TroubleBox trouble={trouble} again={reload} />`
 * tone: "bad" (default) or "warn" for what is merely closed · again: shows "try again" · children: more to do
 * `<Note>`: a calm remark in the same frame.
 */
import type { ComponentChildren } from "preact";
import type { Trouble } from "../api/types";
import { common } from "../words/common";
import { lang, t } from "../words/t";
import { Button } from "./button";
import { Icon } from "./icon";
import "./trouble.css";

interface Props { trouble: Pick<Trouble, "message" | "remedy">; tone?: "bad" | "warn"; again?: () => void; children?: ComponentChildren }

export function TroubleBox({ trouble, tone = "bad", again, children }: Props) {
  return (
    <div class={`trouble trouble-${tone}`} role={tone === "bad" ? "alert" : undefined}>
      <Icon name="warn" />
      <div class="trouble-words">
        <strong>{t(trouble.message)}</strong>
        {trouble.remedy[lang.value] !== "" && <p>{t(trouble.remedy)}</p>}
        {(again || children) && <div class="row trouble-do">{again && <Button small icon="refresh" onClick={again}>{t(common.again)}</Button>}{children}</div>}
      </div>
    </div>
  );
}

export function Note({ children }: { children: ComponentChildren }) {
  return <div class="trouble trouble-plain"><Icon name="info" /><div class="trouble-words">{children}</div></div>;
}
