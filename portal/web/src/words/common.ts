/** Words that many pages share. */
export const common = {
  name: { ja: "関所", en: "Sekisho" },
  cancel: { ja: "キャンセル", en: "Cancel" },
  close: { ja: "閉じる", en: "Close" },
  save: { ja: "保存", en: "Save" },
  again: { ja: "もう一度試す", en: "Try again" },
  back: { ja: "戻る", en: "Back" },
  next: { ja: "次へ", en: "Next" },
  open: { ja: "開く", en: "Open" },
  copy: { ja: "コピー", en: "Copy" },
  copied: { ja: "コピーしました", en: "Copied" },
  notCopied: { ja: "コピーできませんでした。選択してコピーしてください。", en: "Could not copy. Select the text and copy it yourself." },
  loading: { ja: "読み込んでいます", en: "Loading" },
  search: { ja: "検索", en: "Search" },
  more: { ja: "さらに読み込む", en: "Load more" },
  none: { ja: "なし", en: "None" },
  required: { ja: "必須", en: "Required" },
  optional: { ja: "任意", en: "Optional" },
  fillIn: { ja: "入力してください。", en: "Please fill this in." },
  whatToDo: { ja: "対処", en: "What to do" },
  menu: { ja: "メニュー", en: "Menu" },
  sorted: { ja: "並べ替え: {column}", en: "Sort by {column}" },
} as const;

/** The frame round every page. */
export const frame = {
  skip: { ja: "本文へ移動", en: "Skip to content" },
  pages: { ja: "ページ", en: "Pages" },
  studies: { ja: "課題", en: "Studies" },
  sessions: { ja: "セッション", en: "Sessions" },
  log: { ja: "監査記録", en: "Audit log" },
  register: { ja: "登録", en: "Register" },
  usage: { ja: "利用状況", en: "Usage" },
  account: { ja: "アカウント", en: "Account" },
  help: { ja: "ヘルプ", en: "Help" },
  signOut: { ja: "サインアウト", en: "Sign out" },
  onsite: { ja: "オンサイト", en: "Onsite" },
  vdi: { ja: "VDI", en: "VDI" },
  zone: { ja: "利用環境: {zone}", en: "Zone: {zone}" },
  onsiteLong: { ja: "オンサイトセンターの端末から利用しています", en: "You work from a terminal of the onsite centre" },
  vdiLong: { ja: "VDI（仮想環境）から利用しています", en: "You work from the VDI (virtual environment)" },
  theme: { ja: "表示の明るさ", en: "Theme" },
  system: { ja: "システムに合わせる", en: "As the system" },
  light: { ja: "ライト", en: "Light" },
  dark: { ja: "ダーク", en: "Dark" },
  person: { ja: "{name} のメニュー", en: "Menu of {name}" },
  otherLanguage: { ja: "English", en: "日本語" },
} as const;

/** What the roles are called. */
export const roles = {
  researcher: { ja: "研究者", en: "Researcher" },
  output_checker: { ja: "出力審査者", en: "Output checker" },
  security_staff: { ja: "監査担当", en: "Security staff" },
  data_steward: { ja: "データ管理者", en: "Data steward" },
  registrar: { ja: "登録担当", en: "Registrar" },
} as const;

export const routes = {
  onsite: { ja: "オンサイト", en: "Onsite centre" },
  vdi: { ja: "VDI", en: "VDI" },
  both: { ja: "オンサイト・VDI", en: "Onsite or VDI" },
} as const;
