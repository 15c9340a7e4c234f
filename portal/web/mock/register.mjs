/** The register: organisations, handlers, studies. */
import { randomUUID } from "node:crypto";
import { trouble } from "./answer.mjs";
import { catalogue } from "./notebook-catalogue.mjs";
import { who, whoSurely } from "./people.mjs";

const store = {
  organisations: { key: "organisation", rows: [
    { organisation: "chuo-medical", display: "中央医科大学", number: "仮利-2-0012", user_type: "type-2", from: "2025-04-01T00:00:00+09:00", until: "2028-03-31T23:59:59+09:00" },
    { organisation: "hokusei", display: "北星製薬", number: "仮利-1-0007", user_type: "type-1", from: "2025-10-01T00:00:00+09:00", until: "2027-09-30T23:59:59+09:00" },
    { organisation: "toto-university", display: "東都大学医学部附属病院", number: "仮利-2-0031", user_type: "type-2", from: "2024-12-01T00:00:00+09:00", until: "2026-12-10T23:59:59+09:00" },
    { organisation: "minami", display: "南総合研究所", number: "仮利-2-0019", user_type: "type-2", from: "2025-04-01T00:00:00+09:00", until: "2028-03-31T23:59:59+09:00", revoked: "2026-08-03T10:00:00+09:00" },
  ] },
  handlers: { key: "handler", rows: [
    { handler: "tanaka", display: "田中 美咲", organisation: "chuo-medical", roles: ["researcher"], training_until: "2027-03-31T23:59:59+09:00", enrolled: true },
    { handler: "yoshida", display: "吉田 悠", organisation: "toto-university", roles: ["researcher"], training_until: "2026-12-05T23:59:59+09:00", enrolled: true },
    { handler: "yamada", display: "山田 花子", organisation: "chuo-medical", roles: ["researcher", "output_checker"], training_until: "2027-06-30T23:59:59+09:00", enrolled: false },
    { handler: "kobayashi", display: "小林 大輔", organisation: "toto-university", roles: ["researcher"], training_until: "2026-09-30T23:59:59+09:00", enrolled: true },
    { handler: "sato", display: "佐藤 健", roles: ["security_staff"], enrolled: true },
    { handler: "suzuki", display: "鈴木 由美子", roles: ["registrar", "data_steward"], enrolled: true },
  ] },
  studies: { key: "study", rows: [
    { study: "diabetes-ckd-2026", display: "糖尿病患者における慢性腎臓病の発症と処方の変化", linked: false, decision: "approved_with_conditions", organisation: "chuo-medical", joint_users: ["toto-university"], snapshot: "dpc-2026-04@0f3ab91c77d2", route: "vdi", from: "2026-04-01T00:00:00+09:00", until: "2027-03-31T23:59:59+09:00" },
    { study: "stroke-rehab", display: "脳卒中後のリハビリテーションと在院日数", linked: false, decision: "rejected", organisation: "toto-university", joint_users: [], snapshot: "stroke@77d20f3ab91c", route: "both", from: "2026-06-01T00:00:00+09:00", until: "2026-12-12T23:59:59+09:00" },
    { study: "antibiotics-children", display: "小児の抗菌薬処方", linked: false, organisation: "toto-university", joint_users: [], snapshot: "dpc-2026-04@0f3ab91c77d2", route: "vdi", from: "2025-11-01T00:00:00+09:00", until: "2026-10-31T23:59:59+09:00" },
  ] },
};

const change = (kind) => (asked) => {
  whoSurely(asked, "registrar");
  const { key, rows } = store[kind];
  const { body } = asked;
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(body[key] ?? "")) return trouble(422, key, "IDの形式が正しくありません。", "The ID is not well formed.", "半角の英数字、「-」、「_」で64文字以内にしてください。", "Use up to 64 letters, digits, - and _.");
  const at = rows.findIndex((row) => row[key] === body[key]);
  const row = kind === "handlers" ? { enrolled: rows[at]?.enrolled ?? false, ...body } : body;
  if (at < 0) rows.push(row);
  else rows[at] = row;
  return row;
};

