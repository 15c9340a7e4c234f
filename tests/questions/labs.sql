-- Laboratory results and what becomes of them. 検査値

-- id: labs-means
-- ja: 検査項目別の平均値と欠測割合
-- en: Mean and share of missing results by test
SELECT t.label_ja, t.unit, count(*) AS results, avg(l.value) AS mean,
       100.0 * (count(*) - count(l.value)) / count(*) AS missing_percent
FROM lab l JOIN lab_test t ON t.test = l.test
GROUP BY t.label_ja, t.unit;

-- id: labs-hba1c-control
-- ja: 糖尿病患者のHbA1c管理状況(7%未満の割合、性・年齢階級別)
-- en: Glycaemic control of people with diabetes: latest HbA1c below 7 percent by sex and age
WITH latest AS (
  SELECT patient_id, value,
         row_number() OVER (PARTITION BY patient_id ORDER BY lab_date DESC, value) AS rn
  FROM lab WHERE test = 'hba1c' AND value IS NOT NULL
)
SELECT p.sex, CASE WHEN 2025 - p.birth_year < 65 THEN '<65' ELSE '65+' END AS age,
       count(*) AS n,
       count(*) FILTER (WHERE l.value < 7) AS controlled,
       100.0 * count(*) FILTER (WHERE l.value < 7) / count(*) AS percent
FROM latest l
JOIN patient p ON p.patient_id = l.patient_id
WHERE l.rn = 1
  AND l.patient_id IN (SELECT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected)
GROUP BY 1, 2 ORDER BY 1, 2;

-- id: labs-hba1c-by-drug
-- ja: 治療薬別のHbA1c平均
-- en: Mean HbA1c by glucose-lowering drug
SELECT a.label_ja, count(DISTINCT l.patient_id) AS patients, avg(l.value) AS mean_hba1c
FROM lab l
JOIN (SELECT DISTINCT patient_id, atc FROM drug WHERE atc LIKE 'A10%') d ON d.patient_id = l.patient_id
JOIN atc a ON a.atc = d.atc
WHERE l.test = 'hba1c'
GROUP BY a.label_ja;

-- id: labs-hba1c-before-after
-- ja: SGLT2阻害薬開始前後のHbA1c
-- en: HbA1c in the half year before and after starting an SGLT2 inhibitor
WITH start AS (
  SELECT patient_id, min(drug_date) AS day FROM drug WHERE atc = 'A10BK01' GROUP BY patient_id
), v AS (
  SELECT l.patient_id,
         avg(l.value) FILTER (WHERE l.lab_date BETWEEN s.day - INTERVAL '180 days' AND s.day) AS before,
         avg(l.value) FILTER (WHERE l.lab_date > s.day AND l.lab_date <= s.day + INTERVAL '180 days') AS after
  FROM lab l JOIN start s ON s.patient_id = l.patient_id
  WHERE l.test = 'hba1c'
  GROUP BY l.patient_id
)
SELECT count(*) AS patients, avg(before) AS mean_before, avg(after) AS mean_after, avg(after - before) AS mean_change
FROM v WHERE before IS NOT NULL AND after IS NOT NULL;

-- id: labs-egfr-stages
-- ja: 最新eGFRによるCKD病期分類(年齢階級別)
-- en: CKD stage from the latest eGFR, by age band
WITH latest AS (
  SELECT l.patient_id, l.value
  FROM lab l
  JOIN (SELECT patient_id, max(lab_date) AS d FROM lab WHERE test = 'egfr' AND value IS NOT NULL GROUP BY patient_id) m
    ON m.patient_id = l.patient_id AND m.d = l.lab_date
  WHERE l.test = 'egfr' AND l.value IS NOT NULL
)
SELECT (2025 - p.birth_year) / 20 * 20 AS age,
       CASE WHEN value >= 90 THEN 'G1' WHEN value >= 60 THEN 'G2' WHEN value >= 45 THEN 'G3a'
            WHEN value >= 30 THEN 'G3b' WHEN value >= 15 THEN 'G4' ELSE 'G5' END AS stage,
       count(DISTINCT latest.patient_id) AS patients
FROM latest JOIN patient p ON p.patient_id = latest.patient_id
GROUP BY 1, 2 ORDER BY 1, 2;

-- id: labs-egfr-decline
-- ja: eGFRの年間低下(CKD有無別)
-- en: eGFR by year with and without CKD
SELECT extract(year FROM l.lab_date) AS year,
       CASE WHEN k.patient_id IS NULL THEN 'no CKD' ELSE 'CKD' END AS grp,
       avg(l.value) AS mean_egfr, count(DISTINCT l.patient_id) AS patients
FROM lab l
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'N18' AND NOT suspected) k ON k.patient_id = l.patient_id
WHERE l.test = 'egfr' AND l.value IS NOT NULL
GROUP BY 1, 2 ORDER BY 2, 1;

