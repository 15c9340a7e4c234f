/** The studies of whoever is signed in. What stands within a study is mock/notebook.mjs's, if it is there. */
import { troubleWords } from "./answer.mjs";
import { who } from "./people.mjs";

const inDays = (days) => new Date(Date.now() + days * 86400_000).toISOString();
const studies = [
  { study: "diabetes-ckd-2026", display: "糖尿病患者における慢性腎臓病の発症と処方の変化", organisation: "中央医科大学", snapshot: "dpc-2026-04 v3", policy: "dpc-standard 2026-04", route: "vdi", from: inDays(-233), until: inDays(131) },
  { study: "stroke-rehab", display: "脳卒中後のリハビリテーションと在院日数", organisation: "東都大学医学部附属病院", snapshot: "stroke v3", policy: "strict 2026-01", route: "both", from: inDays(-170), until: inDays(11) },
  { study: "heart-failure-registry", display: "心不全の再入院", organisation: "中央医科大学", snapshot: "dpc-2026-04 v3", policy: "dpc-standard 2026-04", route: "onsite", from: inDays(-20), until: inDays(345),
    closed: troubleWords("zone", "この課題はオンサイトセンターからのみ利用できます。", "This study is open from the onsite centre only.", "オンサイトセンターの端末からサインインしてください。", "Sign in from a terminal of the onsite centre.") },
  { study: "antibiotics-children", display: "小児の抗菌薬処方", organisation: "中央医科大学", snapshot: "claims-2025 v1", policy: "dpc-standard 2025-10", route: "vdi", from: inDays(-385), until: inDays(-20),
    closed: troubleWords("over", "利用期間が終わりました。", "The period of use is over.", "延長が必要な場合は、審査委員会に期間変更を申請してください。", "If you need longer, apply to the review committee for another period.") },
];

export const study = [
  ["GET", "/api/studies", (asked) => (who(asked).handler === "kimura" ? [] : studies)],
  ["GET", "/api/session-of/:study", (asked) => (who(asked), { running: false, queries: 0 })],
  ...(await import("./notebook.mjs").then((room) => room.notebook, () => [])),
];
