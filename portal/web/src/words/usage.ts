/** Words of the page of usage and fees. */
export const usage = {
  title: { ja: "利用状況と料金", en: "Usage and fees" },
  lead: { ja: "課題ごとの利用と、料金表による利用料です。", en: "What each study used, and its fee by the list." },
  find: { ja: "検索", en: "Search" },
  csv: { ja: "CSVに保存", en: "Save as CSV" },
  none: { ja: "課題はまだありません", en: "There are no studies yet" },
  noMatch: { ja: "条件に当てはまるものはありません", en: "Nothing matches" },
  study: { ja: "課題", en: "Study" },
  id: { ja: "課題ID", en: "Study ID" },
  organisation: { ja: "利用事業者", en: "Organisation" },
  own: { ja: "当事業者", en: "The house’s own" },
  route: { ja: "利用環境", en: "Route" },
  from: { ja: "開始日", en: "From" },
  until: { ja: "終了日", en: "Until" },
  questions: { ja: "問い合わせ", en: "Questions" },
  sessions: { ja: "セッション", en: "Sessions" },
  fee: { ja: "利用料（円）", en: "Fee (yen)" },
  noFee: { ja: "料金表にありません", en: "Not on the list" },
  total: { ja: "{n}件、利用料の合計 {yen}円", en: "{n} studies, fees of {yen} yen in all" },
  fees: { ja: "料金表（1件あたり）", en: "Fees, a case" },
  provided: { ja: "提供の方法", en: "Provided as" },
  yen: { ja: "円", en: "Yen" },
} as const;

/** The list's own words; others are shown as they stand there. */
export const provisions: Record<string, { ja: string; en: string }> = {
  onsite: { ja: "オンサイトセンター", en: "Onsite centre" },
  vdi: { ja: "仮想環境（VDI）", en: "Virtual environment (VDI)" },
  both: { ja: "オンサイト・VDI", en: "Onsite and VDI" },
  dataset: { ja: "データセット", en: "Data set" },
  statistics: { ja: "統計情報", en: "Statistics" },
  white_paper: { ja: "白書", en: "White paper" },
};
