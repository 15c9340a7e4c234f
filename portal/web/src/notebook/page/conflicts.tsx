/** Two persons changed the same: both sides beside each other, and a choice for each. It must be answered; nothing is saved before. */
import { useId, useState } from "preact/hooks";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { t } from "../../words/t";
import type { Conflict } from "../document/merge";
import { headline } from "../document/model";
import { choices, type Choice } from "../document/resolve";
import { useBook } from "./context";
import { Lines, whole } from "./difference-view";
import { versionWords as words } from "./version-words";

export function Conflicts() {
  const book = useBook();
  const state = book.saving.value;
  return state.kind === "conflict" ? <Choosing key={state.there.version} conflicts={state.merged.conflicts} editor={state.there.editor} /> : null;
}

function Choosing({ conflicts, editor }: { conflicts: Conflict[]; editor: string }) {
  const book = useBook();
  const [chosen, setChosen] = useState<(Choice | undefined)[]>(() => conflicts.map(() => undefined));
  const left = chosen.filter((each) => each === undefined).length;
  const foot = (
    <>
      <span class="muted small conflict-left" role="status">{left > 0 ? t(words.left, { n: left }) : ""}</span>
      <Button kind="main" icon="save" disabled={left > 0} onClick={() => book.settle(chosen)}>{t(words.finish)}</Button>
    </>
  );
  return (
    <Dialog title={t(words.conflictTitle)} role="alertdialog" wide foot={foot}>
      <p>{t(words.conflictText, { editor, n: conflicts.length })}</p>
      <p class="muted small">{t(words.base)}</p>
      {conflicts.map((conflict, index) => (
        <OneConflict key={index} conflict={conflict} editor={editor} title={t(words.conflictNth, { n: index + 1, all: conflicts.length, what: what(conflict) })} chosen={chosen[index]} choose={(choice) => setChosen(chosen.with(index, choice))} />
      ))}
    </Dialog>
  );
}

function what(conflict: Conflict): string {
  if (conflict.kind === "title") return t(words.theTitle);
  if (conflict.kind === "parameter") return t(words.theParameter, { name: conflict.name });
  const cell = conflict.mine ?? conflict.theirs ?? conflict.base;
  return t(words.theCell, { name: (cell && headline(cell)) || conflict.id });
}

const KEEP: Record<Choice, { ja: string; en: string }> = { mine: words.keepMine, theirs: words.keepTheirs, both: words.keepBoth };

function OneConflict({ conflict, editor, title, chosen, choose }: { conflict: Conflict; editor: string; title: string; chosen: Choice | undefined; choose: (choice: Choice) => void }) {
  const id = useId();
  const [base, mine, theirs] = [textOf(conflict, "base") ?? "", textOf(conflict, "mine"), textOf(conflict, "theirs")];
  return (
    <fieldset class="conflict">
      <legend>{title}</legend>
      <div class="conflict-sides">
        <section class={chosen === "theirs" ? "conflict-dropped" : ""} aria-label={t(words.mine)}>
          <h3>{t(words.mine)}</h3>
          {mine === undefined ? <p class="muted">{t(words.deletedMine)}</p> : <Lines before={base} after={mine} />}
        </section>
        <section class={chosen === "mine" ? "conflict-dropped" : ""} aria-label={t(words.theirs, { editor })}>
          <h3>{t(words.theirs, { editor })}</h3>
          {theirs === undefined ? <p class="muted">{t(words.deletedTheirs)}</p> : <Lines before={base} after={theirs} />}
        </section>
      </div>
      <div class="row">
        {choices(conflict).map((choice) => (
          <label key={choice} class="check"><input type="radio" name={id} checked={chosen === choice} onChange={() => choose(choice)} /><span>{t(KEEP[choice])}</span></label>
        ))}
      </div>
    </fieldset>
  );
}

function textOf(conflict: Conflict, side: "base" | "mine" | "theirs"): string | undefined {
  if (conflict.kind === "title") return conflict[side];
  if (conflict.kind === "cell") return conflict[side] && whole(conflict[side]);
  const parameter = conflict[side]?.parameter;
  return parameter && `${parameter.type}: ${parameter.value === null ? "NULL" : String(parameter.value)}`;
}
