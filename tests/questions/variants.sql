-- The same question again with a slightly different definition, as sensitivity analyses ask it. 定義を変えた感度分析

-- id: variants-diabetes-any
-- ja: 2型糖尿病の年齢・性別患者数(疑いを含む)
-- en: Type 2 diabetes by sex and age, suspected diagnoses included
SELECT p.sex, (2025 - p.birth_year) / 10 * 10 AS age, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN patient p ON p.patient_id = d.patient_id
WHERE d.icd10 = 'E11'
GROUP BY p.sex, (2025 - p.birth_year) / 10 * 10
ORDER BY 1, 2;

-- id: variants-diabetes-confirmed
-- ja: 2型糖尿病の年齢・性別患者数(確定病名のみ)
-- en: The same, confirmed diagnoses only
SELECT p.sex, (2025 - p.birth_year) / 10 * 10 AS age, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN patient p ON p.patient_id = d.patient_id
WHERE d.icd10 = 'E11' AND NOT d.suspected
GROUP BY p.sex, (2025 - p.birth_year) / 10 * 10
ORDER BY 1, 2;

-- id: variants-diabetes-twice
-- ja: 2型糖尿病の年齢・性別患者数(2回以上)
-- en: The same, at least two diagnoses
SELECT p.sex, (2025 - p.birth_year) / 10 * 10 AS age, count(*) AS patients
FROM (SELECT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected GROUP BY patient_id HAVING count(*) >= 2) d
JOIN patient p ON p.patient_id = d.patient_id
GROUP BY p.sex, (2025 - p.birth_year) / 10 * 10
ORDER BY 1, 2;

-- id: variants-diabetes-with-drug
-- ja: 2型糖尿病の年齢・性別患者数(病名かつ処方)
-- en: The same, diagnosis and drug
SELECT p.sex, (2025 - p.birth_year) / 10 * 10 AS age, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN patient p ON p.patient_id = d.patient_id
WHERE d.icd10 = 'E11' AND NOT d.suspected
  AND EXISTS (SELECT 1 FROM drug r WHERE r.patient_id = d.patient_id AND r.atc LIKE 'A10%')
GROUP BY p.sex, (2025 - p.birth_year) / 10 * 10
ORDER BY 1, 2;

-- id: variants-age-at-2024
-- ja: 年齢基準日を2024年にした高血圧患者数
-- en: Hypertension by age in 2024
SELECT (2024 - p.birth_year) / 10 * 10 AS age, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN patient p USING (patient_id)
WHERE d.icd10 = 'I10' AND NOT d.suspected
GROUP BY 1 ORDER BY 1;

-- id: variants-age-at-2025
-- ja: 年齢基準日を2025年にした高血圧患者数
-- en: Hypertension by age in 2025
SELECT (2025 - p.birth_year) / 10 * 10 AS age, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN patient p USING (patient_id)
WHERE d.icd10 = 'I10' AND NOT d.suspected
GROUP BY 1 ORDER BY 1;

-- id: variants-window-to-november
-- ja: 2023年1月〜2025年11月の心不全患者数
-- en: Heart failure by sex until the end of November 2025
SELECT p.sex, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN patient p USING (patient_id)
WHERE d.icd10 = 'I50' AND NOT d.suspected AND d.diagnosis_date < '2025-12-01'
GROUP BY p.sex;

-- id: variants-window-to-december
-- ja: 2023年1月〜2025年12月の心不全患者数
-- en: The same until the end of December
SELECT p.sex, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN patient p USING (patient_id)
WHERE d.icd10 = 'I50' AND NOT d.suspected AND d.diagnosis_date <= '2025-12-31'
GROUP BY p.sex;

-- id: variants-washout-180
-- ja: 抗うつ薬新規使用者(180日非使用)
-- en: New users of an antidepressant after 180 days without
SELECT p.sex, count(*) AS patients
FROM (SELECT patient_id, min(drug_date) AS start FROM drug WHERE atc = 'N06AB10' GROUP BY patient_id) f
JOIN patient p ON p.patient_id = f.patient_id
WHERE f.start >= DATE '2023-01-01' + INTERVAL '180 days'
GROUP BY p.sex;

-- id: variants-washout-365
-- ja: 抗うつ薬新規使用者(365日非使用)
-- en: The same after a year without
SELECT p.sex, count(*) AS patients
FROM (SELECT patient_id, min(drug_date) AS start FROM drug WHERE atc = 'N06AB10' GROUP BY patient_id) f
JOIN patient p ON p.patient_id = f.patient_id
WHERE f.start >= DATE '2023-01-01' + INTERVAL '365 days'
GROUP BY p.sex;

-- id: variants-stays-all
-- ja: 年齢別平均在院日数(全例)
-- en: Mean length of stay by age, all stays
SELECT CASE WHEN 2025 - p.birth_year < 65 THEN '<65' ELSE '65+' END AS age, count(*) AS stays, avg(v.days) AS mean_days
FROM visit v JOIN patient p USING (patient_id)
WHERE v.setting = 'inpatient'
GROUP BY 1;

-- id: variants-stays-without-outliers
-- ja: 年齢別平均在院日数(90日超を除外)
-- en: The same without stays longer than 90 days
SELECT CASE WHEN 2025 - p.birth_year < 65 THEN '<65' ELSE '65+' END AS age, count(*) AS stays, avg(v.days) AS mean_days
FROM visit v JOIN patient p USING (patient_id)
WHERE v.setting = 'inpatient' AND v.days <= 90
GROUP BY 1;
