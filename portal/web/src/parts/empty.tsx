/** Where there is nothing yet: says so, why, and what to do. `<Empty title="…" icon="file">…<Button>…</Button></Empty>` */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";
import "./empty.css";

export function Empty({ title, icon = "gate", children }: { title: string; icon?: IconName; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={28} />
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}
