/**
 * The state of a form: values, what is wrong with them, sending. Mistakes are told once somebody has tried to send, then as they type;
 * a refusal whose `code` is a field's name is told at that field. Out of scope: how fields look (field.tsx).
 *
 * `const form = useForm(initial, (values) => ({ name: values.name ? undefined : t(common.fillIn) }), async (values) => …)`
 * `<Field {...form.at("name")} words="…" />`, `<Dialog onSubmit={form.send}>`, `form.busy`, `form.trouble` (what belongs to no field)
 */
import { useState } from "preact/hooks";
import { lang, t } from "../words/t";
import { useAct } from "./load";

type Mistakes<V> = Partial<Record<keyof V, string | undefined>>;

export function useForm<V extends object>(initial: V, check: (values: V) => Mistakes<V>, submit: (values: V) => Promise<void>) {
  const [values, setValues] = useState(initial);
  const [tried, setTried] = useState(false);
  const { busy, trouble, act, forget } = useAct(submit);
  const mistakes: Mistakes<V> = tried ? check(values) : {};
  const refused = trouble && trouble.code in values ? (trouble.code as keyof V) : undefined;
  if (trouble && refused !== undefined) mistakes[refused] ??= `${t(trouble.message)}${lang.value === "en" ? " " : ""}${t(trouble.remedy)}`;

  const set = <K extends keyof V>(name: K, value: V[K]) => {
    setValues((had) => ({ ...had, [name]: value }));
    if (refused === name) forget();
  };
  const at = <K extends keyof V>(name: K) => {
    const mistake = mistakes[name];
    return { value: values[name], onValue: (value: V[K]) => set(name, value), ...(mistake === undefined ? {} : { mistake }) };
  };
  const send = () => {
    setTried(true);
    if (Object.values(check(values)).some((mistake) => mistake !== undefined)) focusMistake();
    else void act(values).then((well) => well || focusMistake());
  };
  return { values, set, at, send, busy, trouble: refused === undefined ? trouble : undefined };
}

/** Once drawn: the first field with a mistake of the dialog or page in front. */
function focusMistake(): void {
  requestAnimationFrame(() => {
    const front = [...document.querySelectorAll<HTMLElement>("dialog[open]")].at(-1) ?? document.body;
    (front.querySelector<HTMLElement>('[aria-invalid="true"]') ?? front.querySelector<HTMLElement>(".field-mistake")?.closest("fieldset")?.querySelector("input"))?.focus();
  });
}
