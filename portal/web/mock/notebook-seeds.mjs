/** Notebooks that are there from the start. */
const sql = (id, source, more = {}) => ({ id, kind: "sql", source, ...more });
const markdown = (id, source) => ({ id, kind: "markdown", source });

const first = {
    title: "糖尿病患者の HbA1c と腎機能",
    document: {
      parameters: [{ name: "from_date", parameter: { type: "date", value: "2024-04-01" } }, { name: "icd", parameter: { type: "text", value: "E11" } }, { name: "least_age", parameter: { type: "integer", value: 40 } }],
      cells: [
        markdown("intro", "# 対象集団\n\n2024年度に**2型糖尿病**(E11)と診断された40歳以上の患者。疑い病名は除く。\n\n| 定義 | 内容 |\n|:--|--:|\n| 診断 | `icd10 = :icd` |\n| 期間 | 2024-04-01 〜 |"),
        sql("cohort", "-- 対象者(後のセルで使う)\nSELECT DISTINCT d.patient_id\nFROM diagnosis d\nJOIN patient p ON p.patient_id = d.patient_id\nWHERE d.icd10 = :icd AND NOT d.suspected\n  AND d.diagnosis_date >= :from_date\n  AND 2025 - p.birth_year >= :least_age", { name: "cohort" }),
        sql("ages", "SELECT (2025 - p.birth_year) / 10 * 10 AS age, p.sex,\n       count(DISTINCT p.patient_id) AS patients,\n       avg(l.value) AS mean_hba1c\nFROM cohort c\nJOIN patient p ON p.patient_id = c.patient_id\nJOIN lab l ON l.patient_id = c.patient_id AND l.test = 'hba1c'\nGROUP BY 1, 2\nORDER BY 1, 2", { chart: { kind: "bar", x: "age", y: "patients", series: "sex" } }),
        markdown("seasons", "## 受診の季節変動"),
        sql("months", "SELECT date_trunc('month', v.visit_date) AS month,\n       count(DISTINCT v.patient_id) AS patients\nFROM cohort c JOIN visit v ON v.patient_id = c.patient_id\nGROUP BY 1 ORDER BY 1", { name: "seasons", chart: { kind: "line" } }),
        sql("wrong", "SELECT count(*) AS n\nFROM diagnosi"),
      ],
    },
};

export const seeds = [
  first,
  { title: "地域別の患者数", document: { parameters: [], cells: [sql("big", "SELECT area, count(DISTINCT patient_id) AS patients -- big\nFROM patient\nGROUP BY area")] } },
];
