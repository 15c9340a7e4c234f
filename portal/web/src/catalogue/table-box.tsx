/** One table: whose rows, its columns with what may be done with each, and names to take along. */
import type { Column, Table as TableOf } from "../api/types";
import { Badge } from "../parts/badge";
import { IconButton } from "../parts/button";
import { CopyButton } from "../parts/copy";
import { Table } from "../parts/table";
import { toast } from "../parts/toast";
import { common } from "../words/common";
import { t } from "../words/t";
import { exampleOf } from "./look";
import { classHints, columnClasses, words } from "./words";

export function TableBox({ table, columns, open }: { table: TableOf; columns: Column[]; open: boolean }) {
  const people = table.patient !== undefined;
  return (
    <details class="table-box panel" open={open || undefined}>
      <summary>
        <h3 class="mono">{table.name}</h3>
        <Badge tone={people ? "accent" : "plain"} icon={people ? "person" : "table"}>{t(people ? words.people : words.public)}</Badge>
        <span class="muted small figures">{t(words.columns, { n: table.columns.length })}</span>
      </summary>
      <div class="stack table-inside">
        <div class="row spread">
          <p class="muted small">{people ? "" : t(words.publicHint)}</p>
          <span class="row"><CopyButton small text={table.name} words={t(words.copyName, { name: table.name })} /><CopyButton small text={exampleOf(table)} words={t(words.insert)} /></span>
        </div>
        <Table
          name={table.name}
          rows={columns}
          id={(column) => column.name}
          columns={[
            { id: "name", words: t(words.column), head: true, by: (column) => column.name, cell: (column) => <Name column={column} table={table} /> },
            { id: "type", words: t(words.type), by: (column) => column.type, cell: (column) => <><span class="mono">{column.type}</span>{column.nullable && <span class="muted small"> {t(words.optional)}</span>}</> },
            { id: "class", words: t(words.class), by: (column) => column.class, cell: (column) => <Badge tone={isKey(column) ? "warn" : "plain"} {...(isKey(column) ? { icon: "lock" as const } : {})}>{t(columnClasses[column.class])}</Badge> },
            { id: "use", words: t(words.use), cell: (column) => <span class="small muted">{t(classHints[column.class])}</span> },
          ]}
        />
      </div>
    </details>
  );
}

function isKey(column: Column): boolean {
  return column.class === "patient" || column.class === "institution";
}

function Name({ column, table }: { column: Column; table: TableOf }) {
  const key = column.name === table.patient || column.name === table.institution;
  return (
    <span class="column-name">
      <code>{column.name}</code>
      {key && <span class="unseen">{t(words.key)}</span>}
      <IconButton small icon="copy" label={t(words.copyName, { name: column.name })} onClick={() => copy(column.name)} />
    </span>
  );
}

/** A name is no figure: it may be copied. */
export function copy(name: string): void {
  navigator.clipboard.writeText(name).then(
    () => toast(t(words.copied, { name })),
    () => toast(t(common.notCopied), { tone: "bad" }),
  );
}
