/** For security staff: who works now, and the log. */
import { trouble } from "./answer.mjs";
import { who, whoSurely } from "./people.mjs";

const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
let sessions = [
  { session: "s-7f3a91", handler: "tanaka", study: "diabetes-ckd-2026", since: ago(134), zone: "vdi", questions: 41 },
  { session: "s-20c4be", handler: "yoshida", study: "stroke-rehab", since: ago(12), zone: "onsite", questions: 3 },
  { session: "s-9d11f0", handler: "kobayashi", study: "antibiotics-children", since: ago(391), zone: "vdi", questions: 128 },
];
const sql = "SELECT sex, age_band, count(DISTINCT patient) AS patients\nFROM diagnosis\nWHERE code LIKE 'E11%'\nGROUP BY sex, age_band";
const kinds = [
  { actor: "tanaka", role: "researcher", action: "verdict", study: "diabetes-ckd-2026", session: "s-7f3a91", decision: "released" },
  { actor: "tanaka", role: "researcher", action: "query", study: "diabetes-ckd-2026", session: "s-7f3a91", decision: "allowed", sql },
  { actor: "kobayashi", role: "researcher", action: "verdict", study: "antibiotics-children", session: "s-9d11f0", decision: "refused", reason: "unit_result" },
  { actor: "kobayashi", role: "researcher", action: "query", study: "antibiotics-children", session: "s-9d11f0", decision: "allowed", sql: "SELECT * FROM prescription" },
  { actor: "yoshida", role: "researcher", action: "session_start", study: "stroke-rehab", session: "s-20c4be", object: "stroke-v3", decision: "allowed" },
  { actor: "yoshida", role: "researcher", action: "entry", decision: "allowed" },
  { actor: "kimura", role: "researcher", action: "refused_entry", decision: "denied", reason: "user_type" },
  { actor: "suzuki", role: "registrar", action: "grant", study: "stroke-rehab", object: "yoshida", decision: "allowed" },
  { actor: "suzuki", role: "registrar", action: "handler_add", object: "yoshida", decision: "allowed" },
  { actor: "gatehouse", role: "system", action: "serve_start", decision: "allowed" },
];
const log = Array.from({ length: 431 }, (_, index) => ({ index, time: ago((430 - index) * 7.3), ...kinds[(430 - index) % kinds.length] }));

export const staff = [
  ["GET", "/api/sessions", (asked) => (who(asked, "security_staff"), sessions)],
  ["DELETE", "/api/sessions/:session", (asked) => {
    const by = whoSurely(asked, "security_staff");
    const ended = sessions.find((one) => one.session === asked.session);
    if (!ended) return trouble(404, "session", "このセッションはすでに終わっています。", "This session is already over.", "一覧を更新してください。", "Refresh the list.");
    sessions = sessions.filter((one) => one !== ended);
    log.push({ index: log.length, time: ago(0), actor: by.handler, role: "security_staff", action: "session_end", study: ended.study, session: ended.session, decision: "allowed", reason: "stopped" });
  }],
  ["GET", "/api/log", (asked) => {
    who(asked, "security_staff");
    const before = Number(asked.url.searchParams.get("before") ?? log.length);
    return log.slice(Math.max(0, before - Number(asked.url.searchParams.get("count") ?? 50)), before).reverse();
  }],
];
