/**
 * What a new notebook begins with: a few words, and a question that runs, made from the study's catalogue.
 *
 * Out of scope: other examples.
 */
import type { Catalogue, Cell, Column, Table } from "../../api/types";
import type { Lang } from "../../words/t";
import { markdownCell, newId, sqlCell } from "../document/model";

const TEXT = {
  ja: (patients: number, example: boolean) =>
    `# はじめに\n\nSQL で集計できます。結果の値は一つずつ検査され、患者が ${patients} 人に満たない値などは ▨ と理由が表示されます。\n\n` +
    `- **Ctrl+Enter** で実行、**?** でキーボード操作の一覧\n- 名前を付けたセルは、後のセルで表のように使えます\n- \`:名前\` と書いた所には、上のパラメータの値が入ります\n` +
    (example ? "\n下の例をそのまま実行できます。" : ""),
  en: (patients: number, example: boolean) =>
    `# Welcome\n\nAsk in SQL. Each figure is inspected: one with fewer than ${patients} patients behind it, say, is shown as ▨ with the reason.\n\n` +
    `- **Ctrl+Enter** runs a cell, **?** shows all keys\n- A named cell can be used like a table by later cells\n- Where you write \`:name\`, the value of the parameter above is put in\n` +
    (example ? "\nThe example below can be run as it is." : ""),
};

export function welcome(catalogue: Catalogue, language: Lang, random: () => number = Math.random): Cell[] {
  const sql = example(catalogue);
  const text = markdownCell(newId(random), TEXT[language](catalogue.policy.patients, sql !== undefined));
  return sql === undefined ? [text, sqlCell(newId(random))] : [text, sqlCell(newId(random), sql, { chart: { kind: "bar" } })];
}

/** How many patients each code has, in the table of patients that has the simplest one. */
export function example({ tables }: Catalogue): string | undefined {
  const people = tables.filter((table) => table.patient !== undefined);
  const table = people.find((each) => /patient|person|患者/.test(each.name) && codes(each).length > 0) ?? people.find((each) => codes(each).length > 0) ?? people[0];
  if (!table) return undefined;
  const [code] = codes(table);
  const figure = `count(DISTINCT ${quoted(table.patient!)}) AS patients`;
  if (!code) return `SELECT ${figure}\nFROM ${quoted(table.name)}`;
  return `SELECT ${quoted(code.name)}, ${figure}\nFROM ${quoted(table.name)}\nGROUP BY ${quoted(code.name)}\nORDER BY patients DESC`;
}

function codes(table: Table): Column[] {
  return table.columns.filter((column) => column.class === "code");
}

/** As it can be written in SQL. */
export function quoted(name: string): string {
  return /^[\p{Ll}\p{Lo}_][\p{Ll}\p{Lo}\p{N}_]*$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
