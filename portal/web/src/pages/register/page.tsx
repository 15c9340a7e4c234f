/** The registrar's page: three lists as tabs, each at a path of its own. Out of scope: the committee's review. */
import { useEffect } from "preact/hooks";
import { go } from "../../parts/place";
import { Tabs } from "../../parts/tabs";
import { register as words } from "../../words/register";
import { t } from "../../words/t";
import { title } from "../../parts/title";
import { Handlers } from "./handlers";
import { Organisations } from "./organisations";
import { Studies } from "./studies";
import "./register.css";

export type Kind = "organisations" | "handlers" | "studies";
const lists = { organisations: Organisations, handlers: Handlers, studies: Studies };
const kinds = Object.keys(lists) as Kind[];

export function RegisterPage({ kind }: { kind: Kind }) {
  useEffect(() => title(`${t(words[kind])} — ${t(words.title)}`));
  const List = lists[kind];
  return (
    <div class="page page-wide">
      <div class="page-head"><div><h1>{t(words.title)}</h1><p>{t(words.lead)}</p></div></div>
      <Tabs label={t(words.kinds)} tabs={kinds.map((id) => ({ id, words: t(words[id]) }))} at={kind} onTab={(id) => go(`/register/${id}`)}>
        <List />
      </Tabs>
    </div>
  );
}
