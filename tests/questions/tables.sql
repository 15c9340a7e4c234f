-- Tables as papers print them: characteristics, totals, quantiles. 表1・小計・要約統計

-- id: tables-one-by-exposure
-- ja: 表1:SGLT2阻害薬使用有無別の患者背景
-- en: Table 1: characteristics with and without an SGLT2 inhibitor among people with diabetes
WITH dm AS (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected),
     sglt2 AS (SELECT DISTINCT patient_id FROM drug WHERE atc = 'A10BK01'),
     flags AS (
       SELECT patient_id,
              bool_or(icd10 = 'I10') AS hypertension, bool_or(icd10 = 'E78') AS dyslipidaemia,
              bool_or(icd10 = 'N18') AS ckd, bool_or(icd10 = 'I50') AS heart_failure
       FROM diagnosis WHERE NOT suspected GROUP BY patient_id
     )
SELECT CASE WHEN s.patient_id IS NULL THEN 'other' ELSE 'SGLT2' END AS treatment,
       count(*) AS n,
       avg(2025 - p.birth_year) AS mean_age,
       100.0 * count(*) FILTER (WHERE p.sex = 'F') / count(*) AS female_percent,
       100.0 * count(*) FILTER (WHERE f.hypertension) / count(*) AS hypertension_percent,
       100.0 * count(*) FILTER (WHERE f.dyslipidaemia) / count(*) AS dyslipidaemia_percent,
       100.0 * count(*) FILTER (WHERE f.ckd) / count(*) AS ckd_percent,
       100.0 * count(*) FILTER (WHERE f.heart_failure) / count(*) AS heart_failure_percent
FROM dm
JOIN patient p ON p.patient_id = dm.patient_id
JOIN flags f ON f.patient_id = dm.patient_id
LEFT JOIN sglt2 s ON s.patient_id = dm.patient_id
GROUP BY 1;

-- id: tables-one-long-form
-- ja: 表1(縦持ち):変数・区分別の人数
-- en: Table 1 in long form: variable, level, patients
SELECT 'sex' AS variable, sex AS level, count(*) AS patients FROM patient GROUP BY sex
UNION ALL
SELECT 'age', CASE WHEN 2025 - birth_year < 40 THEN '<40' WHEN 2025 - birth_year < 65 THEN '40-64' ELSE '65+' END, count(*)
FROM patient GROUP BY 2
UNION ALL
SELECT 'region', CASE WHEN prefecture <= '23' THEN 'east' ELSE 'west' END, count(*) FROM patient GROUP BY 2
ORDER BY variable, level;

-- id: tables-rollup-sex-age
-- ja: 性・年齢階級別患者数(小計・総計つき)
-- en: Patients by sex and age with subtotals and a total
-- needs: rollup
SELECT coalesce(sex, '計') AS sex, (2025 - birth_year) / 20 * 20 AS age, count(*) AS patients
FROM patient
GROUP BY ROLLUP (sex, (2025 - birth_year) / 20 * 20)
ORDER BY 1, 2;

-- id: tables-rollup-grouping
-- ja: 入外・年別医療費(GROUPING関数で小計を識別)
-- en: Days of care by setting and year; GROUPING tells the totals
-- needs: rollup
SELECT CASE WHEN grouping(setting) = 1 THEN 'total' ELSE setting END AS setting,
       extract(year FROM visit_date) AS year, count(*) AS visits, sum(days) AS days
FROM visit
GROUP BY ROLLUP (setting, extract(year FROM visit_date))
ORDER BY setting, year;

-- id: tables-cube-kind-section
-- ja: 医療機関種別×診療区分のクロス集計(周辺度数つき)
-- en: Costs by kind of institution and section with both margins
-- needs: rollup
SELECT i.kind, c.section, sum(c.yen) AS yen, count(DISTINCT c.patient_id) AS patients
FROM claim_line c JOIN institution i ON i.institution_id = c.institution_id
GROUP BY CUBE (i.kind, c.section);

-- id: tables-grouping-sets
-- ja: 都道府県別・性別・全体の高血圧患者数を一度に
-- en: Hypertension by prefecture, by sex and overall in one table
-- needs: rollup
SELECT p.prefecture, p.sex, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN patient p ON p.patient_id = d.patient_id
WHERE d.icd10 = 'I10' AND NOT d.suspected
GROUP BY GROUPING SETS ((p.prefecture), (p.sex), ());

-- id: tables-rollup-chapter-block
-- ja: ICD-10章→中分類→コードの階層別患者数
-- en: Patients by ICD-10 chapter, block and code
-- needs: rollup
SELECT i.chapter, i.block, i.icd10, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN icd10 i ON i.icd10 = d.icd10
WHERE NOT d.suspected AND d.diagnosis_date >= '2025-01-01'
GROUP BY ROLLUP (i.chapter, i.block, i.icd10)
ORDER BY 1, 2, 3;

