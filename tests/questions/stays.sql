-- Stays in hospital: length, readmission, season. 入院

-- id: stays-length-by-age
-- ja: 平均在院日数(年齢階級別)
-- en: Mean length of stay by age band
SELECT (2025 - p.birth_year) / 10 * 10 AS age, count(*) AS stays, avg(v.days) AS mean_days
FROM visit v JOIN patient p ON p.patient_id = v.patient_id
WHERE v.setting = 'inpatient'
GROUP BY 1 ORDER BY 1;

-- id: stays-length-median
-- ja: 在院日数の中央値(主傷病章別)
-- en: Median length of stay by chapter of the diagnoses of that day
-- needs: quantile
SELECT i.chapter, median(v.days) AS median_days, count(*) AS n
FROM visit v
JOIN diagnosis d ON d.patient_id = v.patient_id AND d.diagnosis_date = v.visit_date AND d.institution_id = v.institution_id
JOIN icd10 i ON i.icd10 = d.icd10
WHERE v.setting = 'inpatient'
GROUP BY i.chapter;

-- id: stays-length-bands
-- ja: 在院日数の分布(階級別)
-- en: Stays by band of length
SELECT CASE WHEN days <= 3 THEN '1-3' WHEN days <= 7 THEN '4-7' WHEN days <= 14 THEN '8-14'
            WHEN days <= 30 THEN '15-30' ELSE '31+' END AS length,
       count(*) AS stays, count(DISTINCT patient_id) AS patients
FROM visit WHERE setting = 'inpatient'
GROUP BY 1 ORDER BY min(days);
-- remedy:
SELECT CASE WHEN days <= 3 THEN '01-03' WHEN days <= 7 THEN '04-07' WHEN days <= 14 THEN '08-14'
            WHEN days <= 30 THEN '15-30' ELSE '31+' END AS length,
       count(*) AS stays, count(DISTINCT patient_id) AS patients
FROM visit WHERE setting = 'inpatient'
GROUP BY 1 ORDER BY 1;

-- id: stays-length-histogram
-- ja: 在院日数のヒストグラム(1日刻み)
-- en: Histogram of length of stay, day by day
SELECT days, count(*) AS stays FROM visit WHERE setting = 'inpatient' GROUP BY days ORDER BY days;

-- id: stays-readmission-30-days
-- ja: 退院後30日以内の再入院率(性別)
-- en: Readmission within 30 days of discharge, by sex
WITH stay AS (
  SELECT patient_id, visit_date AS admitted,
         visit_date + days * INTERVAL '1 day' AS discharged,
         lead(visit_date) OVER (PARTITION BY patient_id ORDER BY visit_date) AS next_admission
  FROM visit WHERE setting = 'inpatient'
)
SELECT p.sex, count(*) AS stays,
       count(*) FILTER (WHERE s.next_admission <= s.discharged + INTERVAL '30 days') AS readmitted,
       100.0 * count(*) FILTER (WHERE s.next_admission <= s.discharged + INTERVAL '30 days') / count(*) AS percent
FROM stay s JOIN patient p ON p.patient_id = s.patient_id
GROUP BY p.sex;
-- remedy:
WITH stay AS (
  SELECT patient_id, visit_date + days AS discharged,
         lead(visit_date) OVER (PARTITION BY patient_id ORDER BY visit_date) AS next_admission
  FROM visit WHERE setting = 'inpatient'
)
SELECT p.sex, count(*) AS stays, count(*) FILTER (WHERE s.next_admission <= s.discharged + 30) AS readmitted,
       100.0 * count(*) FILTER (WHERE s.next_admission <= s.discharged + 30) / count(*) AS percent
FROM stay s JOIN patient p ON p.patient_id = s.patient_id
GROUP BY p.sex;

-- id: stays-readmission-exists
-- ja: 30日以内再入院率(入院年別、EXISTSで)
-- en: Readmission within 30 days of admission by year, with EXISTS
SELECT extract(year FROM a.visit_date) AS year, count(*) AS admissions,
       sum(CASE WHEN EXISTS (
         SELECT 1 FROM visit b
         WHERE b.patient_id = a.patient_id AND b.setting = 'inpatient'
           AND b.visit_date > a.visit_date AND b.visit_date <= a.visit_date + INTERVAL '30 days'
       ) THEN 1 ELSE 0 END) AS readmitted
