/** Words of signing in, being invited, confirming, the time-out and the account. */
export const door = {
  signIn: { ja: "サインイン", en: "Sign in" },
  handler: { ja: "取扱者ID", en: "Handler ID" },
  password: { ja: "パスワード", en: "Password" },
  code: { ja: "確認コード", en: "Code" },
  codeHint: { ja: "認証アプリに表示されている6桁の数字", en: "The six digits that your authenticator app shows" },
  recovery: { ja: "回復コード", en: "Recovery code" },
  recoveryHint: { ja: "初回登録のときに控えたコードのうち、まだ使っていないもの", en: "One of the codes you kept when you enrolled, not used before" },
  useRecovery: { ja: "認証アプリを使えないとき（回復コードを使う）", en: "I can't use my app (use a recovery code)" },
  useCode: { ja: "認証アプリのコードを使う", en: "Use a code from the app" },
  first: { ja: "初めて利用する方は、登録担当から届いた招待リンクを開いてください。", en: "New here? Open the invitation link that the registrar gave you." },
  recorded: { ja: "このシステムでの操作はすべて記録されます。", en: "Everything you do in this system is recorded." },
  about: { ja: "仮名加工医療情報の解析環境", en: "The analysis enclave for pseudonymised medical records" },
  over: { ja: "サインインの期限が切れました。もう一度サインインすると、同じ画面から続けられます。", en: "Your sign-in ended. Sign in again to go on where you were." },
  unasked: { ja: "サーバーの応答を待っています", en: "Waiting for the server" },
} as const;

export const enrol = {
  title: { ja: "利用者登録", en: "Enrolment" },
  hello: { ja: "{name} さんの登録", en: "Enrolment of {name}" },
  until: { ja: "この招待は {time} まで有効です。", en: "This invitation is good until {time}." },
  app: { ja: "認証アプリに登録する", en: "Add Sekisho to your authenticator app" },
  appHow: { ja: "スマートフォンなどの認証アプリで、このQRコードを読み取ってください。", en: "Scan this QR code with the authenticator app on your phone." },
  qr: { ja: "認証アプリ用のQRコード。読み取れない場合は、隣のキーを手で入力できます。", en: "QR code for your authenticator app. You can type the key beside it instead." },
  byHand: { ja: "読み取れない場合は、このキーを入力します。", en: "If you can't scan it, type this key." },
  key: { ja: "キー（時間ベース、6桁）", en: "Key (time-based, six digits)" },
  password: { ja: "パスワードを決める", en: "Choose a password" },
  passwordHint: { ja: "{n}文字以上。覚えやすい言葉をいくつかつなげた長いものが安全です。記号や数字は必須ではありません。", en: "At least {n} characters. Several words in a row are safe and easy to remember; digits and signs are not needed." },
  short: { ja: "あと{n}文字必要です", en: "{n} more characters needed" },
  enough: { ja: "十分な長さです", en: "Long enough" },
  long: { ja: "とても良い長さです", en: "A very good length" },
  confirm: { ja: "確認コードを入力する", en: "Enter a code" },
  confirmHint: { ja: "認証アプリに表示された6桁の数字を入力してください。", en: "Enter the six digits that the app shows now." },
  done: { ja: "登録する", en: "Enrol" },
  kept: { ja: "回復コードを控える", en: "Keep your recovery codes" },
  why: { ja: "認証アプリを使えなくなったときに、確認コードの代わりに使います。どのコードも一度だけ使えます。", en: "They stand in for the app's code if you lose it. Each works once." },
  once: { ja: "この画面を閉じると、二度と表示できません。", en: "They are shown now and never again." },
  codes: { ja: "回復コード", en: "Recovery codes" },
  download: { ja: "ファイルに保存", en: "Save as a file" },
  have: { ja: "回復コードを安全な場所に控えました", en: "I have kept the recovery codes in a safe place" },
  haveFirst: { ja: "先に回復コードを控え、チェックを入れてください。", en: "Keep the codes first, then tick the box." },
  toSignIn: { ja: "サインインへ進む", en: "Go to sign-in" },
  step: { ja: "手順 {n}", en: "Step {n}" },
} as const;

export const idle = {
  title: { ja: "まもなくサインアウトします", en: "You are about to be signed out" },
  idle: { ja: "しばらく操作がありません。安全のため、あと {left} で自動的にサインアウトします。", en: "Nothing has been done for a while. To be safe, you will be signed out in {left}." },
  ends: { ja: "1回のサインインで利用できる時間が終わります。あと {left} でサインアウトします。入力中の内容を保存してください。", en: "The time of one sign-in is nearly over. You will be signed out in {left}. Save what you are writing." },
  stay: { ja: "利用を続ける", en: "Stay signed in" },
  understood: { ja: "わかりました", en: "Understood" },
  minute: { ja: "残り{n}分", en: "{n} min left" },
} as const;

export const surely = {
  title: { ja: "本人確認", en: "Confirm that it is you" },
  why: { ja: "大切な操作のため、もう一度パスワードと確認コードを入力してください。", en: "This is a sensitive act. Please give your password and a code again." },
  confirm: { ja: "確認する", en: "Confirm" },
} as const;

export const account = {
  you: { ja: "利用者", en: "You" },
  name: { ja: "氏名", en: "Name" },
  organisation: { ja: "所属", en: "Organisation" },
  roles: { ja: "役割", en: "Roles" },
  zone: { ja: "利用環境", en: "Zone" },
  ends: { ja: "サインインの期限", en: "This sign-in ends" },
  endsAt: { ja: "{time}（操作がない場合は {idle}）", en: "{time} (if nothing is done, {idle})" },
  codes: { ja: "回復コード", en: "Recovery codes" },
  left: { ja: "残り{n}個", en: "{n} left" },
  codesWhat: { ja: "認証アプリを使えないときに、確認コードの代わりになります。", en: "They stand in for a code when you can't use the app." },
  few: { ja: "残りが少なくなっています。登録担当に新しい招待を依頼すると、認証アプリと回復コードを登録し直せます。", en: "Few are left. Ask the registrar for a new invitation to enrol anew, with fresh codes." },
  everywhere: { ja: "すべての端末からサインアウト", en: "Sign out everywhere" },
  everywhereWhat: { ja: "ほかの端末やブラウザーを含め、すべてのサインインを終了します。実行中のセッションも終わります。心当たりのない利用がある場合は、監査担当にもお知らせください。", en: "Ends all your sign-ins, also on other devices, and the sessions that are running. If you suspect that somebody else used your account, tell the security staff too." },
  everywhereSure: { ja: "すべてのサインインと実行中のセッションが終わります。保存した内容は残ります。", en: "All sign-ins and running sessions end. What is saved stays." },
  looks: { ja: "表示", en: "Display" },
  language: { ja: "言語", en: "Language" },
} as const;
