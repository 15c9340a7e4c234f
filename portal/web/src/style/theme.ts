/** Light, dark, or as the system wishes, remembered in this browser. The first paint is public/assets/before-1.js's. */
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const KEY = "sekisho.theme";
export const theme = signal<Theme>(first());

/** Whether the page is dark now; for what draws outside of CSS, such as charts. */
export const dark = signal(false);
const wish = window.matchMedia("(prefers-color-scheme: dark)");

export function setTheme(next: Theme): void {
  theme.value = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function first(): Theme {
  const set = document.documentElement.dataset["theme"];
  return set === "light" || set === "dark" ? set : "system";
}

function settle(): void {
  if (theme.value === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
  dark.value = theme.value === "dark" || (theme.value === "system" && wish.matches);
}
wish.addEventListener("change", settle);
effect(settle);
