/**
 * A short word that something is done, at the lower edge, said politely to screen readers. `toast(t(words.saved))`
 * tone: "plain" (default) or "bad"; action: { words, act } shows a button (and stays longer). Mistakes that need reading don't belong here.
 * `<Toasts />` stands once, in the app.
 */
import { signal } from "@preact/signals";
import { common } from "../words/common";
import { t } from "../words/t";
import { IconButton } from "./button";
import { Icon } from "./icon";
import "./toast.css";

interface Toast { id: number; words: string; tone: "plain" | "bad"; action?: { words: string; act: () => void } | undefined }
const shown = signal<Toast[]>([]);
let last = 0;

export function toast(words: string, options: { tone?: "plain" | "bad"; action?: { words: string; act: () => void } } = {}): void {
  const id = ++last;
  shown.value = [...shown.value.slice(-2), { id, words, tone: options.tone ?? "plain", action: options.action }];
  window.setTimeout(() => drop(id), options.action ? 12_000 : 6_000);
}

function drop(id: number): void {
  shown.value = shown.value.filter((one) => one.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map(({ id, words, tone, action }) => (
        <div key={id} class={`toast toast-${tone}`}>
          <Icon name={tone === "bad" ? "warn" : "check"} />
          <span>{words}</span>
          {action && <button type="button" class="button quiet small-button" onClick={() => { drop(id); action.act(); }}>{action.words}</button>}
          <IconButton small label={t(common.close)} icon="close" onClick={() => drop(id)} />
        </div>
      ))}
    </div>
  );
}
