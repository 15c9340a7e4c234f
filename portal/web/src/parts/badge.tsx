/**
 * A word in a small frame: a state, a zone, a role. `<Badge tone="good" icon="check">受付中</Badge>`
 * tone: "plain" (default), "accent", "good", "warn", "bad". The words alone must say it: colour is never the only sign.
 */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";
import "./badge.css";

export type Tone = "plain" | "accent" | "good" | "warn" | "bad";

export function Badge(props: { tone?: Tone; icon?: IconName; title?: string; children: ComponentChildren }) {
  return (
    <span class={`badge ${props.tone ?? "plain"}`} title={props.title}>
      {props.icon && <Icon name={props.icon} size={12} />}
      {props.children}
    </span>
  );
}
