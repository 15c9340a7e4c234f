-- What care costs. 医療費

-- id: costs-per-patient-age-sex
-- ja: 患者1人あたり医療費(年齢階級・性別、2024年)
-- en: Yen per patient by age band and sex, 2024
WITH cost AS (
  SELECT patient_id, sum(yen) AS yen
  FROM claim_line
  WHERE extract(year FROM claim_date) = 2024
  GROUP BY patient_id
)
SELECT p.sex, (2024 - p.birth_year) / 10 * 10 AS age,
       count(*) AS patients, avg(c.yen) AS mean_yen, sum(c.yen) AS total_yen
FROM cost c JOIN patient p ON p.patient_id = c.patient_id
GROUP BY p.sex, (2024 - p.birth_year) / 10 * 10
ORDER BY 1, 2;

-- id: costs-mean-sd
-- ja: 患者1人あたり年間医療費の平均と標準偏差(性別)
-- en: Mean and standard deviation of yearly costs per patient by sex
-- needs: moments
WITH cost AS (
  SELECT patient_id, sum(yen) AS yen FROM claim_line
  WHERE claim_date >= '2024-01-01' AND claim_date < '2025-01-01' GROUP BY patient_id
)
SELECT p.sex, count(*) AS n, avg(c.yen) AS mean, stddev(c.yen) AS sd
FROM cost c JOIN patient p USING (patient_id)
GROUP BY p.sex;

-- id: costs-quartiles
-- ja: 患者1人あたり医療費の四分位点(性別)
-- en: Quartiles of costs per patient by sex
-- needs: quantile
WITH cost AS (SELECT patient_id, sum(yen) AS yen FROM claim_line GROUP BY patient_id)
SELECT p.sex,
       percentile_cont(0.25) WITHIN GROUP (ORDER BY c.yen) AS q1,
       median(c.yen) AS q2,
       percentile_cont(0.75) WITHIN GROUP (ORDER BY c.yen) AS q3
FROM cost c JOIN patient p ON p.patient_id = c.patient_id
GROUP BY p.sex;

-- id: costs-by-section
-- ja: 診療区分別の医療費と構成比
-- en: Costs and their share by section of the claim
SELECT s.label_ja, s.label_en, sum(c.yen) AS yen,
       100.0 * sum(c.yen) / (SELECT sum(yen) FROM claim_line) AS percent
FROM claim_line c JOIN section s ON s.section = c.section
GROUP BY s.label_ja, s.label_en
ORDER BY yen DESC;

-- id: costs-by-month
-- ja: 月別医療費
-- en: Costs by month
SELECT date_trunc('month', claim_date) AS month, sum(yen) AS yen, sum(points) AS points,
       count(DISTINCT patient_id) AS patients
FROM claim_line
GROUP BY 1 ORDER BY 1;

-- id: costs-year-on-year
-- ja: 医療費の前年比(診療区分別)
-- en: Change of costs from year to year by section
WITH y AS (
  SELECT section, extract(year FROM claim_date) AS year, sum(yen) AS yen
  FROM claim_line GROUP BY section, extract(year FROM claim_date)
)
SELECT section, year, yen,
       round(100.0 * (yen - lag(yen) OVER (PARTITION BY section ORDER BY year))
             / lag(yen) OVER (PARTITION BY section ORDER BY year), 1) AS change_percent
FROM y
ORDER BY section, year;

-- id: costs-inpatient-outpatient
-- ja: 入院・外来別の医療費
-- en: Costs of stays against outpatient visits
SELECT v.setting, count(*) AS visits, sum(t.yen) AS yen, avg(t.yen) AS yen_per_visit
FROM visit v
JOIN (
  SELECT patient_id, institution_id, claim_date, sum(yen) AS yen
  FROM claim_line GROUP BY patient_id, institution_id, claim_date
) t ON t.patient_id = v.patient_id AND t.institution_id = v.institution_id AND t.claim_date = v.visit_date
GROUP BY v.setting;

