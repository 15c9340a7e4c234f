/** Canned answers of questions, as verdicts and as Arrow streams. Figures are invented. */
import { columnFromArray, dateDay, float64, int64, tableFromColumns, tableToIPC, utf8 } from "@uwdata/flechette";
import { troubleWords } from "./answer.mjs";
import { catalogue } from "./notebook-catalogue.mjs";
import { profileAnswer } from "./profile-answers.mjs";

const why = {
  patients: { message: { ja: "寄与する患者数が基準に満たないため秘匿しました。", en: "Too few patients stand behind this figure." }, remedy: { ja: "より粗い区分(年齢階級、四半期、二次医療圏など)で集計してください。", en: "Group more coarsely: age bands, quarters, secondary medical areas." } },
  complementary: { message: { ja: "他の秘匿セルが逆算されないように秘匿しました(二次秘匿)。", en: "Suppressed so that another suppressed cell cannot be worked out." }, remedy: { ja: "合計行を外すか、区分を広げてください。", en: "Leave out the totals, or group more coarsely." } },
};
const hidden = (row, column, reason = "patients") => ({ row, column, reason, ...why[reason] });

const ages = ["0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90-"];
function byAge() {
  const rows = ages.flatMap((age, i) => ["女性", "男性"].map((sex, j) => [age, sex, 40 + i * i * 37 + j * 61, 5.1 + i * 0.23 + j * 0.117]));
  return { columns: { age: [utf8(), "text"], sex: [utf8(), "text"], patients: [int64(), "integer"], mean_hba1c: [float64(), "real"] }, rows, suppressed: [hidden(0, 2), hidden(0, 3), hidden(1, 2, "complementary"), hidden(1, 3, "complementary"), hidden(19, 3)], nulls: [[2, 3]] };
}
function byMonth() {
  const rows = Array.from({ length: 24 }, (_, i) => [new Date(Date.UTC(2024, i, 1)), 320 + Math.round(90 * Math.sin(i / 2)) + i * 4]);
  return { columns: { month: [dateDay(), "date"], patients: [int64(), "integer"] }, rows, suppressed: [hidden(7, 1), hidden(15, 1)], nulls: [] };
}
function survival() {
  const rows = ["糖尿病あり", "糖尿病なし"].flatMap((group, g) => Array.from({ length: 12 }, (_, i) => [i * 30, group, Math.exp(-(i * (0.035 + g * -0.015)))]));
  return { columns: { day: [int64(), "integer"], cohort: [utf8(), "text"], survival: [float64(), "real"] }, rows, suppressed: [hidden(10, 2), hidden(11, 2)], nulls: [] };
}
function big() {
  const rows = Array.from({ length: 5000 }, (_, i) => [`${String(i % 47 + 1).padStart(2, "0")}`, `医療圏 ${i + 1}`, (i * 7919) % 4000, ((i * 104729) % 10000) / 100]);
  return { columns: { prefecture: [utf8(), "text"], area: [utf8(), "text"], patients: [int64(), "integer"], share: [float64(), "real"] }, rows, suppressed: rows.flatMap((row, i) => (row[2] < 60 ? [hidden(i, 2), hidden(i, 3)] : [])), nulls: [] };
}
function bySex() {
  return { columns: { sex: [utf8(), "text"], patients: [int64(), "integer"] }, rows: [["女性", 10412], ["男性", 9588], ["不明", 0]], suppressed: [hidden(2, 1)], nulls: [] };
}

function canned(sql) {
  const profile = profileAnswer(sql);
  if (profile) return { columns: profile.columns, rows: profile.rows, suppressed: profile.hidden.map((row) => hidden(row, 1)), nulls: profile.rows.flatMap((row, i) => row.flatMap((value, column) => (value === null ? [[i, column]] : []))) };
  if (/big/.test(sql)) return big();
  if (/month/.test(sql)) return byMonth();
  if (/survival/.test(sql)) return survival();
  if (/age/.test(sql)) return byAge();
  return bySex();
}

export function answerOf({ sql, views = [], parameters = {}, explore }, audit) {
  const base = { policy: "jisedai v1", snapshot: catalogue.snapshot, audit: 1200 + audit };
  const refused = (...rest) => ({ ...base, verdict: "refused", refusal: at(sql, ...rest) });
  const failed = (...rest) => ({ ...base, verdict: "failed", failure: at(sql, ...rest) });
  const known = new Set([...catalogue.tables.map((one) => one.name), ...views.map((one) => one.name)]);
  const wrong = [...sql.matchAll(/\b(?:from|join)\s+([\w]+)/gi)].find(([, name]) => !known.has(name.toLowerCase()) && !/^(select|slow)$/i.test(name) && !new RegExp(`\\b${name}\\s+as\\s*\\(`, "i").test(sql));
  const missing = [...sql.matchAll(/(?<!:):([a-z_]\w*)/gi)].find(([, name]) => parameters[name]?.value === undefined || parameters[name].value === null);
  if (wrong) return failed(wrong.index + wrong[0].length - wrong[1].length, "unknown_table", "この課題のカタログにない表です。", "No such table in this study's catalogue.", "カタログで表の名前を確かめてください。", "Check the table's name in the catalogue.");
  if (missing) return failed(missing.index, "parameter", "パラメータが足りないか、種類が合いません。", "A parameter is missing or of the wrong kind.", "すべてのパラメータに値を与えてください。", "Give every parameter a value of its kind.");
  if (/^\s*select\s+\*/i.test(sql) || (/patient_id/.test(sql) && !/count|group/i.test(sql))) return refused(0, "raw_rows", "患者一人ひとりの行は出せません。", "Rows of single patients are never shown.", "count(*)、sum、avg などで集計してください。例: SELECT 区分, count(*) FROM 表 GROUP BY 区分", "Summarise with count(*), sum or avg, for example SELECT category, count(*) FROM table GROUP BY category.");
  const { columns, rows, suppressed } = canned(sql);
  const notices = /age/.test(sql) ? [{ code: "groups", message: { ja: "該当者の少ない区分は、表に現れないことがあります。", en: "Groups with too few patients may be left out of the table." } }] : [];
  return { ...base, verdict: explore ? "explored" : "released", rows: rows.length, columns: Object.entries(columns).map(([name, [, type]]) => ({ name, type })), suppressed, notices };
}

function at(sql, offset, ...rest) {
  const before = sql.slice(0, offset).split("\n");
  return { ...troubleWords(...rest), at: { line: before.length, column: [...before.at(-1)].length + 1 } };
}

export function rowsOf(sql) {
  const { columns, rows, suppressed, nulls } = canned(sql);
  const gone = new Set([...suppressed.map(({ row, column }) => `${row} ${column}`), ...nulls.map(([row, column]) => `${row} ${column}`)]);
  const made = Object.entries(columns).map(([name, [type]], column) => [name, columnFromArray(rows.map((row, i) => (gone.has(`${i} ${column}`) ? null : type.typeId === 2 ? BigInt(row[column]) : row[column])), type)]);
  return Buffer.from(tableToIPC(tableFromColumns(Object.fromEntries(made)), { format: "stream" }));
}

export const explanation = {
  columns: ["cut", "part", "name", "evidence", "rules", "exploring"].map((name) => ({ name, type: name === "cut" ? "integer" : "text" })),
  rows: [
    [1, "label", "sex", "", "always", ""],
    [1, "figure", "count(DISTINCT patient_id)", "patients, institutions×1", "patients, institutions, complementary, differencing", "noise"],
    [1, "figure", "avg(value)", "patients, institutions×1, shares", "patients, institutions, dominance, complementary, differencing", "withheld"],
  ],
};