FROM visit a
WHERE a.setting = 'inpatient'
GROUP BY 1 ORDER BY 1;
-- remedy:
WITH s AS (
  SELECT visit_date, lead(visit_date) OVER (PARTITION BY patient_id ORDER BY visit_date) AS next_date
  FROM visit WHERE setting = 'inpatient'
)
SELECT extract(year FROM visit_date) AS year, count(*) AS admissions,
       count(*) FILTER (WHERE next_date <= visit_date + INTERVAL '30 days') AS readmitted
FROM s
GROUP BY 1 ORDER BY 1;

-- id: stays-readmission-days-subtraction
-- ja: 次回入院までの日数分布
-- en: Days to the next admission, in bands
WITH s AS (
  SELECT patient_id, lead(visit_date) OVER (PARTITION BY patient_id ORDER BY visit_date) - visit_date AS gap
  FROM visit WHERE setting = 'inpatient'
)
SELECT CASE WHEN gap <= 30 THEN '0-30' WHEN gap <= 90 THEN '31-90' WHEN gap <= 365 THEN '91-365' ELSE '366+' END AS days_to_next,
       count(*) AS stays
FROM s WHERE gap IS NOT NULL
GROUP BY 1 ORDER BY 1;

-- id: stays-by-month
-- ja: 月別の新規入院数
-- en: Admissions by month
SELECT date_trunc('month', visit_date) AS month, count(*) AS admissions
FROM visit WHERE setting = 'inpatient'
GROUP BY month ORDER BY month;

-- id: stays-by-weekday
-- ja: 曜日別の入院・外来件数
-- en: Admissions and visits by day of the week
SELECT extract(dow FROM visit_date) AS weekday,
       count(*) FILTER (WHERE setting = 'inpatient') AS admissions,
       count(*) FILTER (WHERE setting = 'outpatient') AS visits
FROM visit GROUP BY 1 ORDER BY 1;

-- id: stays-rate-per-1000
-- ja: 人口千対の入院率(都道府県別)
-- en: Admissions per 1,000 patients by prefecture
SELECT pr.label_ja, count(DISTINCT p.patient_id) AS patients, count(v.patient_id) AS admissions,
       1000.0 * count(v.patient_id) / count(DISTINCT p.patient_id) AS per_1000
FROM patient p
JOIN prefecture pr ON pr.prefecture = p.prefecture
LEFT JOIN visit v ON v.patient_id = p.patient_id AND v.setting = 'inpatient'
GROUP BY pr.label_ja
ORDER BY per_1000 DESC;

-- id: stays-count-per-patient
-- ja: 3年間の入院回数の分布
-- en: Patients by number of stays in three years
SELECT n AS stays, count(*) AS patients
FROM (
  SELECT p.patient_id, count(v.patient_id) AS n
  FROM patient p LEFT JOIN visit v ON v.patient_id = p.patient_id AND v.setting = 'inpatient'
  GROUP BY p.patient_id
) t
GROUP BY n ORDER BY n;

-- id: stays-heart-failure
-- ja: 心不全による入院の平均在院日数と医療費
-- en: Stays with heart failure: mean length and costs
WITH hf AS (
  SELECT v.patient_id, v.institution_id, v.visit_date, v.days
  FROM visit v
  WHERE v.setting = 'inpatient'
    AND EXISTS (SELECT 1 FROM diagnosis d WHERE d.patient_id = v.patient_id
                AND d.diagnosis_date = v.visit_date AND d.icd10 = 'I50')
)
SELECT count(*) AS stays, count(DISTINCT h.patient_id) AS patients, avg(h.days) AS mean_days, avg(c.yen) AS mean_yen
FROM hf h
JOIN (SELECT patient_id, claim_date, sum(yen) AS yen FROM claim_line GROUP BY patient_id, claim_date) c
  ON c.patient_id = h.patient_id AND c.claim_date = h.visit_date;

