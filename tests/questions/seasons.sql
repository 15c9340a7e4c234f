-- How things change with the time of the year. 季節・推移

-- id: seasons-influenza-by-week
-- ja: インフルエンザの週別患者数
-- en: Influenza by week
SELECT date_trunc('week', diagnosis_date) AS week, count(DISTINCT patient_id) AS patients
FROM diagnosis
WHERE icd10 = 'J11' AND suspected = false
GROUP BY date_trunc('week', diagnosis_date)
ORDER BY week;

-- id: seasons-asthma-index
-- ja: 喘息受診の季節指数(月平均=100)
-- en: Asthma: each calendar month against the mean month
WITH m AS (
  SELECT extract(month FROM diagnosis_date) AS month, count(*) AS n
  FROM diagnosis WHERE icd10 = 'J45' AND NOT suspected
  GROUP BY extract(month FROM diagnosis_date)
)
SELECT month, n, round(100.0 * n / avg(n) OVER (), 1) AS seasonal_index
FROM m ORDER BY month;

-- id: seasons-hay-fever-by-age
-- ja: アレルギー性鼻炎の月別・年齢別患者数
-- en: Hay fever by month and age
SELECT extract(month FROM d.diagnosis_date) AS month,
       CASE WHEN 2025 - p.birth_year < 20 THEN '0-19' WHEN 2025 - p.birth_year < 60 THEN '20-59' ELSE '60+' END AS age,
       count(DISTINCT d.patient_id) AS patients
FROM diagnosis d, patient p
WHERE d.patient_id = p.patient_id AND d.icd10 = 'J30'
GROUP BY 1, 2
ORDER BY 2, 1;

-- id: seasons-covid-moving-average
-- ja: COVID-19の週別患者数と4週移動平均
-- en: COVID-19 by week with a moving average of four weeks
WITH w AS (
  SELECT date_trunc('week', diagnosis_date) AS week, count(DISTINCT patient_id) AS n
  FROM diagnosis WHERE icd10 = 'U07' AND NOT suspected GROUP BY 1
)
SELECT week, n, avg(n) OVER (ORDER BY week ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS moving_average
FROM w ORDER BY week;

-- id: seasons-fiscal-year
-- ja: 年度別の医療費と患者数
-- en: Costs and patients by Japanese fiscal year
SELECT CASE WHEN extract(month FROM claim_date) >= 4 THEN extract(year FROM claim_date)
            ELSE extract(year FROM claim_date) - 1 END AS fiscal_year,
       count(DISTINCT patient_id) AS patients, sum(yen) AS yen
FROM claim_line
GROUP BY 1 ORDER BY 1;

-- id: seasons-fiscal-year-interval
-- ja: 年度別の入院数(3か月ずらして)
-- en: Stays by fiscal year, shifting dates by three months
SELECT extract(year FROM visit_date - INTERVAL '3 months') AS fiscal_year, count(*) AS stays
FROM visit
WHERE setting = 'inpatient'
GROUP BY extract(year FROM visit_date - INTERVAL '3 months')
ORDER BY 1;

-- id: seasons-quarters
-- ja: 四半期別の新規処方患者数(抗菌薬クラス別)
-- en: Patients on antibiotics by quarter and drug
SELECT date_trunc('quarter', drug_date) AS quarter, substr(atc, 1, 5) AS class, count(DISTINCT patient_id) AS patients
FROM drug WHERE atc LIKE 'J01%'
GROUP BY 1, 2
ORDER BY 1, 2;

-- id: seasons-winter-against-summer
-- ja: 冬季と夏季の心血管入院比
-- en: Stays with heart failure or stroke in winter against summer
WITH stays AS (
  SELECT v.patient_id, extract(month FROM v.visit_date) AS month
  FROM visit v
  WHERE v.setting = 'inpatient'
    AND v.patient_id IN (SELECT patient_id FROM diagnosis WHERE icd10 IN ('I50', 'I63') AND NOT suspected)
)
SELECT count(*) FILTER (WHERE month IN (12, 1, 2)) AS winter,
       count(*) FILTER (WHERE month IN (6, 7, 8)) AS summer,
       1.0 * count(*) FILTER (WHERE month IN (12, 1, 2)) / count(*) FILTER (WHERE month IN (6, 7, 8)) AS ratio
FROM stays;

-- id: seasons-month-on-month
-- ja: 受診数の前月比・前年同月比
-- en: Visits against the month before and the same month a year before
WITH m AS (SELECT date_trunc('month', visit_date) AS month, count(*) AS visits FROM visit GROUP BY 1)
SELECT month, visits,
       round(100.0 * visits / lag(visits) OVER (ORDER BY month) - 100, 1) AS on_month,
       round(100.0 * visits / lag(visits, 12) OVER (ORDER BY month) - 100, 1) AS on_year
FROM m
ORDER BY month;

-- id: seasons-year-to-date
-- ja: 年初来累計の入院日数
-- en: Days in hospital since the beginning of the year, month by month
SELECT extract(year FROM visit_date) AS year, extract(month FROM visit_date) AS month, sum(days) AS days,
       sum(sum(days)) OVER (PARTITION BY extract(year FROM visit_date) ORDER BY extract(month FROM visit_date)) AS year_to_date
FROM visit WHERE setting = 'inpatient'
GROUP BY extract(year FROM visit_date), extract(month FROM visit_date)
ORDER BY 1, 2;

-- id: seasons-weekday-of-fractures
-- ja: 骨折の曜日別診断数
-- en: Fractures by day of the week
SELECT extract(isodow FROM diagnosis_date) AS weekday, count(*) AS diagnoses, count(DISTINCT patient_id) AS patients
FROM diagnosis
WHERE icd10 IN ('S52', 'S72', 'S82', 'S22')
GROUP BY 1 ORDER BY 1;

-- id: seasons-pivot
-- ja: 年×月のインフルエンザ患者数(年を列に)
-- en: Influenza with calendar months as rows and years as columns
SELECT extract(month FROM diagnosis_date) AS month,
       count(DISTINCT CASE WHEN extract(year FROM diagnosis_date) = 2023 THEN patient_id END) AS y2023,
       count(DISTINCT CASE WHEN extract(year FROM diagnosis_date) = 2024 THEN patient_id END) AS y2024,
       count(DISTINCT CASE WHEN extract(year FROM diagnosis_date) = 2025 THEN patient_id END) AS y2025
FROM diagnosis
WHERE icd10 = 'J11'
GROUP BY 1 ORDER BY 1;
