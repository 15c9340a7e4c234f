-- Where people live and where they are treated. 地域差・医療機関

-- id: regions-hypertension-by-prefecture
-- ja: 都道府県別の高血圧症有病率
-- en: Prevalence of hypertension by prefecture
SELECT pr.prefecture, pr.label_ja,
       count(*) AS patients,
       count(h.patient_id) AS cases,
       round(100.0 * count(h.patient_id) / count(*), 1) AS percent
FROM patient p
JOIN prefecture pr ON pr.prefecture = p.prefecture
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'I10' AND NOT suspected) h
       ON h.patient_id = p.patient_id
GROUP BY pr.prefecture, pr.label_ja
ORDER BY pr.prefecture;

-- id: regions-standardised-ratio
-- ja: 都道府県別の標準化有病比(糖尿病、間接法)
-- en: Standardised prevalence ratio of diabetes by prefecture, indirect method
WITH person AS (
  SELECT p.patient_id, p.prefecture, p.sex, (2025 - p.birth_year) / 20 AS band,
         CASE WHEN d.patient_id IS NULL THEN 0 ELSE 1 END AS diabetic
  FROM patient p
  LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected) d
         ON d.patient_id = p.patient_id
), nation AS (
  SELECT sex, band, avg(diabetic) AS rate FROM person GROUP BY sex, band
)
SELECT x.prefecture, sum(x.diabetic) AS observed, sum(n.rate) AS expected,
       round(100 * sum(x.diabetic) / sum(n.rate), 1) AS ratio
FROM person x JOIN nation n ON n.sex = x.sex AND n.band = x.band
GROUP BY x.prefecture
ORDER BY ratio DESC;

-- id: regions-per-inhabitants
-- ja: 都道府県別の人口10万人あたり受療患者数
-- en: Patients per 100,000 inhabitants by prefecture
SELECT pr.label_ja, pr.inhabitants, count(*) AS patients,
       round(100000.0 * count(*) / pr.inhabitants, 2) AS per_100000
FROM patient p JOIN prefecture pr USING (prefecture)
GROUP BY pr.label_ja, pr.inhabitants
ORDER BY per_100000 DESC;

-- id: regions-eight-regions
-- ja: 8地方区分別の患者数と年間医療費
-- en: Patients and costs in 2024 by the eight regions of Japan
SELECT CASE WHEN p.prefecture = '01' THEN '北海道'
            WHEN p.prefecture BETWEEN '02' AND '07' THEN '東北'
            WHEN p.prefecture BETWEEN '08' AND '14' THEN '関東'
            WHEN p.prefecture BETWEEN '15' AND '23' THEN '中部'
            WHEN p.prefecture BETWEEN '24' AND '30' THEN '近畿'
            WHEN p.prefecture BETWEEN '31' AND '35' THEN '中国'
            WHEN p.prefecture BETWEEN '36' AND '39' THEN '四国'
            ELSE '九州・沖縄' END AS region,
       count(DISTINCT p.patient_id) AS patients, sum(c.yen) AS yen,
       sum(c.yen) / count(DISTINCT p.patient_id) AS yen_per_patient
FROM patient p JOIN claim_line c ON c.patient_id = p.patient_id
WHERE c.claim_date BETWEEN '2024-01-01' AND '2024-12-31'
GROUP BY 1
ORDER BY yen_per_patient DESC;

-- id: regions-hospital-against-clinic
-- ja: 病院・診療所別の受診件数・患者数・医療費
-- en: Hospitals against clinics: visits, patients, costs
SELECT i.kind, count(DISTINCT c.patient_id) AS patients, sum(c.yen) AS yen, avg(c.yen) AS yen_per_line
FROM claim_line c JOIN institution i ON i.institution_id = c.institution_id
GROUP BY i.kind;

-- id: regions-kind-by-year-and-setting
-- ja: 医療機関種別・入外別の年次件数
-- en: Visits by kind of institution, setting and year
SELECT extract(year FROM v.visit_date) AS year, i.kind, v.setting, count(*) AS visits, sum(v.days) AS days
FROM visit v
JOIN institution i USING (institution_id)
GROUP BY year, i.kind, v.setting
ORDER BY year, i.kind, v.setting;

-- id: regions-treated-away-from-home
-- ja: 居住都道府県外での受療割合(都道府県別)
-- en: Share of visits outside the home prefecture, by home prefecture
SELECT p.prefecture,
       count(*) AS visits,
       100.0 * count(*) FILTER (WHERE i.prefecture <> p.prefecture) / count(*) AS percent_elsewhere
FROM visit v
JOIN patient p ON p.patient_id = v.patient_id
JOIN institution i ON i.institution_id = v.institution_id
GROUP BY p.prefecture
ORDER BY percent_elsewhere DESC;

-- id: regions-flow-east-west
-- ja: 居住地(東西)と受療地(東西)のクロス表
-- en: Home against place of treatment, east and west of the country
SELECT CASE WHEN p.prefecture <= '23' THEN '東' ELSE '西' END AS home,
       CASE WHEN i.prefecture <= '23' THEN '東' ELSE '西' END AS treated,
       count(*) AS visits, count(DISTINCT v.patient_id) AS patients
