/** What the three lists have in common: loading, searching, adding, changing. Each gives its columns and its form. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../parts/button";
import { Empty } from "../../parts/empty";
import { Field } from "../../parts/field";
import type { Loaded } from "../../parts/load";
import { csv as asCsv, save } from "../../parts/save";
import { Table, type ColumnOf } from "../../parts/table";
import { toast } from "../../parts/toast";
import { TroubleBox } from "../../parts/trouble";
import { register as words } from "../../words/register";
import { t } from "../../words/t";

interface Props<R> {
  name: string;
  add: string;
  none: string;
  rows: Loaded<R[]>;
  id: (row: R) => string;
  columns: ColumnOf<R>[];
  /** The form for a row, or for a new one. `done` is given the name of what was saved, or nothing where it was given up. */
  form: (row: R | undefined, done: (saved?: string) => void) => ComponentChildren;
  /** The shown rows as a file, where nothing in them is personal: the file's name, and a row's cells under the names of the columns. */
  csv?: { file: string; head: string[]; cells: (row: R) => (string | undefined)[] };
  /** More to do with a row, beside changing it. */
  more?: (row: R) => ComponentChildren;
}

export function List<R extends object>({ name, add, none, rows, id, columns, form, csv, more }: Props<R>) {
  const [text, setText] = useState("");
  const [editing, setEditing] = useState<{ row: R | undefined }>();
  const wanted = text.trim().toLowerCase();
  const shown = rows.data?.filter((row) => wanted === "" || Object.values(row).flat().some((value) => typeof value === "string" && value.toLowerCase().includes(wanted)));
  const done = (saved?: string) => {
    setEditing(undefined);
    if (saved === undefined) return;
    toast(t(words.saved, { name: saved }));
    rows.again();
  };
  const act: ColumnOf<R> = {
    id: "act", words: t(words.act), hideWords: true, end: true,
    cell: (row) => (
      <div class="row register-do">
        {more?.(row)}
        <Button small icon="edit" aria-label={t(words.editOne, { name: id(row) })} onClick={() => setEditing({ row })}>{t(words.edit)}</Button>
      </div>
    ),
  };
  const addButton = <Button kind="main" icon="plus" onClick={() => setEditing({ row: undefined })}>{add}</Button>;
  return (
    <div class="stack">
      <div class="row spread">
        <Field hideWords words={t(words.find)} placeholder={t(words.find)} type="search" class="find" value={text} onValue={setText} />
        <div class="row">
          {csv && shown && <Button icon="save" onClick={() => save(csv.file, asCsv([csv.head, ...shown.map((row) => csv.cells(row).map((text) => text ?? ""))]), "text/csv")}>{t(words.csv)}</Button>}
          {addButton}
        </div>
      </div>
      {rows.trouble && <TroubleBox trouble={rows.trouble} again={rows.again} />}
      {(rows.data || !rows.trouble) && (
        <Table name={name} columns={[...columns, act]} rows={shown} id={id} bones={6} empty={<Empty title={wanted === "" ? none : t(words.noMatch)} icon={wanted === "" ? "plus" : "search"} />} />
      )}
      {shown && <p class="muted small figures" role="status">{t(words.count, { n: shown.length })}</p>}
      {editing && form(editing.row, done)}
    </div>
  );
}
