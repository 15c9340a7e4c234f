/**
 * A question of a form: words, box, hint and mistake, joined for screen readers.
 *
 * `<Field words="課題番号" value={v} onValue={setV} hint="…" mistake="…" required />`
 * words: the label · hint: said below it · mistake: what is wrong, in words (sets aria-invalid) · optional: says so beside the label
 * everything else an <input> takes; `onValue` has the text
 * `PasswordField`: the same with show/hide · `Select`: with `choices: { value, words }[]` · `TextArea`: several lines
 * `Checks`: several of `choices`, as a group · `Labelled`: the frame alone, for a box of one's own
 */
import type { ComponentProps, VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { common } from "../words/common";
import { t } from "../words/t";
import { Icon } from "./icon";
import "./field.css";

export interface Frame { words: string; hint?: string; mistake?: string; optional?: boolean; hideWords?: boolean }
export interface Choice<T extends string = string> { value: T; words: string }
type Box<E extends "input" | "select" | "textarea"> = Frame & Omit<ComponentProps<E>, "value" | "icon" | "onValue" | "children" | "role"> & { value: string; onValue: (value: string) => void };

/** What a box needs to be joined with its label, hint and mistake. */
export interface Joined { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined }

export function Labelled({ words, hint, mistake, optional, hideWords, box }: Frame & { box: (joined: Joined) => VNode }) {
  const id = useId();
  const described = [hint && `${id}-hint`, mistake && `${id}-mistake`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id} class={hideWords ? "unseen" : "field-words"}>
        {words}
        {optional && <span class="field-optional">{t(common.optional)}</span>}
      </label>
      {box({ id, "aria-describedby": described || undefined, "aria-invalid": mistake ? true : undefined })}
      {mistake && <Mistake id={`${id}-mistake`} words={mistake} />}
      {hint && <p id={`${id}-hint`} class="field-hint">{hint}</p>}
    </div>
  );
}

export function Field({ words, hint, mistake, optional, hideWords, value, onValue, ...rest }: Box<"input">) {
  return (
    <Labelled {...{ words, hint, mistake, optional, hideWords }} box={(joined) => (
      <input autocomplete="off" {...(rest as object)} {...joined} class={`box ${String(rest.class ?? "")}`} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
    )} />
  );
}

export function PasswordField({ words, hint, mistake, value, onValue, ...rest }: Box<"input">) {
  const [shown, setShown] = useState(false);
  const label = t(shown ? password.hide : password.show);
  return (
    <Labelled {...{ words, hint, mistake }} box={(joined) => (
      <div class="box-beside">
        <input {...(rest as object)} {...joined} class="box" type={(shown ? "text" : "password") as "text"} autocapitalize="none" spellcheck={false} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
        <button type="button" class="box-end" aria-pressed={shown} aria-label={label} title={label} onClick={() => setShown(!shown)}>
          <Icon name={shown ? "eyeShut" : "eye"} />
        </button>
      </div>
    )} />
  );
}

export function Select<T extends string>({ words, hint, mistake, optional, hideWords, value, onValue, choices, ...rest }: Omit<Box<"select">, "value" | "onValue"> & { value: T; onValue: (value: T) => void; choices: Choice<T>[] }) {
  return (
    <Labelled {...{ words, hint, mistake, optional, hideWords }} box={(joined) => (
      <div class="box-beside">
        <select {...rest} {...joined} class="box select" value={value} onChange={(event) => onValue(event.currentTarget.value as T)}>
          {choices.map((one) => <option key={one.value} value={one.value}>{one.words}</option>)}
        </select>
        <span class="select-mark"><Icon name="down" size={12} /></span>
      </div>
    )} />
  );
}

export function TextArea({ words, hint, mistake, optional, hideWords, value, onValue, ...rest }: Box<"textarea">) {
  return (
    <Labelled {...{ words, hint, mistake, optional, hideWords }} box={(joined) => (
      <textarea rows={3} {...rest} {...joined} class="box" value={value} onInput={(event) => onValue(event.currentTarget.value)} />
    )} />
  );
}

export function Checks<T extends string>({ words, hint, mistake, value, onValue, choices }: Frame & { value: T[]; onValue: (value: T[]) => void; choices: (Choice<T> & { hint?: string })[] }) {
  const id = useId();
  const described = [hint && `${id}-hint`, mistake && `${id}-mistake`].filter(Boolean).join(" ");
  return (
    <fieldset class="field checks" aria-describedby={described || undefined}>
      <legend class="field-words">{words}</legend>
      {hint && <p id={`${id}-hint`} class="field-hint">{hint}</p>}
      {choices.map((one) => (
        <label key={one.value} class="check">
          <input
            type="checkbox"
            checked={value.includes(one.value)}
            onChange={(event) => onValue(event.currentTarget.checked ? [...value, one.value] : value.filter((other) => other !== one.value))}
          />
          <span>{one.words}{one.hint && <span class="muted small"> {one.hint}</span>}</span>
        </label>
      ))}
      {mistake && <Mistake id={`${id}-mistake`} words={mistake} />}
    </fieldset>
  );
}

/** One tick box with its words. */
export function Check({ words, value, onValue }: { words: string; value: boolean; onValue: (value: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={value} onChange={(event) => onValue(event.currentTarget.checked)} />
      <span>{words}</span>
    </label>
  );
}

function Mistake({ id, words }: { id: string; words: string }) {
  return <p id={id} class="field-mistake"><Icon name="warn" size={14} />{words}</p>;
}

const password = {
  show: { ja: "パスワードを表示", en: "Show the password" },
  hide: { ja: "パスワードを隠す", en: "Hide the password" },
};
