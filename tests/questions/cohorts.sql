-- Cohorts: who enters, who is lost, what happens when. コホート・罹患・イベントまでの時間

-- id: cohorts-attrition
-- ja: 対象者選定の流れ(糖尿病コホート)
-- en: Attrition of a diabetes cohort, step by step
WITH all_patients AS (SELECT patient_id FROM patient),
step1 AS (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected),
step2 AS (SELECT s.patient_id FROM step1 s JOIN patient p ON p.patient_id = s.patient_id WHERE 2025 - p.birth_year >= 40),
step3 AS (SELECT s.patient_id FROM step2 s WHERE s.patient_id IN (SELECT patient_id FROM drug WHERE atc LIKE 'A10%')),
step4 AS (SELECT s.patient_id FROM step3 s
          WHERE EXISTS (SELECT 1 FROM lab l WHERE l.patient_id = s.patient_id AND l.test = 'hba1c' AND l.value IS NOT NULL))
SELECT 0 AS step, 'all patients' AS description, count(*) AS patients FROM all_patients
UNION ALL SELECT 1, 'type 2 diabetes', count(*) FROM step1
UNION ALL SELECT 2, 'aged 40 or more', count(*) FROM step2
UNION ALL SELECT 3, 'on a glucose-lowering drug', count(*) FROM step3
UNION ALL SELECT 4, 'with an HbA1c', count(*) FROM step4
ORDER BY step;

-- id: cohorts-attrition-in-one-row
-- ja: 対象者選定の流れ(1行で、FILTER)
-- en: Attrition in one row, with FILTER
WITH flags AS (
  SELECT p.patient_id,
         bool_or(d.icd10 = 'I48' AND NOT d.suspected) AS fibrillation,
         bool_or(d.icd10 = 'I63' AND NOT d.suspected) AS stroke,
         min(p.birth_year) AS birth_year
  FROM patient p LEFT JOIN diagnosis d ON d.patient_id = p.patient_id
  GROUP BY p.patient_id
)
SELECT count(*) AS everybody,
       count(*) FILTER (WHERE fibrillation) AS with_fibrillation,
       count(*) FILTER (WHERE fibrillation AND 2025 - birth_year >= 65) AS over_65,
       count(*) FILTER (WHERE fibrillation AND 2025 - birth_year >= 65 AND NOT stroke) AS without_stroke
FROM flags;

-- id: cohorts-incidence-after-washout
-- ja: 1年間の非罹患期間を設けた2024年の新規診断数(性別)
-- en: New diagnoses of 2024 after a year without one, by sex
WITH first_dx AS (
  SELECT patient_id, icd10, min(diagnosis_date) AS first_date
  FROM diagnosis
  WHERE NOT suspected AND icd10 IN ('I10', 'E11', 'E78', 'I48', 'I50', 'N18')
  GROUP BY patient_id, icd10
)
SELECT f.icd10, p.sex, count(*) AS new_cases
FROM first_dx f JOIN patient p ON p.patient_id = f.patient_id
WHERE f.first_date BETWEEN '2024-01-01' AND '2024-12-31'
GROUP BY f.icd10, p.sex
ORDER BY f.icd10, p.sex;

-- id: cohorts-incidence-rate
-- ja: 肺炎の罹患率(人年法、年齢階級別)
-- en: Incidence rate of pneumonia per 1,000 person-years by age
WITH person_years AS (
  SELECT (2025 - birth_year) / 20 * 20 AS age, count(*) * 3.0 AS py FROM patient GROUP BY 1
), cases AS (
  SELECT (2025 - p.birth_year) / 20 * 20 AS age, count(DISTINCT d.patient_id) AS n
  FROM diagnosis d JOIN patient p ON p.patient_id = d.patient_id
  WHERE d.icd10 = 'J18' AND NOT d.suspected
  GROUP BY 1
)
SELECT y.age, coalesce(c.n, 0) AS cases, y.py, 1000.0 * coalesce(c.n, 0) / y.py AS per_1000_person_years
FROM person_years y LEFT JOIN cases c ON c.age = y.age
ORDER BY y.age;

