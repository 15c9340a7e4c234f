/** A page that isn't there, and a page that broke. What broke is told in words; its text goes to the administrator's eyes only. */
import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { Button } from "../parts/button";
import { Empty } from "../parts/empty";
import { Link } from "../parts/place";
import { lost } from "../words/studies";
import { t } from "../words/t";
import { title } from "../parts/title";

export function NotFound() {
  useEffect(() => title(t(lost.title)));
  return (
    <div class="page stack">
      <h1>{t(lost.title)}</h1>
      <Empty title={t(lost.why)} icon="search"><Link class="button main" href="/">{t(lost.home)}</Link></Empty>
    </div>
  );
}

/** Tries again at another path, so that one broken page doesn't lock the rest. */
export function Boundary({ path, children }: { path: string; children: ComponentChildren }) {
  const [broken, again] = useErrorBoundary((error: unknown) => console.error(error));
  useEffect(() => again(), [path]);
  if (broken === undefined || broken === null) return <>{children}</>;
  return (
    <div class="page stack" role="alert">
      <h1>{t(lost.broken)}</h1>
      <Empty title={t(lost.brokenWhy)} icon="warn">
        <Button kind="main" icon="refresh" onClick={() => location.reload()}>{t(lost.reload)}</Button>
        <details><summary>{t(lost.details)}</summary><code class="small">{`${new Date().toISOString()} ${location.pathname} ${broken instanceof Error ? broken.name : ""}`}</code></details>
      </Empty>
    </div>
  );
}