-- id: labs-ldl-target
-- ja: スタチン使用有無別のLDL目標達成率
-- en: LDL below 120 mg/dL with and without a statin
SELECT CASE WHEN s.patient_id IS NULL THEN 'no statin' ELSE 'statin' END AS treatment,
       count(*) AS patients,
       avg(x.ldl) AS mean_ldl,
       avg((x.ldl < 120)::int) AS share_below_120
FROM (SELECT patient_id, avg(value) AS ldl FROM lab WHERE test = 'ldl' AND lab_date >= '2025-01-01' GROUP BY patient_id) x
LEFT JOIN (SELECT DISTINCT patient_id FROM drug WHERE atc = 'C10AA07') s ON s.patient_id = x.patient_id
GROUP BY 1;

-- id: labs-sd
-- ja: 検査値の標準偏差と変動係数
-- en: Standard deviation and coefficient of variation by test and sex
-- needs: moments
SELECT l.test, p.sex, avg(l.value) AS mean, stddev_samp(l.value) AS sd, stddev_samp(l.value) / avg(l.value) AS cv
FROM lab l JOIN patient p ON p.patient_id = l.patient_id
GROUP BY l.test, p.sex;

-- id: labs-percentiles
-- ja: CRPの中央値・90パーセンタイル(性別)
-- en: Median and 90th percentile of CRP by sex
-- needs: quantile
SELECT p.sex, approx_percentile_cont(0.5) WITHIN GROUP (ORDER BY l.value) AS p50,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY l.value) AS p90
FROM lab l JOIN patient p ON p.patient_id = l.patient_id
WHERE l.test = 'crp'
GROUP BY p.sex;
-- duckdb:
SELECT p.sex, percentile_cont(0.5) WITHIN GROUP (ORDER BY l.value) AS p50,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY l.value) AS p90
FROM lab l JOIN patient p ON p.patient_id = l.patient_id
WHERE l.test = 'crp'
GROUP BY p.sex;

-- id: labs-anaemia
-- ja: 貧血(Hb 男性13未満・女性12未満)の割合
-- en: Anaemia by WHO cut-offs by sex and age band
SELECT p.sex, floor((2025 - p.birth_year) / 10) * 10 AS age,
       count(DISTINCT l.patient_id) AS tested,
       count(DISTINCT CASE WHEN (p.sex = 'M' AND l.value < 13) OR (p.sex = 'F' AND l.value < 12) THEN l.patient_id END) AS anaemic
FROM lab l JOIN patient p ON p.patient_id = l.patient_id
WHERE l.test = 'hb'
GROUP BY 1, 2 ORDER BY 1, 2;

-- id: labs-testing-frequency
-- ja: 糖尿病患者の年間HbA1c測定回数
-- en: HbA1c tests a year per person with diabetes
SELECT tests, count(*) AS patients
FROM (
  SELECT d.patient_id, count(l.lab_date) AS tests
  FROM (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11') d
  LEFT JOIN lab l ON l.patient_id = d.patient_id AND l.test = 'hba1c'
                 AND l.lab_date BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'
  GROUP BY d.patient_id
) t
GROUP BY tests ORDER BY tests;

-- id: labs-distribution
-- ja: HbA1cの分布(0.5刻み)
-- en: Distribution of HbA1c in steps of 0.5
SELECT floor(value * 2) / 2 AS hba1c, count(*) AS results, count(DISTINCT patient_id) AS patients
FROM lab WHERE test = 'hba1c' AND value IS NOT NULL
GROUP BY 1 ORDER BY 1;

-- id: labs-distribution-width-bucket
-- ja: LDLの分布(20刻み、CAST)
-- en: Distribution of LDL in steps of 20, with CAST
SELECT CAST(value / 20 AS INT) * 20 AS ldl_from, count(*) AS results
FROM lab WHERE test = 'ldl'
GROUP BY CAST(value / 20 AS INT) * 20
ORDER BY ldl_from;
-- duckdb:
SELECT CAST(trunc(value / 20) AS INT) * 20 AS ldl_from, count(*) AS results
FROM lab WHERE test = 'ldl'
GROUP BY CAST(trunc(value / 20) AS INT) * 20
ORDER BY ldl_from;

-- id: labs-correlation
-- ja: LDLとHbA1cの相関(患者平均)
-- en: Correlation of mean LDL and mean HbA1c
-- needs: moments
WITH m AS (
  SELECT patient_id, avg(value) FILTER (WHERE test = 'ldl') AS ldl, avg(value) FILTER (WHERE test = 'hba1c') AS hba1c
  FROM lab GROUP BY patient_id
)
SELECT corr(ldl, hba1c) AS r, count(*) AS n FROM m WHERE ldl IS NOT NULL AND hba1c IS NOT NULL;

-- id: labs-slope
-- ja: eGFRの年間変化(患者ごとの初回と最終の差)
-- en: Change of eGFR per patient from the first to the last result, CKD against others
WITH o AS (
  SELECT patient_id, value,
         row_number() OVER (PARTITION BY patient_id ORDER BY lab_date, value) AS first_rank,
         row_number() OVER (PARTITION BY patient_id ORDER BY lab_date DESC, value) AS last_rank
  FROM lab WHERE test = 'egfr' AND value IS NOT NULL
), change AS (
  SELECT a.patient_id, b.value - a.value AS delta
  FROM o a JOIN o b ON b.patient_id = a.patient_id AND b.last_rank = 1
  WHERE a.first_rank = 1
)
SELECT k.patient_id IS NOT NULL AS ckd, count(*) AS patients, avg(c.delta) AS mean_change
FROM change c
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'N18' AND NOT suspected) k ON k.patient_id = c.patient_id
GROUP BY 1;

