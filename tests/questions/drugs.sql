-- Who gets which drugs, and for how long. 医薬品

-- id: drugs-statin-by-month
-- ja: スタチンの月別処方患者数
-- en: Patients on a statin by month
SELECT date_trunc('month', drug_date) AS month, count(DISTINCT patient_id) AS patients
FROM drug
WHERE atc = 'C10AA07'
GROUP BY date_trunc('month', drug_date)
ORDER BY month;

-- id: drugs-antibiotics-by-month-text
-- ja: 抗菌薬の月別処方件数(年月を文字で)
-- en: Antibiotic prescriptions by month, the month as text
SELECT to_char(drug_date, '%Y-%m') AS ym, count(*) AS prescriptions, count(DISTINCT patient_id) AS patients
FROM drug
WHERE atc LIKE 'J01%'
GROUP BY 1
ORDER BY 1;
-- duckdb:
SELECT strftime(drug_date, '%Y-%m') AS ym, count(*) AS prescriptions, count(DISTINCT patient_id) AS patients
FROM drug
WHERE atc LIKE 'J01%'
GROUP BY 1
ORDER BY 1;

-- id: drugs-antibiotics-share-of-visits
-- ja: 感冒の外来受診のうち抗菌薬が処方された割合(月別)
-- en: Share of outpatient visits for a cold with an antibiotic on the same day, by month
WITH cold AS (
  SELECT DISTINCT d.patient_id, d.diagnosis_date AS day
  FROM diagnosis d
  WHERE d.icd10 IN ('J00', 'J02', 'J06', 'J20') AND NOT d.suspected
), antibiotic AS (
  SELECT DISTINCT patient_id, drug_date AS day FROM drug WHERE atc LIKE 'J01%'
)
SELECT extract(year FROM c.day) AS year, extract(month FROM c.day) AS month,
       count(*) AS visits,
       count(a.patient_id) AS with_antibiotic,
       100.0 * count(a.patient_id) / count(*) AS percent
FROM cold c
LEFT JOIN antibiotic a ON a.patient_id = c.patient_id AND a.day = c.day
GROUP BY 1, 2
ORDER BY 1, 2;

-- id: drugs-top-by-cost
-- ja: 薬剤費の上位20薬剤
-- en: The twenty drugs that cost most
SELECT a.label_ja, a.label_en, sum(d.yen) AS yen, count(DISTINCT d.patient_id) AS patients,
       sum(d.yen) / count(DISTINCT d.patient_id) AS yen_per_patient
FROM drug d JOIN atc a ON a.atc = d.atc
GROUP BY a.label_ja, a.label_en
ORDER BY yen DESC
LIMIT 20;

-- id: drugs-main-group-share
-- ja: ATC大分類別の薬剤費構成比
-- en: Share of drug costs by ATC main group
SELECT a.main_group, sum(d.yen) AS yen,
       round(100.0 * sum(d.yen) / sum(sum(d.yen)) OVER (), 2) AS percent
FROM drug d JOIN atc a USING (atc)
GROUP BY a.main_group
ORDER BY yen DESC;

-- id: drugs-diabetes-first-line
-- ja: 糖尿病の初回処方薬の内訳(年別)
-- en: First glucose-lowering drug of each patient, by year of first prescription
WITH ranked AS (
  SELECT patient_id, atc, drug_date,
         row_number() OVER (PARTITION BY patient_id ORDER BY drug_date, atc) AS n
  FROM drug
  WHERE atc LIKE 'A10%'
)
SELECT extract(year FROM drug_date) AS year, atc, count(*) AS patients
FROM ranked
WHERE n = 1
GROUP BY year, atc
ORDER BY year, patients DESC;

-- id: drugs-diabetes-new-users
-- ja: 新規使用者(180日間の非使用期間)による糖尿病治療薬の初回薬
-- en: New users of glucose-lowering drugs after a 180-day washout, by drug
WITH first_use AS (
  SELECT patient_id, min(drug_date) AS first_date
  FROM drug WHERE atc LIKE 'A10%'
  GROUP BY patient_id
)
SELECT a.label_ja, count(DISTINCT f.patient_id) AS new_users
FROM first_use f
JOIN drug d ON d.patient_id = f.patient_id AND d.drug_date = f.first_date AND d.atc LIKE 'A10%'
JOIN atc a ON a.atc = d.atc
WHERE f.first_date >= DATE '2023-01-01' + INTERVAL '180 days'
GROUP BY a.label_ja
ORDER BY new_users DESC;

