/** Invented rows of a table, marked so that nobody takes them for records: a banner, a pattern behind them, and what they are in words. */
import { useMemo } from "preact/hooks";
import type { Table as TableOf } from "../../api/types";
import { Badge } from "../../parts/badge";
import { Table } from "../../parts/table";
import { t } from "../../words/t";
import { plain } from "./labels";
import type { Profiles } from "./profiles";
import { lookAlike, SAMPLE_ROWS, type Invented } from "./sample";
import { words } from "./words";

export function SampleView({ table, profiles }: { table: TableOf; profiles: Profiles }) {
  const found = table.columns.map((column) => profiles.profile(table, column));
  const rows = useMemo(() => lookAlike(table, (column) => found[table.columns.indexOf(column)]), [table, ...found]);
  if (!found.some((profile) => profile && profile.bars.length > 0)) return null;
  const some = rows[0]?.some((one) => "unknown" in one) ?? false;
  return (
    <section class="sample" aria-label={`${t(words.sample)}: ${table.name}`}>
      <div class="sample-head">
        <Badge tone="warn" icon="warn">{t(words.invented)}</Badge>
        <h4>{t(words.sample)}</h4>
        <span class="muted small figures">{SAMPLE_ROWS}</span>
      </div>
      <p class="small">{t(words.sampleCaption)}{some && ` ${t(words.sampleUnknown)}`}</p>
      <div class="sample-rows">
        <Table
          dense
          name={t(words.sampleOf, { table: table.name })}
          rows={rows.map((row, n) => ({ row, n }))}
          id={({ n }) => String(n)}
          columns={table.columns.map((column, at) => ({ id: column.name, words: column.name, cell: ({ row }: { row: Invented[] }) => <Value of={row[at]} /> }))}
        />
      </div>
    </section>
  );
}

function Value({ of }: { of: Invented | undefined }) {
  if (!of || "unknown" in of) return <span class="muted">…</span>;
  if (of.drawn === null) return <span class="muted">{t(words.noValue)}</span>;
  if (typeof of.drawn === "boolean") return <i>{t(of.drawn ? words.yes : words.no)}</i>;
  return <i class="figures">{typeof of.drawn === "number" ? plain(of.drawn) : of.drawn}</i>;
}
