/** The notebook's parameters, each with a control that fits its kind. Out of scope: where they are used (sql/views.ts). */
import { useState } from "preact/hooks";
import type { Parameter } from "../../api/types";
import { Button, IconButton } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { Field, Select } from "../../parts/field";
import { common } from "../../words/common";
import { t } from "../../words/t";
import { blank, type NamedParameter } from "../document/model";
import { parameterMistake } from "../document/naming";
import { guessedType, missingParameters } from "../sql/views";
import { words } from "../words";
import { MISTAKES } from "./cell-name";
import { useBook } from "./context";
import { numberOf } from "./number";

const TYPES: Record<Parameter["type"], { ja: string; en: string }> = {
  text: words.typeText, integer: words.typeInteger, real: words.typeReal, date: words.typeDate, boolean: words.typeBoolean,
};

export function Parameters() {
  const book = useBook();
  const [adding, setAdding] = useState(false);
  const { parameters } = book.document.value;
  const missing = missingParameters(book.document.value);
  return (
    <section class="parameters" aria-label={t(words.parameters)}>
      <h2 class="parameters-title">{t(words.parameters)}</h2>
      {parameters.map((each) => <OneParameter key={`${each.name} ${each.parameter.type}`} each={each} />)}
      {missing.map((name) => (
        <Button key={name} small icon="plus" class="parameter-missing" title={t(words.missing)} onClick={() => book.edit({ kind: "parameter", name, parameter: blank(guessedType(name)) })}>
          {t(words.fixParameter, { name: `:${name}` })}
        </Button>
      ))}
      <Button small kind="quiet" icon="plus" title={t(words.parametersHint)} onClick={() => setAdding(true)}>{t(words.addParameter)}</Button>
      {adding && <AddParameter close={() => setAdding(false)} />}
    </section>
  );
}

function OneParameter({ each: { name, parameter } }: { each: NamedParameter }) {
  const book = useBook();
  const set = (next: Parameter) => book.edit({ kind: "parameter", name, parameter: next });
  return (
    <div class="parameter">
      <label class="mono" for={`parameter-${name}`}>:{name}</label>
      <Control id={`parameter-${name}`} parameter={parameter} set={set} />
      <IconButton small icon="close" label={t(words.removeParameter, { name })} onClick={() => book.edit({ kind: "remove-parameter", name })} />
    </div>
  );
}

function Control({ id, parameter, set }: { id: string; parameter: Parameter; set: (next: Parameter) => void }) {
  const [typed, setTyped] = useState(parameter.value === null ? "" : String(parameter.value));
  if (parameter.type === "boolean") {
    return (
      <select id={id} class="box parameter-box" value={String(parameter.value)} onChange={(event) => set({ type: "boolean", value: { true: true, false: false }[event.currentTarget.value] ?? null })}>
        <option value="null">{t(words.empty)}</option>
        <option value="true">{t(words.yes)}</option>
        <option value="false">{t(words.no)}</option>
      </select>
    );
  }
  if (parameter.type === "integer" || parameter.type === "real") {
    const { type } = parameter;
    const value = numberOf(typed, type);
    const change = (text: string) => {
      setTyped(text);
      const next = numberOf(text, type);
      if (next !== undefined) set({ type, value: next });
    };
    return (
      <input id={id} class="box parameter-box figures" inputMode={type === "integer" ? "numeric" : "decimal"} autocomplete="off" placeholder={t(words.empty)} value={typed} aria-invalid={value === undefined ? true : undefined}
        title={value === undefined ? t(type === "integer" ? words.notWhole : words.notNumber) : undefined} onInput={(event) => change(event.currentTarget.value)} />
    );
  }
  const { type } = parameter;
  return (
    <input id={id} class="box parameter-box" type={(type === "date" ? "date" : "text") as "text"} autocomplete="off" placeholder={t(words.empty)} value={parameter.value ?? ""}
      onInput={(event) => set({ type, value: event.currentTarget.value === "" ? null : event.currentTarget.value })} />
  );
}

function AddParameter({ close }: { close: () => void }) {
  const book = useBook();
  const [name, setName] = useState("");
  const [type, setType] = useState<Parameter["type"]>("text");
  const [tried, setTried] = useState(false);
  const wrong = parameterMistake(book.document.value, undefined, name);
  const submit = () => {
    setTried(true);
    if (wrong) return;
    book.edit({ kind: "parameter", name, parameter: blank(type) });
    close();
  };
  const foot = <><Button onClick={close}>{t(common.cancel)}</Button><Button kind="main" type="submit">{t(words.add)}</Button></>;
  return (
    <Dialog title={t(words.addParameter)} close={close} foot={foot} onSubmit={submit}>
      <Field words={t(words.parameterName)} hint={t(words.parametersHint)} value={name} onValue={setName} autocapitalize="none" spellcheck={false} {...(tried && wrong ? { mistake: t(MISTAKES[wrong]) } : {})} />
      <Select words={t(words.parameterType)} value={type} onValue={setType} choices={(Object.keys(TYPES) as Parameter["type"][]).map((value) => ({ value, words: t(TYPES[value]) }))} />
    </Dialog>
  );
}
