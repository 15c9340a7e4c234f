/** Handlers: the list, with who is enrolled and whose training is over. */
import { useState } from "preact/hooks";
import type { Handler, Organisation } from "../../api/types";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { useLoad } from "../../parts/load";
import { roles } from "../../words/common";
import { handler as words, register } from "../../words/register";
import { history } from "../../words/review";
import { lang, t } from "../../words/t";
import { HandlerForm } from "./handler-form";
import { HistoryDialog } from "./history";
import { Invite } from "./invite";
import { List } from "./list";
import { Ends } from "./record";

export function Handlers() {
  const rows = useLoad<Handler[]>("/api/register/handlers");
  const organisations = useLoad<Organisation[]>("/api/register/organisations");
  const [inviting, setInviting] = useState<Handler>();
  const [looking, setLooking] = useState<Handler>();
  const taken = rows.data?.map((one) => one.handler) ?? [];
  const nameOf = (one: Handler) => organisations.data?.find(({ organisation }) => organisation === one.organisation)?.display ?? one.organisation ?? "—";
  return (
    <>
      <List
        name={t(register.handlers)}
        add={t(words.add)}
        none={t(words.none)}
        rows={rows}
        id={(one) => one.handler}
        columns={[
          { id: "display", words: t(words.display), head: true, cell: (one) => <span class="nowrap">{one.display}</span>, by: (one) => one.display },
          { id: "id", words: t(words.id), cell: (one) => <code>{one.handler}</code>, by: (one) => one.handler },
          { id: "organisation", words: t(words.organisation), cell: nameOf, by: nameOf },
          { id: "roles", words: t(words.roles), cell: (one) => one.roles.map((role) => t(roles[role])).join(lang.value === "ja" ? "、" : ", ") },
          { id: "training", words: t(words.training), cell: (one) => <Ends iso={one.training_until} />, by: (one) => one.training_until ?? "9" },
          { id: "enrolled", words: t(words.enrolled), cell: (one) => <Badge tone={one.enrolled ? "good" : "warn"} {...(one.enrolled ? { icon: "check" as const } : {})}>{t(one.enrolled ? words.isEnrolled : words.notEnrolled)}</Badge>, by: (one) => Number(one.enrolled) },
        ]}
        more={(one) => (
          <>
            <Button small icon="clock" aria-label={t(history.of, { name: one.display })} onClick={() => setLooking(one)}>{t(history.show)}</Button>
            <Button small icon="person" aria-label={t(words.inviteOne, { name: one.display })} onClick={() => setInviting(one)}>{t(words.invite)}</Button>
          </>
        )}
        form={(row, done) => (
          <HandlerForm
            row={row}
            taken={taken}
            organisations={organisations.data ?? []}
            done={(saved) => {
              done(saved?.display);
              if (saved && !row) setInviting(saved);
            }}
          />
        )}
      />
      {looking && <HistoryDialog kind="handler" name={looking.handler} display={looking.display} close={() => setLooking(undefined)} />}
      {inviting && <Invite handler={inviting} close={() => setInviting(undefined)} />}
    </>
  );
}
