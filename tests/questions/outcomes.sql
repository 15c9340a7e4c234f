-- What is done and what follows: operations, stays, first treatment, quality of care. 診療実績・質指標

-- id: outcomes-operations-by-year
-- ja: 手術件数の年次推移(性・年齢別)
-- en: Operations by year, sex and age
SELECT extract(year FROM c.claim_date) AS year, p.sex, (2025 - p.birth_year) / 20 * 20 AS age,
       count(*) AS operations, count(DISTINCT c.patient_id) AS patients
FROM claim_line c JOIN patient p ON p.patient_id = c.patient_id
WHERE c.section = '50'
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;

-- id: outcomes-operation-in-stay
-- ja: 手術あり・なし別の平均在院日数
-- en: Length of stay with and without an operation
SELECT CASE WHEN o.patient_id IS NULL THEN 'no operation' ELSE 'operation' END AS kind,
       count(*) AS stays, avg(v.days) AS mean_days
FROM visit v
LEFT JOIN (SELECT DISTINCT patient_id, institution_id, claim_date FROM claim_line WHERE section = '50') o
       ON o.patient_id = v.patient_id AND o.institution_id = v.institution_id AND o.claim_date = v.visit_date
WHERE v.setting = 'inpatient'
GROUP BY 1;

-- id: outcomes-antibiotic-after-operation
-- ja: 手術後7日以内の抗菌薬投与割合
-- en: Operations followed by an antibiotic within a week
SELECT i.kind, count(*) AS operations,
       count(*) FILTER (WHERE EXISTS (
         SELECT 1 FROM drug d WHERE d.patient_id = c.patient_id AND d.atc LIKE 'J01%'
            AND d.drug_date BETWEEN c.claim_date AND c.claim_date + INTERVAL '7 days')) AS with_antibiotic
FROM claim_line c JOIN institution i ON i.institution_id = c.institution_id
WHERE c.section = '50'
GROUP BY i.kind;
-- remedy:
SELECT i.kind, count(*) AS operations
FROM claim_line c JOIN institution i ON i.institution_id = c.institution_id
WHERE c.section = '50'
  AND EXISTS (SELECT 1 FROM drug d WHERE d.patient_id = c.patient_id AND d.atc LIKE 'J01%'
              AND d.drug_date BETWEEN c.claim_date AND c.claim_date + INTERVAL '7 days')
GROUP BY i.kind;

-- id: outcomes-first-treatment-of-hypertension
-- ja: 高血圧の初回治療薬(年齢別構成比)
-- en: First drug for hypertension, by age
WITH first_drug AS (
  SELECT patient_id, atc FROM (
    SELECT patient_id, atc, row_number() OVER (PARTITION BY patient_id ORDER BY drug_date, atc) AS rn
    FROM drug WHERE atc IN ('C08CA01', 'C09CA08')
  ) r WHERE rn = 1
)
SELECT CASE WHEN 2025 - p.birth_year < 65 THEN '<65' ELSE '65+' END AS age, f.atc, count(*) AS patients,
       100.0 * count(*) / sum(count(*)) OVER (PARTITION BY CASE WHEN 2025 - p.birth_year < 65 THEN '<65' ELSE '65+' END) AS percent
FROM first_drug f JOIN patient p ON p.patient_id = f.patient_id
GROUP BY 1, 2 ORDER BY 1, 2;

-- id: outcomes-yearly-hba1c-check
-- ja: 質指標:糖尿病患者の年1回以上のHbA1c測定割合(都道府県別)
-- en: Quality of care: people with diabetes with an HbA1c in 2025, by prefecture
SELECT p.prefecture, count(*) AS diabetics, count(l.patient_id) AS tested,
       round(100.0 * count(l.patient_id) / count(*), 1) AS percent
FROM patient p
JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected) dm ON dm.patient_id = p.patient_id
LEFT JOIN (SELECT DISTINCT patient_id FROM lab WHERE test = 'hba1c' AND lab_date >= '2025-01-01') l ON l.patient_id = p.patient_id
GROUP BY p.prefecture
ORDER BY percent;

