-- Who stays on treatment. 継続・遵守

-- id: persistence-by-quarter-since-start
-- ja: スタチン開始からの四半期別処方継続者数
-- en: Patients still supplied with a statin, by quarter since the start
WITH starts AS (
  SELECT patient_id, min(drug_date) AS start FROM drug WHERE atc = 'C10AA07' GROUP BY patient_id
), later AS (
  SELECT d.patient_id,
         CASE WHEN d.drug_date < s.start + INTERVAL '90 days' THEN 1
              WHEN d.drug_date < s.start + INTERVAL '180 days' THEN 2
              WHEN d.drug_date < s.start + INTERVAL '270 days' THEN 3
              WHEN d.drug_date < s.start + INTERVAL '360 days' THEN 4 END AS quarter
  FROM drug d JOIN starts s ON s.patient_id = d.patient_id
  WHERE d.atc = 'C10AA07' AND s.start < '2025-01-01'
)
SELECT quarter, count(DISTINCT patient_id) AS patients,
       100.0 * count(DISTINCT patient_id) / first_value(count(DISTINCT patient_id)) OVER (ORDER BY quarter) AS percent
FROM later
WHERE quarter IS NOT NULL
GROUP BY quarter
ORDER BY quarter;

-- id: persistence-180-days-by-drug
-- ja: 糖尿病治療薬別の180日継続割合
-- en: Share with a further prescription 150 to 210 days after the first, by glucose-lowering drug
WITH f AS (
  SELECT patient_id, atc, min(drug_date) AS first_date FROM drug WHERE atc LIKE 'A10%' GROUP BY patient_id, atc
)
SELECT f.atc,
       count(DISTINCT f.patient_id) AS starters,
       count(DISTINCT d.patient_id) AS persistent,
       round(100.0 * count(DISTINCT d.patient_id) / count(DISTINCT f.patient_id), 1) AS percent
FROM f
LEFT JOIN drug d ON d.patient_id = f.patient_id AND d.atc = f.atc
                AND d.drug_date BETWEEN f.first_date + INTERVAL '150 days' AND f.first_date + INTERVAL '210 days'
WHERE f.first_date < DATE '2025-06-01'
GROUP BY f.atc
ORDER BY f.atc;

-- id: persistence-first-gap
-- ja: 最初の90日超の中断までの処方回数
-- en: Prescriptions of amlodipine before the first gap of more than 90 days
WITH ordered AS (
  SELECT patient_id, drug_date,
         lead(drug_date) OVER (PARTITION BY patient_id ORDER BY drug_date) AS next_date,
         row_number() OVER (PARTITION BY patient_id ORDER BY drug_date) AS n
  FROM drug WHERE atc = 'C08CA01'
), stop AS (
  SELECT patient_id, min(n) AS n
  FROM ordered
  WHERE next_date IS NULL OR next_date > drug_date + INTERVAL '90 days'
  GROUP BY patient_id
)
SELECT CASE WHEN n = 1 THEN '1' WHEN n <= 3 THEN '2-3' WHEN n <= 6 THEN '4-6' ELSE '7+' END AS prescriptions,
       count(*) AS patients
FROM stop
GROUP BY 1 ORDER BY 1;

-- id: persistence-mpr-by-sex
-- ja: 降圧薬のMPR(薬剤所持率)の平均、性・年齢別
-- en: Mean medication possession ratio of antihypertensives in 2024 by sex and age
WITH supply AS (
  SELECT patient_id, least(sum(days) / 365.0, 1.0) AS mpr
  FROM drug
  WHERE atc IN ('C08CA01', 'C09CA08') AND drug_date BETWEEN '2024-01-01' AND '2024-12-31'
  GROUP BY patient_id
)
SELECT p.sex, CASE WHEN p.birth_year > 1959 THEN '<65' ELSE '65+' END AS age,
       count(*) AS patients, avg(s.mpr) AS mean_mpr
FROM supply s JOIN patient p ON p.patient_id = s.patient_id
GROUP BY p.sex, CASE WHEN p.birth_year > 1959 THEN '<65' ELSE '65+' END
ORDER BY 1, 2;

-- id: persistence-switch-antihypertensive
-- ja: アムロジピンからオルメサルタンへの切替・併用
-- en: Calcium blocker and sartan: which came first
WITH f AS (
  SELECT patient_id,
         min(CASE WHEN atc = 'C08CA01' THEN drug_date END) AS ccb,
         min(CASE WHEN atc = 'C09CA08' THEN drug_date END) AS arb
  FROM drug WHERE atc IN ('C08CA01', 'C09CA08')
  GROUP BY patient_id
)
SELECT CASE WHEN arb IS NULL THEN 'CCB only'
            WHEN ccb IS NULL THEN 'ARB only'
            WHEN ccb < arb THEN 'CCB first'
            WHEN ccb > arb THEN 'ARB first'
            ELSE 'same day' END AS pattern, count(*) AS patients
