/** A study's notebooks, or one of them. Out of scope: the catalogue's page (catalogue/). */
import { useEffect } from "preact/hooks";
import { path } from "../api/client";
import type { Catalogue, Notebook } from "../api/types";
import { useLoad } from "../parts/load";
import { Skeleton } from "../parts/skeleton";
import { title } from "../parts/title";
import { TroubleBox } from "../parts/trouble";
import { t } from "../words/t";
import { NotebookList } from "./page/list";
import { OpenNotebook } from "./page/open";
import { words } from "./words";

export function NotebookPage({ study, notebook }: { study: string; notebook?: string }) {
  return notebook === undefined ? <NotebookList study={study} /> : <Opening key={notebook} study={study} notebook={notebook} />;
}

function Opening({ study, notebook }: { study: string; notebook: string }) {
  const book = useLoad<Notebook>(path`/api/studies/${study}/notebooks/${notebook}`);
  const catalogue = useLoad<Catalogue>(path`/api/studies/${study}/catalogue`);
  useEffect(() => {
    if (book.data) title(`${book.data.title} — ${study}`);
  }, [book.data, study]);
  const trouble = book.trouble ?? catalogue.trouble;
  if (trouble) return <div class="page"><TroubleBox trouble={trouble} again={book.trouble ? book.again : catalogue.again} /></div>;
  if (book.data && catalogue.data) return <OpenNotebook study={study} catalogue={catalogue.data} notebook={book.data} />;
  return <div class="page"><h1 class="unseen">{t(words.loadingBook)}</h1><Skeleton lines={6} height={64} /></div>;
}
