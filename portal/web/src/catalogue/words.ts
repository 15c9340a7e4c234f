/** Words of the catalogue, Japanese and English side by side. */
import type { Class } from "../api/types";
import type { Nature } from "./look";

interface Pair { ja: string; en: string }

export const columnClasses: Record<Class, Pair> = {
  patient: { ja: "患者キー", en: "patient key" },
  institution: { ja: "医療機関キー", en: "institution key" },
  measure: { ja: "測定値", en: "measure" },
  quasi: { ja: "準識別子", en: "quasi-identifier" },
  code: { ja: "コード値", en: "code" },
  text: { ja: "自由記載", en: "free text" },
};

/** Types in plain words; the engine's own name is in the tip. */
export const natures: Record<Nature, Pair> = {
  whole: { ja: "整数", en: "whole number" },
  real: { ja: "数値", en: "number" },
  text: { ja: "文字", en: "text" },
  date: { ja: "日付", en: "date" },
  moment: { ja: "日時", en: "date and time" },
  boolean: { ja: "はい・いいえ", en: "yes or no" },
  other: { ja: "その他", en: "other" },
};

/** What one may do with a column of each class. */
export const classHints: Record<Class, Pair> = {
  patient: { ja: "結合・GROUP BY・人数の集計に使えます。値は表示できません。", en: "Join, group and count by it. Its values are never shown." },
  institution: { ja: "結合・GROUP BY・施設数の集計に使えます。値は表示できません。", en: "Join, group and count by it. Its values are never shown." },
  measure: { ja: "合計や平均などの集計に使います。", en: "For sums, means and other summaries." },
  quasi: { ja: "人を絞り込める値です。年齢階級や四半期など、粗い区分で使ってください。", en: "Can single people out: use it in coarse groups such as age bands or quarters." },
  code: { ja: "公開されているコードの値です。区分としてそのまま使えます。", en: "Values from a published list, ready to group by." },
  text: { ja: "件数を数えることだけができます。", en: "Can only be counted." },
};

export const words = {
  title: { ja: "カタログ", en: "Catalogue" },
  hint: { ja: "この課題で使える表・列・関数です。", en: "The tables, columns and functions of this study." },
  toNotebooks: { ja: "ノートブック一覧", en: "All notebooks" },
  search: { ja: "表・列・関数を検索", en: "Search tables, columns and functions" },
  nothing: { ja: "「{text}」に当てはまるものはありません。", en: "Nothing matches “{text}”." },
  tables: { ja: "表", en: "Tables" },
  functions: { ja: "関数", en: "Functions" },
  aggregates: { ja: "集計関数", en: "Aggregates" },
  column: { ja: "列", en: "Column" },
  type: { ja: "型", en: "Type" },
  class: { ja: "分類", en: "Class" },
  use: { ja: "使い方", en: "Use" },
  key: { ja: "キー", en: "Key" },
  optional: { ja: "欠測あり", en: "may be missing" },
  people: { ja: "患者の記録", en: "Records of patients" },
  public: { ja: "公開の表", en: "Public table" },
  publicHint: { ja: "患者の記録ではないので、行をそのまま表示できます。", en: "No patient's record: its rows can be shown." },
  narrowed: { ja: "一部の列のみ", en: "Some columns only" },
  narrowedHint: { ja: "許可された列だけが使えます。ほかの列は「ない列」として扱われます。", en: "Only the columns of your grant are here; any other is unknown." },
  columns: { ja: "{n} 列", en: "{n} columns" },
  copyName: { ja: "{name} をコピー", en: "Copy {name}" },
  copied: { ja: "{name} をコピーしました", en: "{name} was copied" },
  policy: { ja: "この課題の規則", en: "Rules of this study" },
  snapshot: { ja: "スナップショット", en: "Snapshot" },
  bundle: { ja: "規則の名前", en: "Policy" },
  patients: { ja: "患者 {n} 人以上が寄与する値だけを表示します。", en: "A figure is shown when at least {n} patients stand behind it." },
  institutions: { ja: "医療機関 {n} 施設以上が寄与する値だけを表示します。", en: "A figure is shown when at least {n} institutions stand behind it." },
  zeroShown: { ja: "0 は表示されます。", en: "Zero is shown." },
  zeroHidden: { ja: "0 も秘匿されます。該当者がいないことと少数であることは区別されません。", en: "Zero is suppressed too: nobody looks like a few." },
  exploring: { ja: "「探索」では、ノイズや丸めを加えた患者数で下見ができます。", en: "Exploring is offered: a first look with perturbed numbers of patients." },
  notExploring: { ja: "「探索」は使えません。", en: "Exploring is not offered." },
  fewer: { ja: "基準に満たない値は ▨ と表示され、理由と代わりの聞き方が示されます。", en: "What falls short is shown as ▨, with the reason and what to ask instead." },
  insert: { ja: "例の質問をコピー", en: "Copy an example question" },
} as const;