-- id: stays-patient-days
-- ja: 患者・日単位の受診数(重複除去)
-- en: Patient-days of care by year: two visits on one day count once
SELECT extract(year FROM visit_date) AS year, count(DISTINCT (patient_id, visit_date)) AS patient_days
FROM visit GROUP BY 1 ORDER BY 1;
-- remedy:
SELECT year, count(*) AS patient_days
FROM (SELECT DISTINCT patient_id, visit_date, extract(year FROM visit_date) AS year FROM visit) t
GROUP BY year ORDER BY year;

-- id: stays-with-diagnosis-by-tuple
-- ja: 入院日に付いた病名(章別、タプルIN)
-- en: Diagnoses made on the day of admission, with a tuple IN
SELECT i.chapter, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN icd10 i ON i.icd10 = d.icd10
WHERE (d.patient_id, d.diagnosis_date) IN (SELECT patient_id, visit_date FROM visit WHERE setting = 'inpatient')
GROUP BY i.chapter ORDER BY i.chapter;
-- remedy:
SELECT i.chapter, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN icd10 i ON i.icd10 = d.icd10
JOIN visit v ON v.patient_id = d.patient_id AND v.visit_date = d.diagnosis_date AND v.setting = 'inpatient'
GROUP BY i.chapter ORDER BY i.chapter;

-- id: stays-mean-visits-scalar
-- ja: 患者1人あたり入院回数(相関副問い合わせ)
-- en: Stays per head by sex, with a correlated subquery
SELECT sex, count(*) AS people,
       avg((SELECT count(*) FROM visit v WHERE v.patient_id = p.patient_id AND v.setting = 'inpatient')) AS stays_per_head
FROM patient p GROUP BY sex;
-- remedy:
SELECT p.sex, count(*) AS people, 1.0 * sum(v.n) / count(*) AS stays_per_head
FROM patient p
LEFT JOIN (SELECT patient_id, count(*) AS n FROM visit WHERE setting = 'inpatient' GROUP BY patient_id) v ON v.patient_id = p.patient_id
GROUP BY p.sex;

-- id: stays-observation-interval
-- ja: 観察期間が1年を超える患者数(タイムスタンプの差)
-- en: Patients observed for more than a year, by a difference of timestamps
SELECT count(*) AS patients,
       count(*) FILTER (WHERE last_seen - first_seen > INTERVAL '365 days') AS over_a_year
FROM (
  SELECT patient_id, min(visit_date)::timestamp AS first_seen, max(visit_date)::timestamp AS last_seen
  FROM visit GROUP BY patient_id
) t;

-- id: stays-by-calendar-function
-- ja: 年・月別の入院数(year(), month()関数)
-- en: Stays by year and month, with year() and month()
SELECT year(visit_date) AS y, month(visit_date) AS m, count(*) AS stays
FROM visit WHERE setting = 'inpatient'
GROUP BY 1, 2 ORDER BY 1, 2;
-- remedy:
SELECT extract(year FROM visit_date) AS y, extract(month FROM visit_date) AS m, count(*) AS stays
FROM visit WHERE setting = 'inpatient'
GROUP BY 1, 2 ORDER BY 1, 2;

-- id: stays-lateral-first
-- ja: 初回受診が2023年前半の患者数(LATERAL)
-- en: Patients first seen before July 2023, with a lateral join
SELECT p.sex, count(*) AS patients
FROM patient p
JOIN LATERAL (SELECT min(v.visit_date) AS first_visit FROM visit v WHERE v.patient_id = p.patient_id) f ON true
WHERE f.first_visit < DATE '2023-07-01'
GROUP BY p.sex;

-- id: stays-sum-of-ones
-- ja: 月別入院数(sum(1)で)
-- en: Stays by month counted as a sum of ones
SELECT date_trunc('month', visit_date) AS month, sum(1) AS stays
FROM visit WHERE setting = 'inpatient'
GROUP BY 1 ORDER BY 1;
-- remedy:
SELECT date_trunc('month', visit_date) AS month, count(*) AS stays
FROM visit WHERE setting = 'inpatient'
GROUP BY 1 ORDER BY 1;