-- id: drugs-comedication-anticoagulant-antiplatelet
-- ja: 抗凝固薬と抗血小板薬の同日併用(年齢階級別)
-- en: Anticoagulant and antiplatelet on the same day, by age band
SELECT CASE WHEN 2025 - p.birth_year >= 75 THEN '75+' WHEN 2025 - p.birth_year >= 65 THEN '65-74' ELSE '<65' END AS age,
       count(DISTINCT a.patient_id) AS patients_with_both
FROM drug a
JOIN drug b ON b.patient_id = a.patient_id AND b.drug_date = a.drug_date
JOIN patient p ON p.patient_id = a.patient_id
WHERE a.atc = 'B01AF02' AND b.atc IN ('B01AC04', 'B01AC06')
GROUP BY 1;

-- id: drugs-comedication-overlap-window
-- ja: 抗凝固薬服用中(前後30日)のNSAIDs処方患者数
-- en: Patients with an NSAID within 30 days of an anticoagulant
SELECT p.sex, count(DISTINCT x.patient_id) AS patients
FROM drug x
JOIN drug n ON n.patient_id = x.patient_id
           AND n.atc = 'M01AE02'
           AND n.drug_date BETWEEN x.drug_date - INTERVAL '30' DAY AND x.drug_date + INTERVAL '30' DAY
JOIN patient p ON p.patient_id = x.patient_id
WHERE x.atc = 'B01AF02'
GROUP BY p.sex;

-- id: drugs-comedication-matrix
-- ja: 糖尿病治療薬の併用マトリックス
-- en: Co-medication matrix of glucose-lowering drugs
WITH u AS (SELECT DISTINCT patient_id, atc FROM drug WHERE atc LIKE 'A10%')
SELECT a.atc AS drug_a, b.atc AS drug_b, count(*) AS patients
FROM u a JOIN u b ON a.patient_id = b.patient_id AND a.atc < b.atc
GROUP BY a.atc, b.atc
ORDER BY patients DESC;

-- id: drugs-polypharmacy-elderly
-- ja: 75歳以上の多剤併用(2024年の薬剤種類数の分布)
-- en: Polypharmacy over 75: number of different drugs in 2024
WITH n AS (
  SELECT p.patient_id, count(DISTINCT d.atc) AS drugs
  FROM patient p JOIN drug d ON d.patient_id = p.patient_id
  WHERE 2024 - p.birth_year >= 75 AND d.drug_date >= '2024-01-01' AND d.drug_date < '2025-01-01'
  GROUP BY p.patient_id
)
SELECT CASE WHEN drugs < 5 THEN '1-4' WHEN drugs < 10 THEN '5-9' ELSE '10+' END AS number_of_drugs,
       count(*) AS patients
FROM n
GROUP BY CASE WHEN drugs < 5 THEN '1-4' WHEN drugs < 10 THEN '5-9' ELSE '10+' END
ORDER BY 1;

-- id: drugs-polypharmacy-exact
-- ja: 薬剤種類数ごとの患者数(全年齢)
-- en: Patients by exact number of different drugs
SELECT drugs, count(*) AS patients
FROM (SELECT patient_id, count(DISTINCT atc) AS drugs FROM drug GROUP BY patient_id) t
GROUP BY drugs
ORDER BY drugs;

-- id: drugs-persistence-statin
-- ja: スタチン開始後1年の継続率
-- en: One-year persistence after starting a statin
WITH starts AS (
  SELECT patient_id, min(drug_date) AS start_date
  FROM drug WHERE atc = 'C10AA07' GROUP BY patient_id
)
SELECT count(*) AS starters,
       count(*) FILTER (WHERE later.patient_id IS NOT NULL) AS still_on_after_a_year,
       100.0 * count(*) FILTER (WHERE later.patient_id IS NOT NULL) / count(*) AS percent
FROM starts s
LEFT JOIN (
  SELECT DISTINCT d.patient_id
  FROM drug d JOIN starts s2 ON s2.patient_id = d.patient_id
  WHERE d.atc = 'C10AA07'
    AND d.drug_date BETWEEN s2.start_date + INTERVAL '305 days' AND s2.start_date + INTERVAL '425 days'
) later ON later.patient_id = s.patient_id
WHERE s.start_date < DATE '2024-10-01';

