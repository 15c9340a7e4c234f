/**
 * A button that opens a list of things to do. `<Menu label="…" items={[{ words: "複製", icon: "copy", act: () => … }]} />`
 *
 * label: the button's name for screen readers (and its words where `children` is absent) · children: what the button shows
 * items: { words, icon?, act, bad?, chosen?, disabled? } or "line"; `chosen` (true or false) makes it a choice with a tick
 * Keys: Enter, Space or down opens; arrows, Home, End move; letters jump; Escape and Tab close. Focus returns to the button.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";
import "./menu.css";

export interface MenuItem { words: string; icon?: IconName; act: () => void; bad?: boolean; chosen?: boolean; disabled?: boolean }
interface Props { label: string; items: (MenuItem | "line")[]; children?: ComponentChildren; head?: ComponentChildren; class?: string; end?: boolean }

export function Menu({ label, items, children, head, class: more = "button quiet", end = true }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    entries(root.current)[0]?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const shut = () => {
    setOpen(false);
    button.current?.focus();
  };

  return (
    <div class="menu" ref={root} onKeyDown={(event) => open && keys(event, root.current, shut, () => setOpen(false))}>
      <button
        ref={button}
        type="button"
        class={more}
        aria-label={children === undefined ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" || open) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {children ?? label}
      </button>
      {open && (
        <div class={`menu-list${end ? " menu-end" : ""}`}>
          {head !== undefined && <div class="menu-head">{head}</div>}
          <div id={id} role="menu" aria-label={label}>
            {items.map((item, i) => (item === "line" ? <div key={i} role="separator" class="menu-line" /> : <Entry key={i} item={item} shut={shut} />))}
          </div>
        </div>
      )}
    </div>
  );
}

function Entry({ item, shut }: { item: MenuItem; shut: () => void }) {
  const choice = item.chosen !== undefined;
  return (
    <button
      type="button"
      role={choice ? "menuitemradio" : "menuitem"}
      aria-checked={choice ? item.chosen : undefined}
      aria-disabled={item.disabled || undefined}
      tabIndex={-1}
      class={`menu-item${item.bad ? " menu-bad" : ""}`}
      onClick={() => {
        if (item.disabled) return;
        shut();
        item.act();
      }}
    >
      <span class="menu-mark">{item.chosen ? <Icon name="check" /> : item.icon && <Icon name={item.icon} />}</span>
      {item.words}
    </button>
  );
}

function entries(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
}

function keys(event: KeyboardEvent, root: HTMLElement | null, shut: () => void, leave: () => void): void {
  const all = entries(root);
  const at = all.findIndex((one) => one === document.activeElement);
  const move = (to: number) => {
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  };
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    shut();
  } else if (event.key === "Tab") leave();
  else if (event.key === "ArrowDown") move(at + 1);
  else if (event.key === "ArrowUp") move(at < 0 ? -1 : at - 1);
  else if (event.key === "Home") move(0);
  else if (event.key === "End") move(-1);
  else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    const next = [...all.slice(at + 1), ...all].find((one) => one.textContent?.trim().toLowerCase().startsWith(letter));
    next?.focus();
  }
}
