/** One entry of the log, whole. */
import type { LogEntry } from "../api/types";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { common, roles } from "../words/common";
import { log as words, system } from "../words/staff";
import { t } from "../words/t";
import { moment } from "../words/time";
import { actionWords, Decision } from "./log";
import "./log-details.css";

export function LogDetails({ entry, close }: { entry: LogEntry; close: () => void }) {
  const rows = [
    [words.time, moment(entry.time)],
    [words.actor, entry.actor],
    [words.role, roleWords(entry.role)],
    [words.action, actionWords(entry.action)],
    [words.decision, entry.decision && <Decision decision={entry.decision} />],
    [words.reason, entry.reason && <code>{entry.reason}</code>],
    [words.study, entry.study],
    [words.session, entry.session && <code>{entry.session}</code>],
    [words.object, entry.object],
  ] as const;
  return (
    <Dialog wide title={t(words.entry, { index: entry.index })} close={close} foot={<Button onClick={close}>{t(common.close)}</Button>}>
      <dl class="facts">
        {rows.map(([name, value]) => value && <div key={name.en}><dt>{t(name)}</dt><dd>{value}</dd></div>)}
      </dl>
      {entry.sql && <figure class="log-sql"><figcaption class="muted">{t(words.sql)}</figcaption><pre tabIndex={0} aria-label={t(words.sql)}>{entry.sql}</pre></figure>}
    </Dialog>
  );
}

function roleWords(role: string): string {
  if (role in roles) return t(roles[role as keyof typeof roles]);
  return role === "system" ? t(system) : role;
}