-- id: labs-first-and-last-values
-- ja: HbA1cの初回・最終値の平均(first_valueで)
-- en: First and last HbA1c of each person with window functions
WITH w AS (
  SELECT DISTINCT patient_id,
         first_value(value) OVER (PARTITION BY patient_id ORDER BY lab_date, value ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS first_value,
         last_value(value) OVER (PARTITION BY patient_id ORDER BY lab_date, value ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_value
  FROM lab WHERE test = 'hba1c' AND value IS NOT NULL
)
SELECT count(*) AS patients, avg(first_value) AS mean_first, avg(last_value) AS mean_last FROM w;

-- id: labs-joint-control
-- ja: HbA1c<7かつLDL<120の同時達成割合(性別)
-- en: Joint control of HbA1c and LDL by sex
WITH m AS (
  SELECT patient_id,
         avg(CASE WHEN test = 'hba1c' THEN value END) AS hba1c,
         avg(CASE WHEN test = 'ldl' THEN value END) AS ldl
  FROM lab WHERE lab_date >= '2025-01-01' GROUP BY patient_id
)
SELECT p.sex,
       count(*) AS n,
       sum(CASE WHEN m.hba1c < 7 AND m.ldl < 120 THEN 1 ELSE 0 END) AS both,
       sum(CASE WHEN m.hba1c < 7 AND m.ldl >= 120 THEN 1 ELSE 0 END) AS sugar_only,
       sum(CASE WHEN m.hba1c >= 7 AND m.ldl < 120 THEN 1 ELSE 0 END) AS lipids_only
FROM m JOIN patient p ON p.patient_id = m.patient_id
WHERE m.hba1c IS NOT NULL AND m.ldl IS NOT NULL
GROUP BY p.sex;

-- id: labs-transition
-- ja: HbA1c区分の2023年から2025年への推移
-- en: HbA1c class in 2023 against 2025
WITH y AS (
  SELECT patient_id,
         avg(value) FILTER (WHERE extract(year FROM lab_date) = 2023) AS v23,
         avg(value) FILTER (WHERE extract(year FROM lab_date) = 2025) AS v25
  FROM lab WHERE test = 'hba1c' GROUP BY patient_id
)
SELECT CASE WHEN v23 < 5.6 THEN '<5.6' WHEN v23 < 6.5 THEN '5.6-6.4' WHEN v23 < 8 THEN '6.5-7.9' ELSE '8+' END AS in_2023,
       CASE WHEN v25 < 5.6 THEN '<5.6' WHEN v25 < 6.5 THEN '5.6-6.4' WHEN v25 < 8 THEN '6.5-7.9' ELSE '8+' END AS in_2025,
       count(*) AS patients
FROM y WHERE v23 IS NOT NULL AND v25 IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2;

-- id: labs-fib4-like
-- ja: 年齢・ALTから肝線維化リスク区分
-- en: A liver risk class from age and mean ALT
SELECT CASE WHEN (2025 - p.birth_year) / sqrt(a.alt) < 8 THEN 'low' WHEN (2025 - p.birth_year) / sqrt(a.alt) < 16 THEN 'middle' ELSE 'high' END AS risk,
       count(*) AS patients, avg(a.alt) AS mean_alt
FROM (SELECT patient_id, avg(value) AS alt FROM lab WHERE test = 'alt' GROUP BY patient_id HAVING avg(value) > 0) a
JOIN patient p ON p.patient_id = a.patient_id
GROUP BY 1;

-- id: labs-log-mean
-- ja: CRPの幾何平均(年齢別)
-- en: Geometric mean of CRP by age
SELECT (2025 - p.birth_year) / 20 * 20 AS age, exp(avg(ln(l.value))) AS geometric_mean, count(l.value) AS n
FROM lab l JOIN patient p ON p.patient_id = l.patient_id
WHERE l.test = 'crp' AND l.value > 0
GROUP BY 1 ORDER BY 1;
