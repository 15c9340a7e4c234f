-- How common illnesses are. 有病率

-- id: prevalence-hypertension-age-sex
-- ja: 高血圧症の有病率(10歳階級・性別)
-- en: Prevalence of hypertension by ten-year age band and sex
WITH cases AS (
  SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'I10' AND NOT suspected
)
SELECT p.sex,
       (2025 - p.birth_year) / 10 * 10 AS age_band,
       count(*) AS patients,
       count(c.patient_id) AS cases,
       round(100.0 * count(c.patient_id) / count(*), 1) AS percent
FROM patient p
LEFT JOIN cases c ON c.patient_id = p.patient_id
GROUP BY p.sex, (2025 - p.birth_year) / 10 * 10
ORDER BY p.sex, age_band;

-- id: prevalence-diabetes-case-bands
-- ja: 2型糖尿病の患者数と有病率(年齢4区分)
-- en: Type 2 diabetes: cases and prevalence in four age bands
WITH person AS (
  SELECT patient_id,
         CASE WHEN 2024 - birth_year < 40 THEN '0-39'
              WHEN 2024 - birth_year < 65 THEN '40-64'
              WHEN 2024 - birth_year < 75 THEN '65-74'
              ELSE '75+' END AS age_group
  FROM patient
)
SELECT age_group,
       count(*) AS n,
       count(*) FILTER (WHERE EXISTS (
         SELECT 1 FROM diagnosis d
         WHERE d.patient_id = person.patient_id AND d.icd10 = 'E11' AND d.suspected = false)) AS diabetes
FROM person
GROUP BY age_group
ORDER BY age_group;
-- remedy:
SELECT CASE WHEN 2024 - p.birth_year < 40 THEN '0-39' WHEN 2024 - p.birth_year < 65 THEN '40-64'
            WHEN 2024 - p.birth_year < 75 THEN '65-74' ELSE '75+' END AS age_group,
       count(*) AS n, count(d.patient_id) AS diabetes
FROM patient p
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected) d ON d.patient_id = p.patient_id
GROUP BY 1
ORDER BY 1;

-- id: prevalence-diabetes-two-claims
-- ja: 2回以上の確定病名による2型糖尿病患者数(性別)
-- en: Type 2 diabetes defined by at least two confirmed diagnoses, by sex
SELECT p.sex, count(*) AS patients
FROM patient p
JOIN (
  SELECT patient_id
  FROM diagnosis
  WHERE icd10 = 'E11' AND NOT suspected
  GROUP BY patient_id
  HAVING count(DISTINCT diagnosis_date) >= 2
) dm ON dm.patient_id = p.patient_id
GROUP BY p.sex;

-- id: prevalence-diabetes-diagnosis-and-drug
-- ja: 病名と血糖降下薬の両方による糖尿病患者数(年度別)
-- en: Diabetes defined by diagnosis plus a glucose-lowering drug in the same year, by year
WITH dx AS (
  SELECT DISTINCT patient_id, extract(year FROM diagnosis_date) AS year
  FROM diagnosis WHERE icd10 BETWEEN 'E10' AND 'E14' AND NOT suspected
), rx AS (
  SELECT DISTINCT patient_id, extract(year FROM drug_date) AS year
  FROM drug WHERE atc LIKE 'A10%'
)
SELECT dx.year, count(DISTINCT dx.patient_id) AS patients
FROM dx JOIN rx ON rx.patient_id = dx.patient_id AND rx.year = dx.year
GROUP BY dx.year
ORDER BY dx.year;

-- id: prevalence-top-20-illnesses
-- ja: 患者数の多い傷病 上位20
-- en: The twenty illnesses with the most patients
SELECT i.icd10, i.label_ja, i.label_en, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d
JOIN icd10 i ON i.icd10 = d.icd10
WHERE d.suspected = FALSE
GROUP BY i.icd10, i.label_ja, i.label_en
ORDER BY patients DESC, i.icd10
LIMIT 20;

-- id: prevalence-chapters-by-sex
-- ja: ICD-10章別の患者数(男女を列に)
-- en: Patients by ICD-10 chapter, sexes side by side
SELECT i.chapter,
       count(DISTINCT CASE WHEN p.sex = 'M' THEN d.patient_id END) AS male,
       count(DISTINCT CASE WHEN p.sex = 'F' THEN d.patient_id END) AS female,
       count(DISTINCT d.patient_id) AS total
FROM diagnosis d
JOIN icd10 i USING (icd10)
JOIN patient p ON p.patient_id = d.patient_id
WHERE NOT d.suspected
GROUP BY i.chapter
ORDER BY i.chapter;

-- id: prevalence-chapters-by-sex-filter
-- ja: ICD-10章別の患者数(FILTERで男女別)
-- en: Patients by ICD-10 chapter with FILTER for the sexes
SELECT i.chapter,
       count(DISTINCT d.patient_id) FILTER (WHERE p.sex = 'M') AS male,
       count(DISTINCT d.patient_id) FILTER (WHERE p.sex = 'F') AS female
