/**
 * Buttons. `<Button kind="main" icon="plus" busy={saving} onClick={…}>保存</Button>`
 *
 * kind: "main" (one a view), "plain" (default), "quiet" (no border), "bad" (ends or removes something)
 * icon: drawn before the words · busy: working; can't be pressed, keeps its width, said to screen readers
 * small: for rows of tables and tool bars · everything else a <button> takes; `type` is "button" unless given
 * `IconButton` has only an icon: `label` is its name and its tip.
 */
import type { ComponentProps } from "preact";
import { Icon, type IconName } from "./icon";
import "./button.css";

export interface ButtonProps extends Omit<ComponentProps<"button">, "icon"> {
  kind?: "main" | "plain" | "quiet" | "bad";
  icon?: IconName;
  busy?: boolean;
  small?: boolean;
}

export function Button({ kind = "plain", icon, busy = false, small = false, class: more, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind}${small ? " small-button" : ""} ${String(more ?? "")}`}
      aria-disabled={busy || rest["aria-disabled"] || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span class="spin" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function IconButton({ label, icon, kind = "quiet", class: more, ...rest }: ButtonProps & { label: string; icon: IconName }) {
  return <Button {...rest} kind={kind} icon={icon} class={`only-icon ${String(more ?? "")}`} aria-label={label} title={label} />;
}