-- id: tables-rollup-rare
-- ja: 希少がん・希少疾患の性別クロス表(合計つき)
-- en: Cancers by sex with totals
-- needs: rollup
SELECT d.icd10, p.sex, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN patient p ON p.patient_id = d.patient_id
WHERE d.icd10 IN ('C50', 'C61', 'C34', 'C16', 'C18', 'D66', 'K51')
GROUP BY ROLLUP (d.icd10, p.sex);

-- id: tables-rollup-area
-- ja: 都道府県→二次医療圏の入院患者数
-- en: Inpatients by prefecture and medical area with subtotals
-- needs: rollup
SELECT p.prefecture, p.area, count(DISTINCT v.patient_id) AS patients
FROM visit v JOIN patient p ON p.patient_id = v.patient_id
WHERE v.setting = 'inpatient'
GROUP BY ROLLUP (p.prefecture, p.area)
ORDER BY 1, 2;

-- id: tables-totals-by-union
-- ja: 合計行をUNION ALLで付けた性別・年齢別表
-- en: Sex and age with a total row by UNION ALL
SELECT sex, CASE WHEN 2025 - birth_year >= 65 THEN '65+' ELSE '<65' END AS age, count(*) AS patients
FROM patient GROUP BY 1, 2
UNION ALL
SELECT 'total', 'total', count(*) FROM patient
ORDER BY 1, 2;

-- id: tables-labs-mean-sd
-- ja: 検査値の平均±標準偏差(糖尿病有無別)
-- en: Mean and standard deviation of tests with and without diabetes
-- needs: moments
SELECT l.test, d.patient_id IS NOT NULL AS diabetes, count(l.value) AS n, avg(l.value) AS mean, stddev(l.value) AS sd
FROM lab l
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected) d ON d.patient_id = l.patient_id
WHERE l.lab_date >= '2025-01-01'
GROUP BY l.test, d.patient_id IS NOT NULL
ORDER BY 1, 2;

-- id: tables-labs-median-iqr
-- ja: 検査値の中央値と四分位範囲
-- en: Median and interquartile range by test and sex
-- needs: quantile
SELECT l.test, p.sex, count(l.value) AS n, median(l.value) AS median,
       quantile_cont(l.value, 0.25) AS q1, quantile_cont(l.value, 0.75) AS q3
FROM lab l JOIN patient p ON p.patient_id = l.patient_id
GROUP BY l.test, p.sex;

-- id: tables-age-mean-sd
-- ja: 主要疾患の患者年齢(平均・標準偏差)
-- en: Age of people with major illnesses: mean and standard deviation
-- needs: moments
SELECT d.icd10, count(*) AS patients, avg(2025 - p.birth_year) AS mean_age, stddev_samp(2025 - p.birth_year) AS sd_age
FROM (SELECT DISTINCT patient_id, icd10 FROM diagnosis WHERE NOT suspected AND icd10 IN ('I10', 'E11', 'I50', 'G30', 'J45', 'F32')) d
JOIN patient p ON p.patient_id = d.patient_id
GROUP BY d.icd10;

-- id: tables-standard-error
-- ja: 平均在院日数と95%信頼区間
-- en: Mean length of stay with a 95 percent confidence interval
-- needs: moments
SELECT extract(year FROM visit_date) AS year, count(*) AS n, avg(days) AS mean,
       avg(days) - 1.96 * stddev(days) / sqrt(count(*)) AS lower,
       avg(days) + 1.96 * stddev(days) / sqrt(count(*)) AS upper
FROM visit WHERE setting = 'inpatient'
GROUP BY 1 ORDER BY 1;

-- id: tables-proportion-interval
-- ja: 割合と95%信頼区間(再入院)
-- en: Share of inpatients with two or more stays, with a 95 percent interval
WITH n AS (
  SELECT patient_id, count(*) AS stays FROM visit WHERE setting = 'inpatient' GROUP BY patient_id
), t AS (
  SELECT count(*) AS n, count(*) FILTER (WHERE stays >= 2) AS k FROM n
)
SELECT n, k, 1.0 * k / n AS p,
       1.0 * k / n - 1.96 * sqrt((1.0 * k / n) * (1 - 1.0 * k / n) / n) AS lower,
       1.0 * k / n + 1.96 * sqrt((1.0 * k / n) * (1 - 1.0 * k / n) / n) AS upper
FROM t;

-- id: tables-min-max
-- ja: 検査値の最小値・最大値
-- en: Least and greatest result by test
-- needs: quantile
SELECT test, min(value) AS least, max(value) AS greatest, avg(value) AS mean FROM lab GROUP BY test;
-- remedy:
SELECT test, percentile_cont(0.01) WITHIN GROUP (ORDER BY value) AS p1,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY value) AS p99, avg(value) AS mean
FROM lab GROUP BY test;