-- id: costs-bands
-- ja: 年間医療費の階級分布
-- en: Patients by band of yearly costs
WITH cost AS (
  SELECT patient_id, sum(yen) AS yen FROM claim_line
  WHERE date_part('year', claim_date) = 2025 GROUP BY patient_id
), band AS (
  SELECT patient_id, yen,
         CASE WHEN yen < 50000 THEN '1: < 5万円'
              WHEN yen < 100000 THEN '2: 5-10万円'
              WHEN yen < 500000 THEN '3: 10-50万円'
              WHEN yen < 1000000 THEN '4: 50-100万円'
              ELSE '5: 100万円以上' END AS band
  FROM cost
)
SELECT band, count(*) AS patients, sum(yen) AS yen,
       100.0 * count(*) / sum(count(*)) OVER () AS percent_of_patients,
       100.0 * sum(yen) / sum(sum(yen)) OVER () AS percent_of_costs
FROM band GROUP BY band ORDER BY band;

-- id: costs-top-one-percent
-- ja: 高額医療費患者(年間500万円以上)の割合と医療費シェア
-- en: Patients above five million yen a year: how many, and their share of all costs
WITH cost AS (SELECT patient_id, sum(yen) AS yen FROM claim_line WHERE claim_date >= '2025-01-01' GROUP BY patient_id)
SELECT count(*) AS patients,
       count(*) FILTER (WHERE yen >= 5000000) AS high_cost,
       sum(yen) FILTER (WHERE yen >= 5000000) * 100.0 / sum(yen) AS percent_of_costs
FROM cost;

-- id: costs-diabetes-against-others
-- ja: 糖尿病の有無別の平均医療費
-- en: Mean costs with and without diabetes
WITH cost AS (SELECT patient_id, sum(yen) AS yen FROM claim_line GROUP BY patient_id)
SELECT d.patient_id IS NOT NULL AS diabetes, count(*) AS n, avg(c.yen) AS mean_yen
FROM cost c
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected) d
  ON d.patient_id = c.patient_id
GROUP BY d.patient_id IS NOT NULL;

-- id: costs-table-one-rollup
-- ja: 性・年齢階級別の医療費(小計・総計つき)
-- en: Costs by sex and age band with subtotals and a total
-- needs: rollup
SELECT p.sex, CASE WHEN 2025 - p.birth_year < 65 THEN '<65' ELSE '65+' END AS age,
       count(DISTINCT c.patient_id) AS patients, sum(c.yen) AS yen
FROM claim_line c JOIN patient p ON p.patient_id = c.patient_id
GROUP BY ROLLUP (p.sex, CASE WHEN 2025 - p.birth_year < 65 THEN '<65' ELSE '65+' END);

-- id: costs-deciles
-- ja: 医療費十分位別の医療費シェア
-- en: Share of costs by decile of patients
WITH c AS (SELECT patient_id, sum(yen) AS yen FROM claim_line GROUP BY patient_id),
     d AS (SELECT patient_id, yen, ntile(10) OVER (ORDER BY yen) AS decile FROM c)
SELECT decile, count(*) AS patients, sum(yen) AS yen, 100.0 * sum(yen) / sum(sum(yen)) OVER () AS percent
FROM d GROUP BY decile ORDER BY decile;
-- remedy:
WITH c AS (SELECT patient_id, sum(yen) AS yen FROM claim_line GROUP BY patient_id)
SELECT floor(log10(yen) * 2) / 2 AS log10_yen, count(*) AS patients, sum(yen) AS yen,
       100.0 * sum(yen) / sum(sum(yen)) OVER () AS percent
FROM c GROUP BY 1 ORDER BY 1;

-- id: costs-high-above-mean
-- ja: 平均の2倍を超える患者の割合
-- en: Patients who cost more than twice the mean
WITH c AS (SELECT patient_id, sum(yen) AS yen FROM claim_line WHERE claim_date >= '2025-01-01' GROUP BY patient_id)
SELECT count(*) AS patients, count(*) FILTER (WHERE yen > 2 * (SELECT avg(yen) FROM c)) AS above FROM c;
-- remedy:
WITH c AS (SELECT patient_id, sum(yen) AS yen FROM claim_line WHERE claim_date >= '2025-01-01' GROUP BY patient_id),
     m AS (SELECT avg(yen) AS mean FROM c)