const met = (note = "") => ({ met: true, note });
const reviews = {
  "diabetes-ckd-2026": {
    decision: "approved_with_conditions", words: { ja: "条件付き承認", en: "approved with conditions" },
    review: {
      decided: "2026-03-12", conditions: ["市区町村別の結果は公表しない", "公表の前に原稿を委員会に示す"],
      criteria: { purpose: met("慢性腎臓病の予防に資する"), science: met(), harm: met("地域名を出さない"), benefits: met("企業からの資金なし"), law: met() },
      votes: [["青木 恵", "natural_science", "for"], ["石田 徹", "natural_science", "barred"], ["上野 亮", "humanities", "for"], ["江口 幸", "lay", "for"], ["小川 直樹", "outside", "against"]].map(([member, category, vote]) => ({ member, category, vote })),
    },
  },
  "stroke-rehab": {
    decision: "rejected", words: { ja: "不承認:有効な票のない委員の区分があります(一般)", en: "rejected: no vote that counts in a category (lay)" },
    review: { decided: "2026-05-20", conditions: [], criteria: { purpose: met(), science: met(), harm: met(), benefits: met(), law: met() }, votes: [{ member: "青木 恵", category: "natural_science", vote: "for" }, { member: "江口 幸", category: "lay", vote: "barred" }] },
  },
};
const grants = { "diabetes-ckd-2026": [
  { handler: "tanaka" },
  { handler: "yoshida", tables: ["icd10", { table: "visit", columns: ["setting", "visit_date"] }] },
  { handler: "kobayashi", revoked: "2026-09-30T15:00:00Z" },
] };
const snapshotTables = catalogue.tables.map((one) => ({ table: one.name, columns: one.columns.map((column) => ({ column: column.name, always: column.class === "patient" || column.class === "institution" })) }));
const history = [
  { action: "study_review", reason: "approved_with_conditions", object: "diabetes-ckd-2026", study: "diabetes-ckd-2026", details: { for: 3, against: 1, barred: 1, zone: "onsite" } },
  { action: "grant", object: "yoshida", study: "diabetes-ckd-2026", details: { tables: 2, narrowed: 1, zone: "onsite" } },
  { action: "grant", object: "tanaka", study: "diabetes-ckd-2026", details: { all_tables: true, zone: "onsite" } },
  { action: "study_create", object: "dpc-2026-04@0f3ab91c77d2", study: "diabetes-ckd-2026", details: { organisation: "chuo-medical", from: "2026-03-31T15:00:00Z", until: "2027-03-31T14:59:59Z", zone: "onsite" } },
].map((entry, i) => ({ index: 400 - 40 * i, time: new Date(Date.now() - (i + 1) * 86_400_000 * 9).toISOString(), actor: "suzuki", role: "registrar", decision: "allowed", ...entry }));

export const register = [
  ...Object.keys(store).flatMap((kind) => [
    ["GET", `/api/register/${kind}`, (asked) => (who(asked, "registrar"), store[kind].rows)],
    ["POST", `/api/register/${kind}`, change(kind)],
  ]),
  ["PUT", "/api/register/studies/:study", (asked) => { whoSurely(asked, "registrar"); Object.assign(store.studies.rows.find((one) => one.study === asked.study), asked.body); }],
  ["GET", "/api/register/snapshots", (asked) => (who(asked, "registrar"), ["dpc-2026-04@0f3ab91c77d2", "stroke@77d20f3ab91c"])],
  ["GET", "/api/register/studies/:study/tables", (asked) => (who(asked, "registrar"), snapshotTables)],
  ["GET", "/api/register/studies/:study/review", (asked) => (who(asked, "registrar"), reviews[asked.study] ?? null)],
  ["POST", "/api/register/studies/:study/review", (asked) => {
    whoSurely(asked, "registrar");
    reviews[asked.study] = { decision: "approved", words: { ja: "承認", en: "approved" }, review: asked.body };
    store.studies.rows.find((one) => one.study === asked.study).decision = "approved";
    return reviews[asked.study];
  }],
  ["GET", "/api/register/studies/:study/grants", (asked) => (who(asked, "registrar"), grants[asked.study] ?? [])],
  ["POST", "/api/register/studies/:study/grants", (asked) => {
    who(asked, "registrar");
    grants[asked.study] = [...(grants[asked.study] ?? []).filter((one) => one.handler !== asked.body.handler), asked.body];
  }],
  ["DELETE", "/api/register/studies/:study/grants/:handler", (asked) => { who(asked, "registrar"); grants[asked.study].find((one) => one.handler === asked.handler).revoked = new Date().toISOString(); }],
  ["GET", "/api/register/history/:kind/:name", (asked) => (who(asked, "registrar"), asked.kind === "study" ? history : history.slice(0, 1))],
  ["GET", "/api/usage", (asked) => {
    who(asked, "registrar");
    const fees = { onsite: 8_000_000, vdi: 4_000_000, dataset: 8_000_000, statistics: 2_000_000, white_paper: 200_000 };
    const studies = store.studies.rows.map(({ study, display, organisation, route, from, until }, i) => ({ study, display, organisation: store.organisations.rows.find((one) => one.organisation === organisation)?.display, route, from, until, questions: 1284 - 400 * i, sessions: 61 - 9 * i, fee: fees[route] }));
    return { fees, studies: [...studies, { study: "trial", display: "動作確認", route: "both", questions: 12, sessions: 3 }] };
  }],
  ["POST", "/api/register/handlers/:handler/invitation", (asked) => {
    whoSurely(asked, "registrar");
    return { link: `https://sekisho.example/invitations/${randomUUID().replaceAll("-", "")}`, expires: new Date(Date.now() + 3 * 86400_000).toISOString() };
  }],
];