-- id: cohorts-time-to-insulin
-- ja: 糖尿病診断からインスリン開始までの期間
-- en: From diagnosis of diabetes to insulin: time in bands
WITH dx AS (SELECT patient_id, min(diagnosis_date) AS d0 FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected GROUP BY patient_id),
     ins AS (SELECT patient_id, min(drug_date) AS d1 FROM drug WHERE atc = 'A10AE04' GROUP BY patient_id)
SELECT CASE WHEN ins.d1 IS NULL THEN '5 never'
            WHEN ins.d1 < dx.d0 + INTERVAL '1 month' THEN '1 within a month'
            WHEN ins.d1 < dx.d0 + INTERVAL '6 months' THEN '2 within six months'
            WHEN ins.d1 < dx.d0 + INTERVAL '1 year' THEN '3 within a year'
            ELSE '4 later' END AS time_to_insulin,
       count(*) AS patients
FROM dx LEFT JOIN ins USING (patient_id)
GROUP BY 1
ORDER BY 1;

-- id: cohorts-time-to-event-histogram
-- ja: 心不全診断から初回入院までの日数(30日刻み)
-- en: Days from first heart failure to the next stay, in steps of 30
WITH hf AS (
  SELECT patient_id, min(diagnosis_date) AS d0 FROM diagnosis WHERE icd10 = 'I50' AND NOT suspected GROUP BY patient_id
), stay AS (
  SELECT v.patient_id, min(v.visit_date - hf.d0) AS days
  FROM visit v JOIN hf ON hf.patient_id = v.patient_id
  WHERE v.setting = 'inpatient' AND v.visit_date > hf.d0
  GROUP BY v.patient_id
)
SELECT days / 30 * 30 AS days_from, count(*) AS patients
FROM stay WHERE days <= 360
GROUP BY 1 ORDER BY 1;

-- id: cohorts-first-event-month
-- ja: 月別の脳梗塞初発患者数
-- en: First strokes by month
SELECT date_trunc('month', first_date) AS month, count(*) AS patients
FROM (
  SELECT patient_id, min(diagnosis_date) AS first_date
  FROM diagnosis WHERE icd10 = 'I63' AND NOT suspected
  GROUP BY patient_id
) f
WHERE first_date >= '2023-07-01'
GROUP BY 1 ORDER BY 1;

-- id: cohorts-exposed-against-unexposed
-- ja: NSAIDs曝露の有無別の消化管出血発生割合とリスク比
-- en: Gastrointestinal bleeding with and without an NSAID, and the risk ratio
WITH exposed AS (
  SELECT patient_id, min(drug_date) AS t0 FROM drug WHERE atc = 'M01AE02' GROUP BY patient_id
), bleed AS (
  SELECT patient_id, max(diagnosis_date) AS last_bleed FROM diagnosis WHERE icd10 = 'K92' AND NOT suspected GROUP BY patient_id
), groups AS (
  SELECT CASE WHEN e.patient_id IS NULL THEN 0 ELSE 1 END AS exposed,
         count(*) AS n,
         count(b.patient_id) FILTER (WHERE e.t0 IS NULL OR b.last_bleed > e.t0) AS cases
  FROM patient p
  LEFT JOIN exposed e ON e.patient_id = p.patient_id
  LEFT JOIN bleed b ON b.patient_id = p.patient_id
  GROUP BY 1
)
SELECT exposed, n, cases, 1.0 * cases / n AS risk,
       (1.0 * cases / n) / (SELECT 1.0 * cases / n FROM groups WHERE exposed = 0) AS risk_ratio
FROM groups
ORDER BY exposed;

-- id: cohorts-odds-ratio
-- ja: 喘息とアレルギー性鼻炎の2×2表とオッズ比
-- en: Two-by-two table of asthma and hay fever with the odds ratio
WITH t AS (
  SELECT count(*) FILTER (WHERE a.patient_id IS NOT NULL AND r.patient_id IS NOT NULL) AS both_illnesses,
         count(*) FILTER (WHERE a.patient_id IS NOT NULL AND r.patient_id IS NULL) AS asthma_only,
         count(*) FILTER (WHERE a.patient_id IS NULL AND r.patient_id IS NOT NULL) AS rhinitis_only,
         count(*) FILTER (WHERE a.patient_id IS NULL AND r.patient_id IS NULL) AS neither
  FROM patient p
  LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'J45' AND NOT suspected) a ON a.patient_id = p.patient_id
  LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'J30' AND NOT suspected) r ON r.patient_id = p.patient_id
)
SELECT *, 1.0 * both_illnesses * neither / (asthma_only * rhinitis_only) AS odds_ratio
FROM t;