-- id: outcomes-statin-after-stroke
-- ja: 脳梗塞後180日以内のスタチン処方割合
-- en: A statin within 180 days of a first stroke, by sex
WITH s AS (SELECT patient_id, min(diagnosis_date) AS t0 FROM diagnosis WHERE icd10 = 'I63' AND NOT suspected GROUP BY patient_id)
SELECT p.sex, count(DISTINCT s.patient_id) AS strokes, count(DISTINCT d.patient_id) AS with_statin
FROM s
JOIN patient p ON p.patient_id = s.patient_id
LEFT JOIN drug d ON d.patient_id = s.patient_id AND d.atc = 'C10AA07' AND d.drug_date BETWEEN s.t0 AND s.t0 + INTERVAL '180' DAY
GROUP BY p.sex;

-- id: outcomes-deliveries
-- ja: 分娩の月別件数と母の年齢
-- en: Deliveries by age of the mother
SELECT (extract(year FROM d.diagnosis_date) - p.birth_year) / 5 * 5 AS age, count(DISTINCT d.patient_id) AS mothers
FROM diagnosis d JOIN patient p ON p.patient_id = d.patient_id
WHERE d.icd10 = 'O80' AND p.sex = 'F'
GROUP BY 1 ORDER BY 1;

-- id: outcomes-long-stays
-- ja: 30日を超える長期入院の割合(年齢別)
-- en: Share of stays longer than 30 days by age
SELECT (2025 - p.birth_year) / 10 * 10 AS age, count(*) AS stays,
       avg(CASE WHEN v.days > 30 THEN 1.0 ELSE 0 END) AS share_long
FROM visit v INNER JOIN patient p USING (patient_id)
WHERE v.setting = 'inpatient'
GROUP BY age ORDER BY age;

-- id: outcomes-pneumonia-after-cold
-- ja: 感冒受診後14日以内の肺炎診断割合(抗菌薬有無別)
-- en: Pneumonia within two weeks of a cold, with and without an antibiotic
WITH cold AS (
  SELECT patient_id, min(diagnosis_date) AS t0 FROM diagnosis WHERE icd10 IN ('J00', 'J06') AND NOT suspected GROUP BY patient_id
), c AS (
  SELECT cold.patient_id, cold.t0,
         max(CASE WHEN d.atc LIKE 'J01%' THEN 1 ELSE 0 END) AS antibiotic
  FROM cold LEFT JOIN drug d ON d.patient_id = cold.patient_id AND d.drug_date = cold.t0
  GROUP BY cold.patient_id, cold.t0
)
SELECT c.antibiotic, count(DISTINCT c.patient_id) AS colds, count(DISTINCT p.patient_id) AS pneumonias
FROM c
LEFT JOIN diagnosis p ON p.patient_id = c.patient_id AND p.icd10 = 'J18'
                     AND p.diagnosis_date > c.t0 AND p.diagnosis_date <= c.t0 + INTERVAL '14 days'
GROUP BY c.antibiotic;

-- id: outcomes-cost-around-diagnosis
-- ja: がん診断前後の月別医療費
-- en: Costs in the half years before and after a diagnosis of colon cancer
WITH dx AS (SELECT patient_id, min(diagnosis_date) AS t0 FROM diagnosis WHERE icd10 = 'C18' AND NOT suspected GROUP BY patient_id)
SELECT CASE WHEN c.claim_date < dx.t0 THEN 'before' ELSE 'after' END AS period,
       count(DISTINCT c.patient_id) AS patients, sum(c.yen) AS yen,
       sum(c.yen) / count(DISTINCT c.patient_id) AS yen_per_patient
FROM claim_line c JOIN dx ON dx.patient_id = c.patient_id
WHERE c.claim_date BETWEEN dx.t0 - INTERVAL '6 months' AND dx.t0 + INTERVAL '6 months'
GROUP BY 1;

-- id: outcomes-attended-by-age-and-month
-- ja: 年齢階級別・月別の受診率
-- en: Share of people who saw a doctor, by age and month of 2025
WITH base AS (SELECT birth_year / 10 * 10 AS born, count(*) AS people FROM patient GROUP BY birth_year / 10 * 10),
     seen AS (
       SELECT p.birth_year / 10 * 10 AS born, extract(month FROM v.visit_date) AS month, count(DISTINCT v.patient_id) AS n
       FROM visit v JOIN patient p ON p.patient_id = v.patient_id
       WHERE v.visit_date >= '2025-01-01'
       GROUP BY p.birth_year / 10 * 10, extract(month FROM v.visit_date)
     )
SELECT b.born, s.month, round(100.0 * s.n / b.people, 1) AS percent
FROM base b JOIN seen s ON s.born = b.born
ORDER BY b.born, s.month;