SELECT count(*) AS patients, count(*) FILTER (WHERE c.yen > 2 * m.mean) AS above FROM c CROSS JOIN m;

-- id: costs-chronic-per-illness
-- ja: 慢性疾患別の患者1人あたり年間医療費
-- en: Costs in 2025 per person with each chronic illness
WITH c AS (SELECT patient_id, sum(yen) AS yen FROM claim_line WHERE claim_date >= '2025-01-01' GROUP BY patient_id),
     d AS (SELECT DISTINCT patient_id, icd10 FROM diagnosis WHERE NOT suspected)
SELECT i.label_ja, i.label_en, count(*) AS patients, avg(c.yen) AS mean_yen
FROM d
JOIN c ON c.patient_id = d.patient_id
JOIN icd10 i ON i.icd10 = d.icd10
WHERE i.block IN ('I10-I15', 'E10-E14', 'E70-E90', 'N17-N19', 'J40-J47', 'I30-I52', 'G30-G32', 'F30-F39')
GROUP BY i.label_ja, i.label_en
ORDER BY mean_yen DESC;

-- id: costs-biologics
-- ja: 生物学的製剤(アダリムマブ)の患者数と薬剤費
-- en: Adalimumab: patients, yen, yen per patient and year
SELECT extract(year FROM drug_date) AS year, count(DISTINCT patient_id) AS patients, sum(yen) AS yen, avg(yen) AS mean_yen
FROM drug WHERE atc = 'L04AB04'
GROUP BY 1 ORDER BY 1;

-- id: costs-orphan-drugs
-- ja: 希少疾患治療薬の費用
-- en: Costs of orphan drugs
SELECT a.label_ja, count(DISTINCT d.patient_id) AS patients, sum(d.yen) AS yen
FROM drug d JOIN atc a ON a.atc = d.atc
WHERE d.atc IN ('A16AB04', 'A16AB05', 'B02BD02', 'B06AC02')
GROUP BY a.label_ja;

-- id: costs-outliers-trimmed
-- ja: 上限(1000万円)で打ち切った平均医療費
-- en: Mean costs, capped at ten million yen
SELECT p.sex, count(*) AS n, avg(least(c.yen, 10000000)) AS capped_mean, avg(c.yen) AS mean
FROM (SELECT patient_id, sum(yen) AS yen FROM claim_line GROUP BY patient_id) c
JOIN patient p ON p.patient_id = c.patient_id
GROUP BY p.sex;

-- id: costs-day-of-stay
-- ja: 入院1日あたり医療費(在院日数区分別)
-- en: Yen per day in hospital by length of stay
SELECT CASE WHEN v.days <= 7 THEN '1-7' WHEN v.days <= 14 THEN '8-14' ELSE '15+' END AS length,
       count(*) AS stays, sum(c.yen) / sum(v.days) AS yen_per_day
FROM visit v
JOIN (SELECT patient_id, institution_id, claim_date, sum(yen) AS yen FROM claim_line GROUP BY patient_id, institution_id, claim_date) c
  ON c.patient_id = v.patient_id AND c.institution_id = v.institution_id AND c.claim_date = v.visit_date
WHERE v.setting = 'inpatient'
GROUP BY 1 ORDER BY 1;

-- id: costs-distinct-days
-- ja: 患者1人あたり年間受診日数
-- en: Days of contact per patient in 2025 by sex
SELECT p.sex, count(DISTINCT v.patient_id) AS patients, sum(v.n) AS days, 1.0 * sum(v.n) / count(*) AS days_per_patient
FROM (SELECT patient_id, count(DISTINCT visit_date) AS n FROM visit WHERE visit_date >= '2025-01-01' GROUP BY patient_id) v
JOIN patient p ON p.patient_id = v.patient_id
GROUP BY p.sex;
