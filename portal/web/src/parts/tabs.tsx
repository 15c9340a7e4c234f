/**
 * Tabs of one view. `<Tabs label="…" tabs={[{ id: "grid", words: "表" }]} at="grid" onTab={setAt}>{…the panel…}</Tabs>`
 * label: the name of the row · at: the tab that is open · children: what stands in it. Left, right, Home, End move and open.
 */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icon";
import "./tabs.css";

export interface Tab<T extends string> { id: T; words: string; icon?: IconName; count?: number }
interface Props<T extends string> { label: string; tabs: Tab<T>[]; at: T; onTab: (id: T) => void; children: ComponentChildren }

export function Tabs<T extends string>({ label, tabs, at, onTab, children }: Props<T>) {
  const id = useId();
  const keys = (event: KeyboardEvent) => {
    const now = tabs.findIndex((tab) => tab.id === at);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onTab(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  return (
    <div class="tabs">
      <div class="tab-row" role="tablist" aria-label={label} onKeyDown={keys}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            id={`${id}-${tab.id}`}
            type="button"
            role="tab"
            class="tab"
            aria-selected={tab.id === at}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === at ? 0 : -1}
            onClick={() => onTab(tab.id)}
          >
            {tab.icon && <Icon name={tab.icon} />}
            {tab.words}
            {tab.count !== undefined && <span class="tab-count figures">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${at}`}>{children}</div>
    </div>
  );
}
