/** The form for a grant: whom, and which tables and columns. Keys are in every grant. */
import { api, path } from "../../api/client";
import type { Grant, GrantedTable, Handler, RegisteredStudy, SnapshotTable } from "../../api/types";
import { Checks, Field, Select } from "../../parts/field";
import { useForm } from "../../parts/form";
import { useLoad } from "../../parts/load";
import { Skeleton } from "../../parts/skeleton";
import { Note, TroubleBox } from "../../parts/trouble";
import { grants as words } from "../../words/review";
import { lang, t } from "../../words/t";
import { missing, Record as Frame } from "./record";

type How = "none" | "all" | "some";
interface Choice { how: How; columns: string[] }
interface Props { study: RegisteredStudy; grant: Grant | undefined; handlers: Handler[]; taken: string[]; done: (saved?: string) => void }

export function GrantForm({ study, grant, handlers, taken, done }: Props) {
  const tables = useLoad<SnapshotTable[]>(path`/api/register/studies/${study.study}/tables`);
  const form = useForm(
    { handler: grant?.handler ?? "", extent: (grant?.tables ? "some" : "whole") as "some" | "whole", tables: chosen(grant?.tables) },
    (v) => ({ handler: missing(v.handler), tables: v.extent === "some" && Object.values(v.tables).every(({ how }) => how === "none") ? t(words.noTables) : undefined }),
    async (v) => {
      await api.post(path`/api/register/studies/${study.study}/grants`, { handler: v.handler, ...(v.extent === "some" ? { tables: granted(v.tables) } : {}) });
      done(v.handler);
    },
  );
  const own = [study.organisation, ...study.joint_users];
  const able = handlers.filter((one) => one.roles.includes("researcher") && own.includes(one.organisation) && !taken.includes(one.handler));
  const at = (table: string): Choice => form.values.tables[table] ?? { how: "none", columns: [] };
  const choose = (table: string, choice: Choice) => form.set("tables", { ...form.values.tables, [table]: choice });
  const mistake = form.at("tables").mistake;
  return (
    <Frame title={t(grant ? words.change : words.add)} form={form} close={() => done()}>
      {grant
        ? <Field words={t(words.handler)} value={handlers.find((one) => one.handler === grant.handler)?.display ?? grant.handler} onValue={() => undefined} readOnly />
        : <Select {...form.at("handler")} words={t(words.handler)} choices={[{ value: "", words: t(words.choose) }, ...able.map((one) => ({ value: one.handler, words: `${one.display} (${one.handler})` }))]} />}
      <Select<"some" | "whole"> {...form.at("extent")} words={t(words.extent)} choices={[{ value: "whole", words: t(words.whole) }, { value: "some", words: t(words.some) }]} />
      {!grant && handlers.length > 0 && able.length === 0 && <div class="register-whole"><Note>{t(words.nobody)}</Note></div>}
      {form.values.extent === "some" && (
        <div class="register-whole stack">
          {tables.trouble && <TroubleBox trouble={tables.trouble} again={tables.again} />}
          {!tables.data && !tables.trouble && <Skeleton lines={3} height={40} gap={4} />}
          {tables.data?.map(({ table, columns }, i) => {
            const choice = at(table);
            const always = columns.filter((one) => one.always).map(({ column }) => column);
            return (
              <div key={table} class="register-set">
                <Select<How>
                  words={table}
                  value={choice.how}
                  onValue={(how) => choose(table, { ...choice, how })}
                  choices={[{ value: "none", words: t(words.notThis) }, { value: "all", words: t(words.allColumns) }, { value: "some", words: t(words.someColumns) }]}
                  {...(i === 0 && mistake !== undefined ? { mistake } : {})}
                />
                {choice.how === "some" && (
                  <div class="register-columns">
                    <Checks
                      words={t(words.columnsOf, { table })}
                      {...(always.length > 0 ? { hint: t(words.always, { columns: always.join(lang.value === "ja" ? "、" : ", ") }) } : {})}
                      value={choice.columns}
                      onValue={(chosen) => choose(table, { how: "some", columns: chosen })}
                      choices={columns.filter((one) => !one.always).map(({ column }) => ({ value: column, words: column }))}
                    />
                  </div>
                )}
              </div>
            );
          })}
        </div>
      )}
    </Frame>
  );
}

/** A grant's tables as the form has them. */
export function chosen(tables: GrantedTable[] | undefined): Record<string, Choice> {
  return Object.fromEntries((tables ?? []).map((one) => (typeof one === "string" ? [one, { how: "all", columns: [] }] : [one.table, { how: "some", columns: one.columns }])));
}

/** And back. */
export function granted(tables: Record<string, Choice>): GrantedTable[] {
  return Object.entries(tables).flatMap(([table, { how, columns }]): GrantedTable[] => (how === "none" ? [] : how === "all" ? [table] : [{ table, columns: [...columns].sort() }]));
}
