/** The dialog round a form of the register, and the rules its fields share. */
import type { ComponentChildren } from "preact";
import type { Trouble } from "../../api/types";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { TroubleBox } from "../../parts/trouble";
import { common } from "../../words/common";
import { register as words } from "../../words/register";
import { t } from "../../words/t";
import { daysUntil, shortDay } from "../../words/time";

interface Props { title: string; form: { send: () => void; busy: boolean; trouble: Trouble | undefined }; close: () => void; children: ComponentChildren }

export function Record({ title, form, close, children }: Props) {
  return (
    <Dialog
      wide
      title={title}
      close={close}
      onSubmit={form.send}
      foot={<><Button onClick={close}>{t(common.cancel)}</Button><Button kind="main" type="submit" busy={form.busy}>{t(common.save)}</Button></>}
    >
      {form.trouble && <TroubleBox trouble={form.trouble} />}
      <div class="register-form">{children}</div>
    </Dialog>
  );
}

/** An ID as every part of the server takes it; a new one mustn't be taken. */
export function idMistake(id: string, taken: string[] | undefined): string | undefined {
  if (id.trim() === "") return t(common.fillIn);
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id.trim())) return t(words.badId);
  return taken?.includes(id.trim()) ? t(words.taken) : undefined;
}

export const missing = (text: string) => (text.trim() === "" ? t(common.fillIn) : undefined);

/** For the end of two days that are "" or "2026-11-20". */
export const periodMistake = (from: string, until: string) => (from !== "" && until !== "" && until < from ? t(words.endFirst) : undefined);

/** A day, with a word where it is over or nearly so. */
export function Ends({ iso }: { iso: string | undefined }) {
  if (!iso) return <>—</>;
  const over = Date.parse(iso) < Date.now();
  return (
    <span class="nowrap">
      <span class="figures">{shortDay(iso)}</span>{" "}
      {over ? <Badge tone="bad">{t(words.over)}</Badge> : daysUntil(iso) <= 30 && <Badge tone="warn" icon="clock">{t(words.soon)}</Badge>}
    </span>
  );
}
