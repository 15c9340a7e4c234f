/** Words of a study's own page for the registrar: the committee's review, grants, history. */
export const standings = {
  approved: { ja: "承認", en: "Approved" },
  approved_with_conditions: { ja: "条件付き承認", en: "Approved with conditions" },
  rejected: { ja: "不承認", en: "Rejected" },
  linked: { ja: "連結不可", en: "Not to be linked" },
  none: { ja: "未審査", en: "Not reviewed" },
  own: { ja: "審査不要", en: "Needs none" },
} as const;

export const criteria = {
  purpose: { ja: "目的", en: "Purpose", long: { ja: "基本方針に合い、日本の医学研究に資する", en: "Fits the basic policy and serves medical research in Japan" } },
  science: { ja: "科学的妥当性", en: "Science", long: { ja: "内容が科学的に妥当である", en: "The content is scientifically sound" } },
  harm: { ja: "公表による不利益", en: "Harm", long: { ja: "公表しても、地域・集団・子孫に不利益が及ばない", en: "Publishing it harms no region, group or descendants" } },
  benefits: { ja: "金銭その他の利益", en: "Benefits", long: { ja: "金銭その他の利益に問題がない", en: "Money and other benefits are sound" } },
  law: { ja: "法令への適合", en: "Law", long: { ja: "内容と提供の方法が法令に適合する", en: "Content and method of provision accord with law" } },
} as const;

export const categories = {
  natural_science: { ja: "自然科学", en: "Natural science" },
  humanities: { ja: "人文・社会科学", en: "Humanities and law" },
  lay: { ja: "一般", en: "Lay" },
  outside: { ja: "外部", en: "Outside" },
} as const;

export const votes = {
  for: { ja: "承認", en: "For" },
  against: { ja: "不承認", en: "Against" },
  barred: { ja: "利益相反（票なし）", en: "Barred (conflict)" },
} as const;

export const review = {
  title: { ja: "審査委員会の審査", en: "Committee’s review" },
  record: { ja: "審査結果を登録", en: "Enter a review" },
  recorded: { ja: "審査結果を登録しました（{decision}）", en: "The review was entered: {decision}" },
  none: { ja: "審査結果はまだ登録されていません", en: "No review was entered yet" },
  noneWhy: { ja: "利用事業者の課題は、承認が登録されるまで利用できません。", en: "A study of an organisation opens once an approval is entered." },
  ownWhy: { ja: "当事業者の課題には、審査は必要ありません。", en: "The house’s own studies need no review." },
  decided: { ja: "決定日", en: "Decided on" },
  decidedOn: { ja: "{day} 決定", en: "decided on {day}" },
  future: { ja: "決定日が先の日付です。", en: "This day is yet to come." },
  criteria: { ja: "審査基準", en: "Criteria" },
  criterion: { ja: "基準", en: "Criterion" },
  finding: { ja: "判断", en: "Finding" },
  met: { ja: "満たす", en: "Met" },
  unmet: { ja: "満たさない", en: "Not met" },
  note: { ja: "理由・意見", en: "Note" },
  choose: { ja: "選んでください。", en: "Please choose." },
  votes: { ja: "委員の票", en: "Votes" },
  member: { ja: "委員", en: "Member" },
  memberAt: { ja: "委員{n}", en: "Member {n}" },
  category: { ja: "区分", en: "Category" },
  categoryAt: { ja: "委員{n}の区分", en: "Category of member {n}" },
  vote: { ja: "票", en: "Vote" },
  voteAt: { ja: "委員{n}の票", en: "Vote of member {n}" },
  addMember: { ja: "委員を追加", en: "Add a member" },
  removeMember: { ja: "委員{n}を除く", en: "Remove member {n}" },
  twice: { ja: "同じ委員が2回あります。", en: "A member is there twice." },
  rule: {
    ja: "すべての基準を満たし、4つの区分のそれぞれに有効な票があり、有効な票の過半数が承認なら、承認になります。利益相反のある委員の票は数えません。",
    en: "Approved when every criterion is met, each of the four categories has a vote that counts, and more than half of these are for it. The vote of a member with a conflict of interest is not counted.",
  },
  conditions: { ja: "承認の条件", en: "Conditions" },
  conditionsHint: { ja: "1行に1つ。入力すると条件付き承認になります。", en: "One a line. With any, an approval is one with conditions." },
} as const;

