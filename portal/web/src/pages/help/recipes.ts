/** Ten questions to begin with. Tables and columns are those of the demo records; a study's own are in its catalogue. */
interface Pair { ja: string; en: string }
export interface Recipe { title: Pair; hint?: Pair; sql: string }

export const RECIPES: Recipe[] = [
  {
    title: { ja: "患者を数える", en: "Count patients" },
    hint: { ja: "count(*) は記録の数、count(DISTINCT …) が人数です。", en: "count(*) counts records; count(DISTINCT …) counts people." },
    sql: "SELECT sex, count(DISTINCT patient_id) AS patients\nFROM patient\nGROUP BY sex",
  },
  {
    title: { ja: "年齢階級で分ける", en: "Bands of age" },
    sql: "SELECT CASE WHEN 2025 - birth_year < 40 THEN '0-39'\n            WHEN 2025 - birth_year < 65 THEN '40-64'\n            ELSE '65-' END AS age,\n  count(DISTINCT patient_id) AS patients\nFROM patient\nGROUP BY 1\nORDER BY age",
  },
  {
    title: { ja: "四半期ごとの推移", en: "By quarter" },
    sql: "SELECT date_trunc('quarter', visit_date) AS quarter, count(DISTINCT patient_id) AS patients\nFROM visit\nGROUP BY 1\nORDER BY quarter",
  },
  {
    title: { ja: "多い順に20件", en: "The twenty most frequent" },
    hint: { ja: "LIMIT は集計のあとなら使えます。", en: "LIMIT is fine above a summary." },
    sql: "SELECT icd10, count(DISTINCT patient_id) AS patients\nFROM diagnosis\nWHERE NOT suspected\nGROUP BY icd10\nORDER BY patients DESC NULLS LAST\nLIMIT 20",
  },
  {
    title: { ja: "コードに名前を付ける", en: "Names for codes" },
    hint: { ja: "公開の表とは自由に結合できます。", en: "Public tables can be joined freely." },
    sql: "SELECT c.label_ja, count(DISTINCT d.patient_id) AS patients\nFROM diagnosis AS d\nJOIN icd10 AS c ON c.icd10 = d.icd10\nGROUP BY c.label_ja\nORDER BY patients DESC NULLS LAST\nLIMIT 20",
  },
  {
    title: { ja: "別の表の条件で絞る", en: "Narrow by another table" },
    hint: { ja: "患者キーでつなぎます。", en: "Joined by the patient key." },
    sql: "SELECT p.sex, count(DISTINCT p.patient_id) AS patients\nFROM patient AS p\nWHERE EXISTS (SELECT 1 FROM drug AS d\n              WHERE d.patient_id = p.patient_id AND d.atc LIKE 'A10%')\nGROUP BY p.sex",
  },
  {
    title: { ja: "患者ごとにまとめてから集計", en: "First by patient, then over all" },
    sql: "WITH each_patient AS (\n  SELECT patient_id, avg(value) AS mean_hba1c\n  FROM lab\n  WHERE test = 'hba1c'\n  GROUP BY patient_id\n)\nSELECT count(*) AS patients, avg(mean_hba1c) AS mean, median(mean_hba1c) AS median\nFROM each_patient",
  },
  {
    title: { ja: "初めての出来事", en: "First events" },
    sql: "WITH first AS (\n  SELECT patient_id, min(diagnosis_date) AS day\n  FROM diagnosis\n  WHERE icd10 LIKE 'E11%' AND NOT suspected\n  GROUP BY patient_id\n)\nSELECT date_trunc('quarter', day) AS quarter, count(*) AS new_patients\nFROM first\nGROUP BY 1\nORDER BY quarter",
  },
  {
    title: { ja: "割合を出す", en: "Shares" },
    hint: { ja: "条件は sum(CASE …) の中ではなく GROUP BY に置きます。", en: "The condition stands in GROUP BY, not inside sum(CASE …)." },
    sql: "SELECT high, patients, round(100.0 * patients / sum(patients) OVER (), 1) AS percent\nFROM (\n  SELECT worst >= 6.5 AS high, count(*) AS patients\n  FROM (SELECT patient_id, max(value) AS worst\n        FROM lab\n        WHERE test = 'hba1c' AND value IS NOT NULL\n        GROUP BY patient_id) AS each_patient\n  GROUP BY 1\n) AS t",
  },
  {
    title: { ja: "偏った金額を見る", en: "Skewed amounts" },
    hint: { ja: "上限を付けると、少数の高額な人に左右されません。", en: "A cap keeps a few expensive patients from deciding it." },
    sql: "SELECT route, avg(least(yen, 50000)) AS mean_capped, median(yen) AS median\nFROM drug\nGROUP BY route",
  },
];
