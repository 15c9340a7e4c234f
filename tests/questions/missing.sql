-- What is not in the records, and what looks odd. 欠測・データの質

-- id: missing-labs-by-year
-- ja: 検査値欠測割合の年次推移
-- en: Share of missing results by test and year
SELECT test, extract(year FROM lab_date) AS year, count(*) AS results,
       sum(CASE WHEN value IS NULL THEN 1 ELSE 0 END) AS missing,
       100.0 * sum(CASE WHEN value IS NULL THEN 1 ELSE 0 END) / count(*) AS percent
FROM lab
GROUP BY test, extract(year FROM lab_date)
ORDER BY test, year;

-- id: missing-labs-by-kind
-- ja: 医療機関種別の検査値欠測割合
-- en: Share of missing results by kind of institution
SELECT i.kind, l.test, count(*) AS results, count(*) FILTER (WHERE l.value IS NULL) AS missing
FROM lab l JOIN institution i ON i.institution_id = l.institution_id
GROUP BY i.kind, l.test
ORDER BY l.test, i.kind;

-- id: missing-never-tested
-- ja: HbA1c未測定の糖尿病患者割合(年齢別)
-- en: People with diabetes without any HbA1c, by age
WITH dm AS (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected)
SELECT (2025 - p.birth_year) / 20 * 20 AS age,
       count(*) AS diabetics,
       count(*) FILTER (WHERE l.patient_id IS NULL) AS never_tested
FROM dm
JOIN patient p ON p.patient_id = dm.patient_id
LEFT JOIN (SELECT DISTINCT patient_id FROM lab WHERE test = 'hba1c' AND value IS NOT NULL) l ON l.patient_id = dm.patient_id
GROUP BY 1 ORDER BY 1;

-- id: missing-visits-without-diagnosis
-- ja: 病名のない受診の割合(入外別)
-- en: Visits without any diagnosis by setting
SELECT v.setting, count(*) AS visits,
       count(*) FILTER (WHERE d.patient_id IS NULL) AS without_diagnosis
FROM visit v
LEFT JOIN (SELECT DISTINCT patient_id, institution_id, diagnosis_date FROM diagnosis) d
       ON d.patient_id = v.patient_id AND d.institution_id = v.institution_id AND d.diagnosis_date = v.visit_date
GROUP BY v.setting;

-- id: missing-suspected-only
-- ja: 疑い病名のみで確定のない患者数(傷病別 上位)
-- en: Patients with a suspicion that was never confirmed, by illness
WITH x AS (
  SELECT patient_id, icd10, bool_and(suspected) AS only_suspected
  FROM diagnosis GROUP BY patient_id, icd10
)
SELECT icd10, count(*) AS patients, count(*) FILTER (WHERE only_suspected) AS never_confirmed
FROM x
GROUP BY icd10
HAVING count(*) >= 500
ORDER BY never_confirmed DESC;

-- id: missing-implausible-values
-- ja: 生理的にありえない検査値の件数
-- en: Results outside plausible limits by test
SELECT test, count(*) AS results,
       count(CASE WHEN (test = 'hba1c' AND (value < 3 OR value > 20)) OR (test = 'hb' AND (value < 3 OR value > 25))
                    OR (test = 'egfr' AND value > 200) OR (test = 'ldl' AND (value < 10 OR value > 500)) THEN 1 END) AS implausible
FROM lab
GROUP BY test
ORDER BY test;

-- id: missing-digit-preference
-- ja: LDLの末尾数字の分布(丸めの検出)
-- en: Last digit of LDL: is it rounded?
SELECT CAST(value AS BIGINT) % 10 AS last_digit, count(*) AS results,
       100.0 * count(*) / sum(count(*)) OVER () AS percent
FROM lab WHERE test = 'ldl' AND value IS NOT NULL
GROUP BY 1 ORDER BY 1;

-- id: missing-completeness
-- ja: 患者属性の入力率
-- en: How complete the patients' table is
SELECT count(*) AS n, count(sex) AS with_sex, count(birth_year) AS with_birth_year,
       count(prefecture) AS with_prefecture, count(municipality) AS with_municipality,
       100.0 * count(birth_year) / count(*) AS percent_birth_year
FROM patient;

-- id: missing-unit-check
-- ja: 検査単位の整合性確認
-- en: Results whose unit is not the master's
SELECT l.test, l.unit = t.unit AS unit_agrees, count(*) AS results
FROM lab l JOIN lab_test t ON t.test = l.test
GROUP BY l.test, l.unit = t.unit;

-- id: missing-drug-without-illness
-- ja: 糖尿病病名のない血糖降下薬処方患者
-- en: People on metformin with and without a diagnosis of diabetes
SELECT CASE WHEN EXISTS (SELECT 1 FROM diagnosis d WHERE d.patient_id = m.patient_id AND d.icd10 = 'E11')
            THEN 'diagnosed' ELSE 'not diagnosed' END AS status, count(*) AS patients
FROM (SELECT DISTINCT patient_id FROM drug WHERE atc = 'A10BA02') m
GROUP BY 1;
-- remedy:
SELECT CASE WHEN d.patient_id IS NOT NULL THEN 'diagnosed' ELSE 'not diagnosed' END AS status, count(*) AS patients
FROM (SELECT DISTINCT patient_id FROM drug WHERE atc = 'A10BA02') m
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11') d ON d.patient_id = m.patient_id
GROUP BY 1;

-- id: missing-labs-by-day-of-records
-- ja: テーブルごとの収載期間
-- en: First and last month of the records, with counts by table
SELECT 'visit' AS source, date_trunc('year', visit_date) AS year, count(*) AS records FROM visit GROUP BY 2
UNION ALL
SELECT 'lab', date_trunc('year', lab_date), count(*) FROM lab GROUP BY 2
UNION ALL
SELECT 'drug', date_trunc('year', drug_date), count(*) FROM drug GROUP BY 2
ORDER BY source, year;

-- id: missing-first-and-last-date
-- ja: データの最初と最後の日付
-- en: First and last day of the records
SELECT min(visit_date) AS first_day, max(visit_date) AS last_day FROM visit;
-- remedy:
SELECT date_trunc('month', visit_date) AS month, count(*) AS visits FROM visit GROUP BY 1 ORDER BY 1;