export const grants = {
  title: { ja: "利用許可", en: "Grants" },
  add: { ja: "取扱者に許可", en: "Let a handler in" },
  change: { ja: "許可を変更", en: "Change the grant" },
  changeOne: { ja: "{name} の許可を変更", en: "Change the grant of {name}" },
  none: { ja: "この課題を利用できる取扱者はいません", en: "Nobody may work on this study yet" },
  handler: { ja: "取扱者", en: "Handler" },
  choose: { ja: "選んでください", en: "Please choose" },
  nobody: { ja: "許可できる取扱者がいません。この課題の利用事業者の研究者を登録してください。", en: "There is nobody to let in: register a researcher of the study’s organisations." },
  tables: { ja: "表と列", en: "Tables and columns" },
  all: { ja: "すべての表", en: "All tables" },
  whole: { ja: "すべてのデータを許可する", en: "Everything in the data" },
  some: { ja: "表と列を選んで許可する", en: "Choose tables and columns" },
  extent: { ja: "許可の範囲", en: "Extent" },
  notThis: { ja: "許可しない", en: "Not permitted" },
  allColumns: { ja: "すべての列", en: "All columns" },
  someColumns: { ja: "列を選ぶ", en: "Choose columns" },
  columnsOf: { ja: "{table} の列", en: "Columns of {table}" },
  always: { ja: "{columns} は、集計と規則に必要なため、いつも使えます。", en: "{columns}: always there, since figures and rules need them." },
  noTables: { ja: "表を1つ以上選んでください。", en: "Choose at least one table." },
  state: { ja: "状態", en: "State" },
  holds: { ja: "有効", en: "Holds" },
  ended: { ja: "終了 {day}", en: "Ended {day}" },
  end: { ja: "終了", en: "End" },
  endOne: { ja: "{name} の許可を終了", en: "End the grant of {name}" },
  endTitle: { ja: "利用許可を終了しますか？", en: "End this grant?" },
  endWhat: { ja: "{name} さんはこの課題を利用できなくなります。実行中のセッションとトークンも終了します。", en: "{name} can no longer work on this study. Sessions and tokens under the grant end too." },
  endedToast: { ja: "許可を終了しました", en: "The grant has ended" },
  saved: { ja: "{name} さんの許可を保存しました", en: "The grant of {name} was saved" },
} as const;

export const history = {
  title: { ja: "変更履歴", en: "History" },
  of: { ja: "{name} の変更履歴", en: "History of {name}" },
  show: { ja: "履歴", en: "History" },
  none: { ja: "変更の記録はありません", en: "Nothing was changed yet" },
  what: { ja: "内容", en: "What" },
} as const;

/** Details of log entries, by their names there. Without a value where it is merely true. */
export const details: Record<string, { ja: string; en: string }> = {
  from: { ja: "開始日", en: "from" },
  until: { ja: "終了日", en: "until" },
  training_until: { ja: "研修の有効期限", en: "training until" },
  organisation: { ja: "利用事業者", en: "organisation" },
  type: { ja: "認定の区分", en: "type" },
  revoked: { ja: "認定の取り消し", en: "certificate revoked" },
  all_tables: { ja: "すべての表", en: "all tables" },
  tables: { ja: "表", en: "tables" },
  narrowed: { ja: "列を限った表", en: "narrowed" },
  for: { ja: "承認の票", en: "for" },
  against: { ja: "不承認の票", en: "against" },
  barred: { ja: "利益相反", en: "barred" },
  route: { ja: "利用環境", en: "route" },
  linked: { ja: "公的データベースと連結", en: "linked with public databases" },
  joint_users: { ja: "共同利用者", en: "joint users" },
  researcher: { ja: "研究者", en: "researcher" },
  output_checker: { ja: "出力審査者", en: "output checker" },
  security_staff: { ja: "監査担当", en: "security staff" },
  data_steward: { ja: "データ管理者", en: "data steward" },
  registrar: { ja: "登録担当", en: "registrar" },
};
