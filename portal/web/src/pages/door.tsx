/** The plain frame of pages that stand before the door: the mark, a card, small words below. */
import type { ComponentChildren } from "preact";
import { door } from "../words/door";
import { t } from "../words/t";
import "./door.css";

export function Door({ heading, lead, wide, foot, children }: { heading: string; lead?: ComponentChildren; wide?: boolean; foot?: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class={`door${wide ? " door-wide" : ""}`}>
      <p class="door-about">{t(door.about)}</p>
      <div class="panel door-card">
        <div><h1>{heading}</h1>{lead}</div>
        {children}
      </div>
      {foot && <div class="door-foot">{foot}</div>}
    </div>
  );
}
