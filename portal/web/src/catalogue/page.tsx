/** The tables, columns and functions of a study, and the rules its figures are held against. Out of scope: one table (table-box.tsx). */
import { useEffect, useMemo, useState } from "preact/hooks";
import { path } from "../api/client";
import type { Catalogue } from "../api/types";
import { Field } from "../parts/field";
import { useLoad } from "../parts/load";
import { Link } from "../parts/place";
import { Skeleton } from "../parts/skeleton";
import { title } from "../parts/title";
import { TroubleBox } from "../parts/trouble";
import { lang, t } from "../words/t";
import { Functions } from "./functions";
import { looked } from "./look";
import { PolicyBox } from "./policy";
import { TableBox } from "./table-box";
import { words } from "./words";
import "./catalogue.css";

export function CataloguePage({ study }: { study: string }) {
  const { data, trouble, again } = useLoad<Catalogue>(path`/api/studies/${study}/catalogue`);
  useEffect(() => title(`${t(words.title)} — ${study}`), [study, lang.value]);
  return (
    <div class="page stack">
      <div class="page-head">
        <div>
          <p class="crumb"><Link href={path`/studies/${study}`}>{study}</Link> / {t(words.title)}</p>
          <h1>{t(words.title)}</h1>
          <p>{t(words.hint)}</p>
        </div>
        <Link href={path`/studies/${study}`} class="button">{t(words.toNotebooks)}</Link>
      </div>
      {trouble ? <TroubleBox trouble={trouble} again={again} /> : data ? <Inside catalogue={data} /> : <Skeleton lines={6} height={72} />}
    </div>
  );
}

function Inside({ catalogue }: { catalogue: Catalogue }) {
  const [text, setText] = useState("");
  const found = useMemo(() => looked(catalogue, text), [catalogue, text]);
  const nothing = found.tables.length + found.functions.length + found.aggregates.length === 0;
  return (
    <>
      <PolicyBox catalogue={catalogue} />
      <div class="catalogue-search"><Field words={t(words.search)} hideWords type="search" placeholder={t(words.search)} value={text} onValue={setText} /></div>
      <p class="unseen" role="status">{nothing ? t(words.nothing, { text }) : ""}</p>
      {nothing && <p class="muted">{t(words.nothing, { text })}</p>}
      {found.tables.length > 0 && (
        <section class="stack" aria-labelledby="catalogue-tables">
          <h2 id="catalogue-tables">{t(words.tables)} <span class="muted figures">{found.tables.length}</span></h2>
          {found.tables.map(({ table, columns }) => <TableBox key={table.name} catalogue={catalogue} table={table} columns={columns} open={text !== "" && columns.length < table.columns.length} />)}
        </section>
      )}
      <Functions title={t(words.aggregates)} names={found.aggregates} />
      <Functions title={t(words.functions)} names={found.functions} />
    </>
  );
}