-- id: cohorts-self-controlled
-- ja: 帯状疱疹前後30日の脳梗塞診断数(自己対照)
-- en: Strokes in the 30 days before and after shingles, each person with itself
WITH z AS (SELECT patient_id, min(diagnosis_date) AS t0 FROM diagnosis WHERE icd10 = 'B02' AND NOT suspected GROUP BY patient_id)
SELECT CASE WHEN d.diagnosis_date < z.t0 THEN 'before' ELSE 'after' END AS period,
       count(DISTINCT d.patient_id) AS patients
FROM z JOIN diagnosis d ON d.patient_id = z.patient_id
WHERE d.icd10 = 'I63' AND d.diagnosis_date <> z.t0
  AND d.diagnosis_date BETWEEN z.t0 - INTERVAL '30 days' AND z.t0 + INTERVAL '30 days'
GROUP BY 1;

-- id: cohorts-followup-length
-- ja: 観察期間(初回受診から最終受診)の分布
-- en: Length of observation from first to last visit
WITH f AS (
  SELECT patient_id, max(visit_date) - min(visit_date) AS days FROM visit GROUP BY patient_id
)
SELECT CASE WHEN days < 180 THEN '< 0.5 y' WHEN days < 365 THEN '0.5-1 y' WHEN days < 730 THEN '1-2 y' ELSE '2 y +' END AS observed,
       count(*) AS patients, avg(days) AS mean_days
FROM f
GROUP BY 1;

-- id: cohorts-followup-datediff
-- ja: 観察期間の平均(datediffで)
-- en: Mean observation per sex, with date_diff
SELECT p.sex, count(*) AS patients, avg(f.days) AS mean_days
FROM (SELECT patient_id, date_diff('day', min(visit_date), max(visit_date)) AS days FROM visit GROUP BY patient_id) f
JOIN patient p ON p.patient_id = f.patient_id
GROUP BY p.sex;
-- remedy:
SELECT p.sex, count(*) AS patients, avg(f.days) AS mean_days
FROM (SELECT patient_id, max(visit_date) - min(visit_date) AS days FROM visit GROUP BY patient_id) f
JOIN patient p ON p.patient_id = f.patient_id
GROUP BY p.sex;

-- id: cohorts-survivors-at-risk
-- ja: リスク集合の推移(最終受診が各年末以降の患者数)
-- en: Patients still seen after the end of each half year
WITH ends(day) AS (VALUES (DATE '2023-06-30'), (DATE '2023-12-31'), (DATE '2024-06-30'), (DATE '2024-12-31'), (DATE '2025-06-30')),
last_seen AS (SELECT patient_id, max(visit_date) AS last_date FROM visit GROUP BY patient_id)
SELECT e.day, count(*) AS still_seen
FROM ends e JOIN last_seen l ON l.last_date > e.day
GROUP BY e.day
ORDER BY e.day;

-- id: cohorts-never-treated
-- ja: 一度も受診のない登録者数(性・年齢別)
-- en: People with no visit at all, by sex and age
SELECT p.sex, (2025 - p.birth_year) / 10 * 10 AS age, count(*) AS people
FROM patient p
WHERE NOT EXISTS (SELECT 1 FROM visit v WHERE v.patient_id = p.patient_id)
GROUP BY p.sex, age
ORDER BY p.sex, age;

-- id: cohorts-second-cancer
-- ja: 2つ以上のがん種をもつ患者数
-- en: People with two or more cancers
WITH c AS (
  SELECT patient_id, count(DISTINCT icd10) AS cancers
  FROM diagnosis WHERE left(icd10, 1) = 'C' AND NOT suspected
  GROUP BY patient_id
)
SELECT cancers, count(*) AS patients FROM c GROUP BY cancers ORDER BY cancers;
