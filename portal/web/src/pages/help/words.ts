/** Words of the help page, Japanese and English side by side. Out of scope: reasons.ts, recipes.ts. */
export const words = {
  title: { ja: "ヘルプ", en: "Help" },
  hint: { ja: "秘匿されたセルの読み方と、よい質問のしかた。", en: "How to read suppressed cells, and how to ask well." },
  contents: { ja: "目次", en: "On this page" },

  suppressed: { ja: "▨ 秘匿されたセル", en: "▨ Suppressed cells" },
  suppressed1: { ja: "▨ は「表示できない」という印で、0 ではありません。グラフでも 0 としては描かれません。", en: "▨ means “can't be shown”. It is not nought, and no chart draws it as nought." },
  suppressed2: { ja: "セルにポインターを合わせるか、キーボードで選ぶと、理由と代わりの方法が出ます。", en: "Point at the cell, or move to it by keyboard, for the reason and what to ask instead." },
  suppressed3: { ja: "該当者のいない、または少ない区分は、行ごと表に現れないことがあります。", en: "Groups with nobody, or too few, may be left out of a table altogether." },
  reasons: { ja: "理由と対処", en: "Reasons and remedies" },
  remedy: { ja: "対処", en: "Remedy" },
  example: { ja: "例", en: "For example" },

  ledger: { ja: "課題の履歴が覚えていること", en: "What the study's history remembers" },
  ledger1: { ja: "表示された値ごとに、だれがもとになったかの「指紋」を覚えます。名前や値そのものではありません。", en: "For each figure shown, a fingerprint of who stood behind it: no names, no values." },
  ledger2: { ja: "課題の全員で1つの履歴です。ノートブック、カタログの分布、Flight SQL のどれでたずねても加わります。", en: "One history for everybody in the study, whether asked in a notebook, for a distribution in the catalogue, or through Flight SQL." },
  ledger3: { ja: "同じ質問をもう一度しても、失うものはありません。", en: "Asking the same again costs nothing." },
  ledger4: { ja: "断られた質問と探索の答えは履歴に入りません（監査記録には残ります）。", en: "Refused questions and explored answers are not in it (the audit log has them)." },
  ledger5: { ja: "以前の値と数人しか違わない値は、次から秘匿されます。", en: "A figure that differs from an earlier one in a few patients is suppressed from then on." },

  asking: { ja: "よい質問のしかた", en: "How to ask well" },
  asking1: { ja: "粗く始めて、必要なところだけ細かくする。", en: "Begin coarse; go finer only where you need to." },
  asking2: { ja: "対象者の定義は最初に決め、名前を付けたセルにして使い回す。日付を1日ずらした質問を重ねない。", en: "Settle the cohort first, make it a named cell and use it everywhere. Don't ask again with a date moved by a day." },
  asking3: { ja: "年齢階級や期間の区切りを、課題のあいだ変えない。", en: "Keep the same bands of age and time throughout the study." },
  asking4: { ja: "合計は、表示されたセルを足して求める。", en: "Work totals out from the cells that are shown." },
  asking5: { ja: "「探索」が使えるなら、下見は探索で。あとの質問を妨げません。", en: "Where “Explore” is offered, look around with it: it closes no doors." },
  asking6: { ja: "実行前に「何をするか確認」で、どの規則が効くかを見る。", en: "See “What will this do?” before running: it tells which rules apply." },

  recipes: { ja: "そのまま使える質問", en: "Questions to begin with" },
  recipesHint: { ja: "コピーして SQL セルに貼り付けます。表と列の名前は、課題のカタログに合わせてください。", en: "Copy one into an SQL cell. Put in the names of your study's tables and columns." },
  copy: { ja: "コピー", en: "Copy" },

  keys: { ja: "キーボード操作", en: "Keyboard shortcuts" },
  keysHint: { ja: "ノートブックで使えます。どこでも ? で一覧が開きます。", en: "In a notebook. ? opens this list there." },
} as const;
