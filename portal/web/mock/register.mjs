/** The register: organisations, handlers, studies. */
import { randomUUID } from "node:crypto";
import { trouble } from "./answer.mjs";
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
    { study: "diabetes-ckd-2026", organisation: "chuo-medical", joint_users: ["toto-university"], snapshot: "dpc-2026-04", route: "vdi", from: "2026-04-01T00:00:00+09:00", until: "2027-03-31T23:59:59+09:00" },
    { study: "stroke-rehab", organisation: "toto-university", joint_users: [], snapshot: "stroke-v3", route: "both", from: "2026-06-01T00:00:00+09:00", until: "2026-12-12T23:59:59+09:00" },
    { study: "antibiotics-children", organisation: "toto-university", joint_users: [], snapshot: "dpc-2026-04", route: "vdi", from: "2025-11-01T00:00:00+09:00", until: "2026-10-31T23:59:59+09:00" },
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

export const register = [
  ...Object.keys(store).flatMap((kind) => [
    ["GET", `/api/register/${kind}`, (asked) => (who(asked, "registrar"), store[kind].rows)],
    ["POST", `/api/register/${kind}`, change(kind)],
  ]),
  ["POST", "/api/register/handlers/:handler/invitation", (asked) => {
    whoSurely(asked, "registrar");
    return { link: `https://sekisho.example/invitations/${randomUUID().replaceAll("-", "")}`, expires: new Date(Date.now() + 3 * 86400_000).toISOString() };
  }],
];