FROM diagnosis d
JOIN icd10 i ON d.icd10 = i.icd10
JOIN patient p ON p.patient_id = d.patient_id
GROUP BY i.chapter
ORDER BY i.chapter;

-- id: prevalence-cancer-sites
-- ja: がん種別の患者数と平均年齢
-- en: Cancers: patients and mean age by site
SELECT d.icd10, i.label_ja, count(*) AS patients, avg(2025 - p.birth_year) AS mean_age
FROM (SELECT DISTINCT patient_id, icd10 FROM diagnosis WHERE icd10 LIKE 'C%' AND NOT suspected) d
JOIN patient p ON p.patient_id = d.patient_id
JOIN icd10 i ON i.icd10 = d.icd10
GROUP BY d.icd10, i.label_ja
ORDER BY patients DESC;

-- id: prevalence-per-100000
-- ja: 人口10万人あたり患者数(指定難病・主要疾患)
-- en: Patients per 100,000 for a list of illnesses
WITH denominator AS (SELECT count(*) AS n FROM patient)
SELECT d.icd10, count(DISTINCT d.patient_id) AS cases,
       round(count(DISTINCT d.patient_id) * 100000.0 / max(denominator.n), 1) AS per_100000
FROM diagnosis d CROSS JOIN denominator
WHERE d.icd10 IN ('G20', 'K51', 'M06', 'F20', 'D66', 'E75') AND NOT d.suspected
GROUP BY d.icd10
ORDER BY cases DESC;
-- duckdb:
SELECT d.icd10, count(DISTINCT d.patient_id) AS cases,
       round(count(DISTINCT d.patient_id) * 100000.0 / (SELECT count(*) FROM patient), 1) AS per_100000
FROM diagnosis d
WHERE d.icd10 IN ('G20', 'K51', 'M06', 'F20', 'D66', 'E75') AND NOT d.suspected
GROUP BY d.icd10
ORDER BY cases DESC;
-- remedy:
SELECT d.icd10, count(DISTINCT d.patient_id) AS cases,
       round(count(DISTINCT d.patient_id) * 100000.0 / (SELECT count(*) FROM patient), 1) AS per_100000
FROM diagnosis d
WHERE d.icd10 IN ('G20', 'K51', 'M06', 'F20', 'D66', 'E75') AND NOT d.suspected
GROUP BY d.icd10
ORDER BY cases DESC;

-- id: prevalence-per-100000-scalar
-- ja: 10万人あたり患者数(スカラー副問い合わせを分母に)
-- en: Patients per 100,000, the denominator as a scalar subquery
SELECT icd10,
       count(DISTINCT patient_id) AS cases,
       count(DISTINCT patient_id) * 100000.0 / (SELECT count(*) FROM patient) AS per_100000
FROM diagnosis
WHERE icd10 IN ('J45', 'J44', 'I50', 'N18')
GROUP BY icd10;

-- id: prevalence-standardised
-- ja: 年齢調整有病率(昭和60年モデル人口風の重み)
-- en: Directly age-standardised prevalence of hypertension by sex, weights from VALUES
WITH weights(age_band, w) AS (
  VALUES (0, 0.17), (20, 0.28), (40, 0.27), (60, 0.20), (80, 0.08)
), stratum AS (
  SELECT p.sex,
         CASE WHEN 2025 - p.birth_year < 20 THEN 0
              WHEN 2025 - p.birth_year < 40 THEN 20
              WHEN 2025 - p.birth_year < 60 THEN 40
              WHEN 2025 - p.birth_year < 80 THEN 60
              ELSE 80 END AS age_band,
         count(*) AS n,
         sum(CASE WHEN h.patient_id IS NOT NULL THEN 1 ELSE 0 END) AS cases
  FROM patient p
  LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'I10' AND NOT suspected) h
         ON h.patient_id = p.patient_id
  GROUP BY 1, 2
)
SELECT s.sex, 100 * sum(w.w * s.cases / s.n) / sum(w.w) AS standardised_percent
FROM stratum s JOIN weights w ON w.age_band = s.age_band
GROUP BY s.sex;

-- id: prevalence-dementia-5-year-bands
-- ja: 65歳以上のアルツハイマー病有病率(5歳階級・性別)
-- en: Alzheimer's disease over 65, by five-year band and sex
SELECT p.sex, floor((2025 - p.birth_year) / 5.0) * 5 AS age_from,
       count(DISTINCT p.patient_id) AS n,
       count(DISTINCT d.patient_id) AS cases
FROM patient p
LEFT JOIN diagnosis d ON d.patient_id = p.patient_id AND d.icd10 = 'G30' AND NOT d.suspected
WHERE 2025 - p.birth_year >= 65
GROUP BY p.sex, floor((2025 - p.birth_year) / 5.0) * 5
ORDER BY 1, 2;

