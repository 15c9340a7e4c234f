/** One table: whose rows, its columns with what may be done with each, their distributions, and names to take along. */
import type { Catalogue, Column, Table as TableOf } from "../api/types";
import { Badge } from "../parts/badge";
import { IconButton } from "../parts/button";
import { CopyButton } from "../parts/copy";
import { Table } from "../parts/table";
import { toast } from "../parts/toast";
import { common } from "../words/common";
import { t } from "../words/t";
import { exampleOf, natureOf } from "./look";
import { ProfileButton, ProfileSection, useAsking } from "./profile/section";
import { words as profile } from "./profile/words";
import { classHints, columnClasses, natures, words } from "./words";

interface Props { catalogue: Catalogue; table: TableOf; columns: Column[]; open: boolean }

export function TableBox({ catalogue, table, columns, open }: Props) {
  const asking = useAsking(catalogue);
  const people = table.patient !== undefined;
  return (
    <details class="table-box panel" open={open || undefined}>
      <summary>
        <h3 class="mono">{table.name}</h3>
        <Badge tone={people ? "accent" : "plain"} icon={people ? "person" : "table"}>{t(people ? words.people : words.public)}</Badge>
        {table.narrowed && <Badge tone="warn" icon="lock">{t(words.narrowed)}</Badge>}
        <span class="muted small figures">{t(words.columns, { n: table.columns.length })}</span>
      </summary>
      <div class="stack table-inside">
        <div class="row spread">
          <p class="muted small">{[people ? "" : t(words.publicHint), table.narrowed ? t(words.narrowedHint) : ""].join(" ").trim()}</p>
          <span class="row"><CopyButton small text={table.name} words={t(words.copyName, { name: table.name })} /><CopyButton small text={exampleOf(table)} words={t(words.insert)} /></span>
        </div>
        <Table
          name={table.name}
          rows={columns}
          id={(column) => column.name}
          columns={[
            { id: "name", words: t(words.column), head: true, by: (column) => column.name, cell: (column) => <Name column={column} table={table} /> },
            { id: "type", words: t(words.type), by: (column) => column.type, cell: (column) => <Type column={column} /> },
            { id: "class", words: t(words.class), by: (column) => column.class, cell: (column) => <Badge tone={isKey(column) ? "warn" : "plain"} {...(isKey(column) ? { icon: "lock" as const } : {})}>{t(columnClasses[column.class])}</Badge> },
            { id: "use", words: t(words.use), cell: (column) => <span class="small muted">{t(classHints[column.class])}</span> },
            ...(people ? [{ id: "profile", words: t(profile.distribution), cell: (column: Column) => <ProfileButton table={table} column={column} asking={asking} /> }] : []),
          ]}
        />
        {people && <ProfileSection table={table} columns={columns} asking={asking} />}
      </div>
    </details>
  );
}

function Type({ column }: { column: Column }) {
  return (
    <span class="nowrap">
      <span title={column.type}>{t(isKey(column) ? words.key : natures[natureOf(column.type)])}</span>
      {column.nullable && <span class="muted small"> {t(words.optional)}</span>}
    </span>
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
