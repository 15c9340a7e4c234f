-- Many drugs at once. 多剤・併用・重複

-- id: polypharmacy-mean-by-age
-- ja: 年齢階級別の平均薬剤種類数(2025年)
-- en: Mean number of different drugs in 2025 by age
SELECT (2025 - p.birth_year) / 10 * 10 AS age, count(*) AS patients, avg(n.drugs) AS mean_drugs
FROM (SELECT patient_id, count(DISTINCT atc) AS drugs FROM drug WHERE drug_date >= '2025-01-01' GROUP BY patient_id) n
JOIN patient p ON p.patient_id = n.patient_id
GROUP BY 1 ORDER BY 1;

-- id: polypharmacy-oral-long-term
-- ja: 28日以上処方の内服薬が6種類以上の高齢者割合
-- en: Share of people over 75 with six or more long-term oral drugs
WITH longterm AS (
  SELECT patient_id, count(DISTINCT atc) AS n
  FROM drug
  WHERE route = 'oral' AND days >= 28 AND extract(year FROM drug_date) = 2025
  GROUP BY patient_id
)
SELECT p.sex, count(*) AS elderly,
       count(*) FILTER (WHERE l.n >= 6) AS polypharmacy,
       100.0 * count(*) FILTER (WHERE l.n >= 6) / count(*) AS percent
FROM patient p LEFT JOIN longterm l ON l.patient_id = p.patient_id
WHERE 2025 - p.birth_year >= 75
GROUP BY p.sex;

-- id: polypharmacy-cumulative
-- ja: 薬剤種類数の累積割合
-- en: Cumulative share of patients by number of drugs
WITH n AS (
  SELECT least(count(DISTINCT atc), 20) AS drugs FROM drug WHERE drug_date >= '2025-01-01' GROUP BY patient_id
), h AS (
  SELECT drugs, count(*) AS patients FROM n GROUP BY drugs
)
SELECT drugs, patients,
       100.0 * sum(patients) OVER (ORDER BY drugs) / sum(patients) OVER () AS cumulative_percent
FROM h
ORDER BY drugs;

-- id: polypharmacy-same-day
-- ja: 1受診あたりの処方薬剤数の分布
-- en: Drugs given on one day at one institution
SELECT drugs, count(*) AS days
FROM (
  SELECT patient_id, institution_id, drug_date, count(*) AS drugs
  FROM drug GROUP BY patient_id, institution_id, drug_date
) d
GROUP BY drugs ORDER BY drugs;

-- id: polypharmacy-duplicates
-- ja: 同一月に2医療機関以上から同一成分が処方された患者数
-- en: Patients given the same drug by two institutions in one month
WITH months AS (
  SELECT patient_id, atc, date_trunc('month', drug_date) AS month, count(DISTINCT institution_id) AS places
  FROM drug
  GROUP BY patient_id, atc, date_trunc('month', drug_date)
  HAVING count(DISTINCT institution_id) >= 2
)
SELECT a.label_ja, count(DISTINCT m.patient_id) AS patients, count(*) AS patient_months
FROM months m JOIN atc a ON a.atc = m.atc
GROUP BY a.label_ja
ORDER BY patients DESC, 1
LIMIT 15;

-- id: polypharmacy-triple-whammy
-- ja: NSAIDs・ARB・利尿薬の3剤併用(トリプルワーミー)
-- en: NSAID, sartan and diuretic in the same 90 days
SELECT p.sex, count(DISTINCT n.patient_id) AS patients
FROM drug n
JOIN drug s ON s.patient_id = n.patient_id AND s.atc = 'C09CA08'
           AND s.drug_date BETWEEN n.drug_date - INTERVAL '90 days' AND n.drug_date
JOIN drug f ON f.patient_id = n.patient_id AND f.atc = 'C03CA01'
           AND f.drug_date BETWEEN n.drug_date - INTERVAL '90 days' AND n.drug_date
JOIN patient p ON p.patient_id = n.patient_id
WHERE n.atc = 'M01AE02'
GROUP BY p.sex;

-- id: polypharmacy-commonest-pairs
-- ja: 同日処方の多い薬剤の組合せ 上位20(65歳以上)
-- en: The twenty commonest pairs of drugs given on one day to people over 65
SELECT x.label_ja AS drug_a, y.label_ja AS drug_b, count(DISTINCT a.patient_id) AS patients
FROM drug a
JOIN drug b ON a.patient_id = b.patient_id AND a.drug_date = b.drug_date AND a.atc < b.atc
JOIN patient p ON p.patient_id = a.patient_id
JOIN atc x ON x.atc = a.atc
JOIN atc y ON y.atc = b.atc
WHERE p.birth_year <= 1960
GROUP BY x.label_ja, y.label_ja
ORDER BY patients DESC, 1, 2
LIMIT 20;

-- id: polypharmacy-number-against-costs
-- ja: 薬剤種類数別の平均薬剤費・平均医療費
-- en: Mean drug costs and all costs by number of drugs
WITH d AS (
  SELECT patient_id, count(DISTINCT atc) AS drugs, sum(yen) AS drug_yen
  FROM drug WHERE drug_date >= '2025-01-01' GROUP BY patient_id
), c AS (
  SELECT patient_id, sum(yen) AS yen FROM claim_line WHERE claim_date >= '2025-01-01' GROUP BY patient_id
)
SELECT CASE WHEN d.drugs <= 2 THEN '1-2' WHEN d.drugs <= 5 THEN '3-5' WHEN d.drugs <= 9 THEN '6-9' ELSE '10+' END AS drugs,
       count(*) AS patients, avg(d.drug_yen) AS mean_drug_yen, avg(c.yen) AS mean_yen
FROM d JOIN c ON c.patient_id = d.patient_id
GROUP BY 1;

-- id: polypharmacy-sedatives-with-dementia
-- ja: 認知症患者への睡眠薬処方割合
-- en: Sleeping pills for people with dementia against others over 75
WITH dementia AS (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'G30' AND NOT suspected),
     zolpidem AS (SELECT DISTINCT patient_id FROM drug WHERE atc = 'N05CF02')
SELECT dementia.patient_id IS NOT NULL AS dementia,
       count(*) AS n,
       count(zolpidem.patient_id) AS with_zolpidem,
       100.0 * count(zolpidem.patient_id) / count(*) AS percent
FROM patient p
LEFT JOIN dementia ON dementia.patient_id = p.patient_id
LEFT JOIN zolpidem ON zolpidem.patient_id = p.patient_id
WHERE 2025 - p.birth_year >= 75
GROUP BY 1;

-- id: polypharmacy-quantiles
-- ja: 薬剤種類数の中央値と四分位範囲(年齢区分別)
-- en: Median and interquartile range of the number of drugs by age
-- needs: quantile
SELECT CASE WHEN 2025 - p.birth_year < 65 THEN '<65' WHEN 2025 - p.birth_year < 75 THEN '65-74' ELSE '75+' END AS age,
       percentile_cont(0.25) WITHIN GROUP (ORDER BY n.drugs) AS p25,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY n.drugs) AS p50,
       percentile_cont(0.75) WITHIN GROUP (ORDER BY n.drugs) AS p75
FROM (SELECT patient_id, count(DISTINCT atc) AS drugs FROM drug GROUP BY patient_id) n
JOIN patient p ON p.patient_id = n.patient_id
GROUP BY 1;