FROM visit v, patient p, institution i
WHERE v.patient_id = p.patient_id AND v.institution_id = i.institution_id
GROUP BY 1, 2
ORDER BY 1, 2;

-- id: regions-municipality-size
-- ja: 居住市町村の人口規模別の受診率と医療費
-- en: Costs per head by number of inhabitants of the municipality
WITH size AS (
  SELECT municipality,
         CASE WHEN inhabitants < 2000 THEN '1: < 2,000'
              WHEN inhabitants < 25000 THEN '2: 2,000-24,999'
              WHEN inhabitants < 100000 THEN '3: 25,000-99,999'
              ELSE '4: 100,000+' END AS class
  FROM municipality
), cost AS (
  SELECT patient_id, sum(yen) AS yen FROM claim_line WHERE claim_date >= '2025-01-01' GROUP BY patient_id
)
SELECT s.class, count(*) AS patients, count(c.patient_id) AS with_claims, avg(coalesce(c.yen, 0)) AS yen_per_head
FROM patient p
JOIN size s ON s.municipality = p.municipality
LEFT JOIN cost c ON c.patient_id = p.patient_id
GROUP BY s.class
ORDER BY s.class;

-- id: regions-quintiles-of-prefectures
-- ja: 薬剤費による都道府県の5分位
-- en: Prefectures in quintiles of drug costs per patient
WITH per AS (
  SELECT p.prefecture, sum(d.yen) * 1.0 / count(DISTINCT p.patient_id) AS yen_per_patient
  FROM patient p JOIN drug d ON d.patient_id = p.patient_id
  GROUP BY p.prefecture
)
SELECT prefecture, yen_per_patient, ntile(5) OVER (ORDER BY yen_per_patient, prefecture) AS quintile
FROM per
ORDER BY prefecture;

-- id: regions-spread-between-prefectures
-- ja: 都道府県間のばらつき(抗菌薬処方率の平均・最小・最大・変動係数)
-- en: Spread of antibiotic use between prefectures: mean, least, greatest, coefficient of variation
WITH rate AS (
  SELECT p.prefecture,
         100.0 * count(DISTINCT d.patient_id) / count(DISTINCT p.patient_id) AS percent
  FROM patient p
  LEFT JOIN drug d ON d.patient_id = p.patient_id AND d.atc LIKE 'J01%' AND d.drug_date >= '2025-01-01'
  GROUP BY p.prefecture
)
SELECT count(*) AS prefectures, avg(percent) AS mean, min(percent) AS least, max(percent) AS greatest,
       stddev(percent) / avg(percent) AS cv
FROM rate;

-- id: regions-ten-busiest-areas
-- ja: 入院件数の多い二次医療圏 上位10
-- en: The ten secondary medical areas with the most stays
SELECT a.area, a.label_ja, count(*) AS stays, count(DISTINCT v.patient_id) AS patients
FROM visit v
JOIN patient p ON p.patient_id = v.patient_id
JOIN area a ON a.area = p.area
WHERE v.setting = 'inpatient'
GROUP BY a.area, a.label_ja
ORDER BY stays DESC, a.area
LIMIT 10;

-- id: regions-institutions-per-illness
-- ja: 傷病別の診療医療機関数と1施設あたり患者数
-- en: Institutions that treat an illness, and patients for each
SELECT d.icd10, count(DISTINCT d.institution_id) AS institutions, count(DISTINCT d.patient_id) AS patients,
       count(DISTINCT d.patient_id) * 1.0 / count(DISTINCT d.institution_id) AS patients_per_institution
FROM diagnosis d
WHERE d.icd10 IN ('C50', 'C18', 'C34', 'C16', 'C61') AND NOT d.suspected
GROUP BY d.icd10;

-- id: regions-doctor-shopping
-- ja: 受診医療機関数の分布
-- en: Patients by number of institutions visited
SELECT CASE WHEN n >= 6 THEN '6+' ELSE CAST(n AS VARCHAR) END AS institutions, count(*) AS patients
FROM (SELECT patient_id, count(DISTINCT institution_id) AS n FROM visit GROUP BY patient_id) t
GROUP BY 1
ORDER BY 1;

-- id: regions-by-size-of-institution
-- ja: 医療機関の規模(患者数)別の平均在院日数
-- en: Mean length of stay by size of the institution
WITH size AS (
  SELECT institution_id, count(DISTINCT patient_id) AS patients FROM visit GROUP BY institution_id
)
SELECT CASE WHEN s.patients < 1000 THEN 'small' WHEN s.patients < 3000 THEN 'middle' ELSE 'large' END AS size,
       count(*) AS stays, avg(v.days) AS mean_days
FROM visit v JOIN size s ON s.institution_id = v.institution_id
WHERE v.setting = 'inpatient'
GROUP BY 1;
-- remedy:
SELECT i.kind AS size, count(*) AS stays, avg(v.days) AS mean_days
FROM visit v JOIN institution i ON i.institution_id = v.institution_id
WHERE v.setting = 'inpatient'
GROUP BY i.kind;