FROM f GROUP BY 1 ORDER BY patients DESC;

-- id: persistence-untreated-diagnosis
-- ja: 診断後90日以内に薬物治療が始まらない患者の割合(疾患別)
-- en: Patients without treatment within 90 days of a first diagnosis
WITH dx AS (
  SELECT patient_id, icd10, min(diagnosis_date) AS day
  FROM diagnosis WHERE icd10 IN ('I10', 'E78', 'E11') AND NOT suspected
  GROUP BY patient_id, icd10
)
SELECT dx.icd10, count(*) AS patients,
       count(*) FILTER (WHERE NOT treated.any_drug OR treated.any_drug IS NULL) AS untreated
FROM dx
LEFT JOIN (
  SELECT x.patient_id, x.icd10, true AS any_drug
  FROM dx x JOIN drug d ON d.patient_id = x.patient_id
   AND d.drug_date BETWEEN x.day AND x.day + INTERVAL '90 days'
   AND ((x.icd10 = 'I10' AND (d.atc LIKE 'C08%' OR d.atc LIKE 'C09%'))
     OR (x.icd10 = 'E78' AND d.atc LIKE 'C10%')
     OR (x.icd10 = 'E11' AND d.atc LIKE 'A10%'))
  GROUP BY x.patient_id, x.icd10
) treated ON treated.patient_id = dx.patient_id AND treated.icd10 = dx.icd10
GROUP BY dx.icd10;

-- id: persistence-restart
-- ja: 180日以上の中断後に再開した患者数(薬剤別)
-- en: Patients who restarted after a break of half a year or more, by drug
WITH gaps AS (
  SELECT patient_id, atc, drug_date,
         lag(drug_date) OVER (PARTITION BY patient_id, atc ORDER BY drug_date) AS previous
  FROM drug WHERE atc IN ('C10AA07', 'C08CA01', 'A10BH01', 'M04AA03')
)
SELECT atc, count(DISTINCT patient_id) AS users,
       count(DISTINCT patient_id) FILTER (WHERE drug_date >= previous + INTERVAL '180 days') AS restarted
FROM gaps
GROUP BY atc;

-- id: persistence-episodes
-- ja: 治療エピソード数(60日超の間隔で区切る)
-- en: Treatment episodes per patient, split where more than 60 days pass
WITH marked AS (
  SELECT patient_id, drug_date,
         CASE WHEN drug_date <= lag(drug_date) OVER (PARTITION BY patient_id ORDER BY drug_date) + INTERVAL '60 days'
              THEN 0 ELSE 1 END AS starts
  FROM drug WHERE atc = 'N06AB10'
), numbered AS (
  SELECT patient_id, sum(starts) OVER (PARTITION BY patient_id ORDER BY drug_date) AS episode FROM marked
)
SELECT episodes, count(*) AS patients
FROM (SELECT patient_id, max(episode) AS episodes FROM numbered GROUP BY patient_id) t
GROUP BY episodes ORDER BY episodes;

-- id: persistence-second-prescription
-- ja: 2回目の処方までの日数(帯)
-- en: Days from the first to the second prescription of an antidepressant, in bands
WITH n AS (
  SELECT patient_id, drug_date, row_number() OVER (PARTITION BY patient_id ORDER BY drug_date) AS k
  FROM drug WHERE atc = 'N06AB10'
)
SELECT CASE WHEN b.drug_date IS NULL THEN 'never'
            WHEN b.drug_date <= a.drug_date + INTERVAL '30 days' THEN '0-30'
            WHEN b.drug_date <= a.drug_date + INTERVAL '90 days' THEN '31-90'
            ELSE '91+' END AS days, count(*) AS patients
FROM n a LEFT JOIN n b ON b.patient_id = a.patient_id AND b.k = 2
WHERE a.k = 1
GROUP BY 1;

-- id: persistence-cohorts-by-year
-- ja: 開始年コホート別・経過年別の継続者数
-- en: Retention by year of start and years since
WITH s AS (
  SELECT patient_id, min(extract(year FROM drug_date)) AS cohort FROM drug WHERE atc = 'B01AF02' GROUP BY patient_id
)
SELECT s.cohort, extract(year FROM d.drug_date) - s.cohort AS years_since, count(DISTINCT d.patient_id) AS patients
FROM s JOIN drug d ON d.patient_id = s.patient_id
WHERE d.atc = 'B01AF02'
GROUP BY s.cohort, years_since
ORDER BY 1, 2;