-- id: prevalence-period-one-year
-- ja: 2024年の期間有病割合(喘息・COPD、性別)
-- en: One-year period prevalence 2024 of asthma and COPD by sex
SELECT p.sex,
       count(*) AS patients,
       count(*) FILTER (WHERE a.patient_id IS NOT NULL) AS asthma,
       count(*) FILTER (WHERE c.patient_id IS NOT NULL) AS copd,
       count(*) FILTER (WHERE a.patient_id IS NOT NULL AND c.patient_id IS NOT NULL) AS both
FROM patient p
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis
           WHERE icd10 = 'J45' AND diagnosis_date BETWEEN '2024-01-01' AND '2024-12-31') a
  ON a.patient_id = p.patient_id
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis
           WHERE icd10 = 'J44' AND diagnosis_date BETWEEN '2024-01-01' AND '2024-12-31') c
  ON c.patient_id = p.patient_id
GROUP BY p.sex;

-- id: prevalence-suspected-share
-- ja: 疑い病名の割合(傷病別)
-- en: Share of suspected diagnoses by illness
SELECT icd10,
       count(*) AS diagnoses,
       round(100.0 * count(*) FILTER (WHERE suspected) / count(*), 1) AS suspected_percent
FROM diagnosis
GROUP BY icd10
HAVING count(*) >= 1000
ORDER BY suspected_percent DESC;

-- id: prevalence-rare-diseases
-- ja: 希少疾患の患者数
-- en: Patients with rare diseases
SELECT i.label_ja, i.label_en, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN icd10 i ON i.icd10 = d.icd10
WHERE d.icd10 IN ('D66', 'E75', 'E76', 'D84', 'G71', 'E84')
GROUP BY i.label_ja, i.label_en;

-- id: prevalence-top-per-chapter
-- ja: ICD-10章ごとに最も患者数の多い傷病
-- en: The commonest illness of each ICD-10 chapter
WITH n AS (
  SELECT i.chapter, i.label_ja, count(DISTINCT d.patient_id) AS patients
  FROM diagnosis d JOIN icd10 i ON i.icd10 = d.icd10
  WHERE NOT d.suspected
  GROUP BY i.chapter, i.label_ja
), ranked AS (
  SELECT chapter, label_ja, patients, row_number() OVER (PARTITION BY chapter ORDER BY patients DESC) AS place FROM n
)
SELECT chapter, label_ja, patients FROM ranked WHERE place = 1 ORDER BY chapter;

-- id: prevalence-ranks
-- ja: 循環器・代謝疾患の患者数順位
-- en: Circulatory and metabolic illnesses in order of patients
SELECT rank() OVER (ORDER BY count(DISTINCT d.patient_id) DESC) AS place, d.icd10, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d
WHERE d.icd10 LIKE 'I%' OR d.icd10 LIKE 'E%'
GROUP BY d.icd10
ORDER BY place;

-- id: prevalence-japanese-names
-- ja: 性別・年代別の花粉症患者数(日本語の列名)
-- en: Hay fever by sex and age, with Japanese column names
SELECT p.sex AS 性別, (2025 - p.birth_year) / 10 * 10 AS 年代, count(DISTINCT d.patient_id) AS 患者数
FROM diagnosis d JOIN patient p ON p.patient_id = d.patient_id
WHERE d.icd10 = 'J30' -- 疑い病名を含む
GROUP BY 性別, 年代
ORDER BY 性別, 年代;

-- id: prevalence-either-definition
-- ja: 病名または薬剤のいずれかによる高血圧患者数(UNION)
-- en: Hypertension by diagnosis or drug, with UNION
WITH ht AS (
  SELECT patient_id FROM diagnosis WHERE icd10 = 'I10' AND NOT suspected
  UNION
  SELECT patient_id FROM drug WHERE atc IN ('C08CA01', 'C09CA08')
)
SELECT p.sex, count(*) AS patients FROM ht JOIN patient p ON p.patient_id = ht.patient_id GROUP BY p.sex;

-- id: prevalence-diagnosed-not-treated
-- ja: 病名はあるが薬剤のない患者数(EXCEPT)
-- en: Diagnosed and never treated, with EXCEPT
SELECT count(*) AS patients
FROM (
  SELECT patient_id FROM diagnosis WHERE icd10 = 'E78' AND NOT suspected
  EXCEPT
  SELECT patient_id FROM drug WHERE atc = 'C10AA07'
) t;

-- id: prevalence-search-label
-- ja: 傷病名の部分一致による患者数
-- en: Patients by words in the name of the illness
SELECT i.label_en, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN icd10 i USING (icd10)
WHERE i.label_en ILIKE '%cancer%' OR i.label_ja LIKE '%がん%'
GROUP BY i.label_en
ORDER BY patients DESC;
