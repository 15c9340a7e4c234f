/** What a question will do, before it runs, in words. Out of scope: what it would cost, which the server doesn't tell. */
import { useEffect, useState } from "preact/hooks";
import { api, path } from "../../api/client";
import { troubleOf } from "../../api/trouble";
import type { Ask, Explanation, Trouble } from "../../api/types";
import { IconButton } from "../../parts/button";
import { Skeleton } from "../../parts/skeleton";
import { TroubleBox } from "../../parts/trouble";
import { common } from "../../words/common";
import { t } from "../../words/t";
import { words } from "../words";
import { codes } from "./explain-words";

export function Explain({ study, ask, close }: { study: string; ask: Ask; close: () => void }) {
  const [told, setTold] = useState<{ explanation?: Explanation; trouble?: Trouble }>({});
  const asked = JSON.stringify(ask);
  useEffect(() => {
    const stop = new AbortController();
    setTold({});
    // While somebody types, one question is enough.
    const timer = window.setTimeout(() => {
      api.post<Explanation>(path`/api/studies/${study}/explain`, ask, { signal: stop.signal }).then(
        (explanation) => setTold({ explanation }),
        (thrown: unknown) => stop.signal.aborted || setTold({ trouble: troubleOf(thrown) }),
      );
    }, 300);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [study, asked]);
  return (
    <section class="explain" aria-label={t(words.explainTitle)}>
      <div class="explain-head">
        <div><strong>{t(words.explainTitle)}</strong> <span class="muted small">{t(words.explainHint)}</span></div>
        <IconButton small icon="close" label={t(common.close)} onClick={close} />
      </div>
      {told.trouble ? <TroubleBox trouble={told.trouble} /> : told.explanation ? <Lines explanation={told.explanation} /> : <Skeleton lines={3} height={28} gap={4} />}
    </section>
  );
}

const HEADS: Record<string, { ja: string; en: string }> = { cut: words.cut, part: words.part, name: words.column, evidence: words.evidence, rules: words.rules, exploring: words.exploring };

function Lines({ explanation }: { explanation: Explanation }) {
  const kept = explanation.columns.map((column, index) => ({ column, index })).filter(({ index }) => explanation.rows.some((row) => row[index] !== null && row[index] !== ""));
  return (
    <div class="table-frame" tabIndex={0} role="group" aria-label={t(words.rules)}>
      <table class="table explain-table">
        <thead><tr>{kept.map(({ column }) => <th key={column.name} scope="col">{HEADS[column.name] ? t(HEADS[column.name]!) : column.name}</th>)}</tr></thead>
        <tbody>
          {explanation.rows.map((row, n) => (
            <tr key={n}>{kept.map(({ column, index }) => <td key={column.name}>{inWords(column.name, row[index])}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inWords(column: string, value: string | number | boolean | null | undefined) {
  if (value === null || value === undefined) return "";
  if (column === "name") return <code>{String(value)}</code>;
  if (typeof value !== "string" || column === "cut") return String(value);
  return value.split(", ").map((code) => codes(column, code)).join(t({ ja: "、", en: ", " }));
}