-- id: drugs-pdc
-- ja: 降圧薬の服薬遵守(PDC、80%以上の患者数)
-- en: Proportion of days covered for amlodipine: patients at or above 80 percent
WITH supply AS (
  SELECT patient_id, sum(days) AS days_supplied, min(drug_date) AS first_date, max(drug_date) AS last_date
  FROM drug WHERE atc = 'C08CA01'
  GROUP BY patient_id
  HAVING count(*) >= 3
), pdc AS (
  SELECT patient_id, days_supplied * 1.0 / (last_date - first_date + 1) AS pdc FROM supply
)
SELECT CASE WHEN pdc >= 0.8 THEN 'adherent' ELSE 'not adherent' END AS adherence, count(*) AS patients
FROM pdc GROUP BY 1;

-- id: drugs-mean-gap
-- ja: 処方間隔の平均(薬剤別)
-- en: Mean gap in days between prescriptions of one drug, by drug
WITH gaps AS (
  SELECT patient_id, atc,
         drug_date - lag(drug_date) OVER (PARTITION BY patient_id, atc ORDER BY drug_date) AS gap
  FROM drug
  WHERE atc IN ('C08CA01', 'C10AA07', 'A10BA02')
)
SELECT atc, avg(gap) AS mean_gap, count(gap) AS gaps
FROM gaps
WHERE gap IS NOT NULL
GROUP BY atc;

-- id: drugs-switch
-- ja: メトホルミンからDPP-4阻害薬への切替・追加
-- en: From metformin to sitagliptin: switched, added, or neither
WITH m AS (SELECT patient_id, min(drug_date) AS first_met, max(drug_date) AS last_met
           FROM drug WHERE atc = 'A10BA02' GROUP BY patient_id),
     s AS (SELECT patient_id, min(drug_date) AS first_sita
           FROM drug WHERE atc = 'A10BH01' GROUP BY patient_id)
SELECT CASE WHEN s.patient_id IS NULL OR s.first_sita <= m.first_met THEN 'neither'
            WHEN m.last_met > s.first_sita THEN 'added'
            ELSE 'switched' END AS pattern,
       count(*) AS patients
FROM m LEFT JOIN s ON s.patient_id = m.patient_id
GROUP BY 1;

-- id: drugs-ddd-like
-- ja: 患者1人あたりの処方日数(薬剤・性別)
-- en: Days supplied per user by drug and sex
SELECT d.atc, p.sex, sum(d.days) AS days, count(DISTINCT d.patient_id) AS users,
       sum(d.days) * 1.0 / count(DISTINCT d.patient_id) AS days_per_user
FROM drug d JOIN patient p ON p.patient_id = d.patient_id
WHERE d.route = 'oral' AND d.atc LIKE 'C%'
GROUP BY d.atc, p.sex
ORDER BY d.atc, p.sex;

-- id: drugs-route-by-setting
-- ja: 投与経路別の処方数量
-- en: Quantity by route, inpatient days against outpatient days
SELECT d.route, v.setting, count(*) AS lines, avg(d.quantity) AS mean_quantity
FROM drug d
JOIN visit v ON v.patient_id = d.patient_id AND v.institution_id = d.institution_id AND v.visit_date = d.drug_date
GROUP BY d.route, v.setting;

-- id: drugs-sleeping-pills-elderly
-- ja: 高齢者の睡眠薬処方割合(5歳階級)
-- en: Share of people over 65 with a sleeping pill, by five-year band
SELECT (2025 - birth_year) - (2025 - birth_year) % 5 AS age,
       count(*) AS n,
       avg(CASE WHEN patient_id IN (SELECT patient_id FROM drug WHERE atc = 'N05CF02') THEN 1.0 ELSE 0.0 END) AS share
FROM patient
WHERE 2025 - birth_year >= 65
GROUP BY 1
ORDER BY 1;
-- remedy:
SELECT (2025 - p.birth_year) - (2025 - p.birth_year) % 5 AS age, count(*) AS n,
       1.0 * count(z.patient_id) / count(*) AS share
FROM patient p
LEFT JOIN (SELECT DISTINCT patient_id FROM drug WHERE atc = 'N05CF02') z ON z.patient_id = p.patient_id
WHERE 2025 - p.birth_year >= 65
GROUP BY 1
ORDER BY 1;

-- id: drugs-influenza-season
-- ja: オセルタミビル処方の季節変動(月・年齢階級)
-- en: Oseltamivir by calendar month and children against adults
SELECT date_part('month', d.drug_date) AS month,
       CASE WHEN date_part('year', d.drug_date) - p.birth_year < 18 THEN 'child' ELSE 'adult' END AS who,
       count(DISTINCT d.patient_id) AS patients
FROM drug d JOIN patient p ON p.patient_id = d.patient_id
WHERE d.atc = 'J05AH02'
GROUP BY month, who
ORDER BY month, who;
