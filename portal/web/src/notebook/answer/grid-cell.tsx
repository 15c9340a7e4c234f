/** One cell of the grid: a figure, NULL, or suppressed. Out of scope: where the popover with the reason stands (reason.tsx). */
import type { Suppressed } from "../../api/types";
import { lang, t } from "../../words/t";
import { GLYPH } from "../chart/encoding";
import type { Kind, Value } from "../../api/figures";
import { exact } from "./format";
import type { Asked } from "./reason";
import { words } from "./words";

interface Props {
  kind: Kind;
  value: Value;
  text: string;
  hidden: Suppressed | undefined;
  column: number;
  here: boolean;
  act: () => void;
  ask: (asked: Asked | undefined) => void;
}

export function GridCell({ kind, value, text, hidden, column, here, act, ask }: Props) {
  const tell = (event: { currentTarget: HTMLElement }) => ask(hidden && { cell: event.currentTarget, hidden });
  const full = typeof value === "number" && kind === "number" ? exact(value, lang.value) : text;
  return (
    <div
      role="gridcell"
      aria-colindex={column + 1}
      class={`grid-cell${kind === "number" ? " grid-end figures" : ""}${hidden ? " grid-hidden" : ""}`}
      tabIndex={here ? 0 : -1}
      data-spot={here ? "here" : undefined}
      title={!hidden && full !== text ? full : undefined}
      onClick={act}
      onFocus={tell}
      onPointerEnter={hidden ? tell : undefined}
      onBlur={hidden ? () => ask(undefined) : undefined}
    >
      {hidden ? (
        <>
          <span class="grid-glyph" aria-hidden="true">{GLYPH}</span>
          <span class="unseen">{`${t(words.hidden)}. ${t(hidden.message)} ${t(hidden.remedy)}`}</span>
        </>
      ) : value === null ? (
        <span class="grid-null">{t(words.nothing)}</span>
      ) : (
        <span class="grid-text">{text}</span>
      )}
    </div>
  );
}
