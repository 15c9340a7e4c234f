/** Canned answers to the catalogue's questions about a column's distribution. Figures are invented. */
import { bool, dateDay, float64, int64, utf8 } from "@uwdata/flechette";

const values = {
  sex: ["F", "M", "X"], prefecture: ["13", "27", "23", "14", "11", "01", "28", "40", "12", "22", "08", "34", "26", "47"], setting: ["outpatient", "inpatient", "home"],
  icd10: ["I10", "E11", "E78", "J06", "K21", "M54", "N18", "H25", "F32", "L20", "C18", "I50", "G47", "J45", "Z99"], suspected: [false, true],
  test: ["hba1c", "egfr", "ldl", "creatinine", "alt", "urine_albumin"], unit: ["%", "mL/min/1.73m2", "mg/dL", "U/L", null], atc: ["A10BA02", "C09AA05", "C10AA05", "B01AC06"],
};
const few = (rows) => rows.flatMap(([, n], row) => (n !== null && n < 60 ? [row] : []));

/** Columns, rows and the rows whose figure is suppressed; undefined where it is no such question. */
export function profileAnswer(sql) {
  if (/percentile_cont\(0\.05\)/.test(sql)) {
    const [low, middle, high] = /birth_year/.test(sql) ? [1934, 1966, 2004] : /value/.test(sql) ? [4.9, 6.1, 9.4] : [1, 14, 88];
    return table({ low: float64(), middle: float64(), high: float64() }, [[low, middle, high]], []);
  }
  if (/AS filled/.test(sql)) return table({ everything: int64(), filled: int64() }, [[183_402, /remark/.test(sql) ? 9_120 : 177_301]], []);
  if (/AS different/.test(sql)) return table({ different: int64() }, [[/institution/.test(sql) ? 212 : 20_000]], []);
  if (/END AS band/.test(sql)) {
    const bands = [...sql.matchAll(/THEN (\d+)/g)].map(([, n]) => Number(n));
    const rows = bands.map((n) => [n, Math.round(5200 * Math.exp(-((n - 3.4) ** 2) / 5)) - 40]).filter(([, n]) => n > -38);
    if (/value/.test(sql)) rows.push([null, 812]);
    return table({ band: int64(), patients: int64() }, rows, few(rows));
  }
  if (/date_trunc\('month'/.test(sql)) {
    const rows = Array.from({ length: 39 }, (_, i) => [new Date(Date.UTC(2023, i, 1)), 2900 + Math.round(500 * Math.sin(i / 2)) - (i > 36 ? 2500 : 0)]);
    return table({ month: dateDay(), patients: int64() }, rows, [0, 37]);
  }
  const [, name] = /^SELECT (\w+), count\(DISTINCT \w+\) AS patients\nFROM \w+\nGROUP BY \w+\nORDER BY patients DESC NULLS LAST/.exec(sql) ?? [];
  if (name === undefined) return undefined;
  const found = values[name] ?? Array.from({ length: 30 }, (_, i) => String(100 + i * 7));
  const rows = found.map((value, i) => [value, Math.round(11_000 / (1 + i * i * 0.9)) - (i > 12 ? 40 : 0)]);
  return table({ [name]: typeof found[0] === "boolean" ? bool() : utf8(), patients: int64() }, rows, few(rows));
}

function table(types, rows, hidden) {
  const columns = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, [type, "text"]]));
  return { columns, rows, hidden };
}
