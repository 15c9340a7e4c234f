-- Illnesses that go together. 併存症

-- id: comorbidity-number-of-chronic
-- ja: 慢性疾患数の分布(年齢階級別)
-- en: Number of chronic illnesses by age
WITH chronic(icd10) AS (VALUES ('I10'), ('E78'), ('E11'), ('E79'), ('J45'), ('N18'), ('I48'), ('I20'), ('I50'), ('J44'), ('F32'), ('G30')),
n AS (
  SELECT d.patient_id, count(DISTINCT d.icd10) AS illnesses
  FROM diagnosis d JOIN chronic c ON c.icd10 = d.icd10
  WHERE NOT d.suspected
  GROUP BY d.patient_id
)
SELECT (2025 - p.birth_year) / 20 * 20 AS age,
       CASE WHEN n.illnesses IS NULL THEN 0 WHEN n.illnesses > 5 THEN 5 ELSE n.illnesses END AS illnesses,
       count(*) AS patients
FROM patient p LEFT JOIN n ON n.patient_id = p.patient_id
GROUP BY 1, 2
ORDER BY 1, 2;

-- id: comorbidity-charlson
-- ja: チャールソン併存疾患指数(簡略)の分布と平均費用
-- en: A simple Charlson index: patients and mean costs by score
WITH weight(icd10, w) AS (
  VALUES ('I50', 1), ('I63', 1), ('G30', 1), ('J44', 1), ('M06', 1), ('E11', 1), ('N18', 2),
         ('C50', 2), ('C18', 2), ('C34', 2), ('C16', 2), ('C61', 2)
), score AS (
  SELECT x.patient_id, sum(w.w) AS score
  FROM (SELECT DISTINCT patient_id, icd10 FROM diagnosis WHERE NOT suspected) x
  JOIN weight w ON w.icd10 = x.icd10
  GROUP BY x.patient_id
), cost AS (
  SELECT patient_id, sum(yen) AS yen FROM claim_line GROUP BY patient_id
)
SELECT least(coalesce(s.score, 0), 6) AS charlson, count(*) AS patients, avg(c.yen) AS mean_yen
FROM cost c LEFT JOIN score s ON s.patient_id = c.patient_id
GROUP BY 1
ORDER BY 1;

-- id: comorbidity-pairs
-- ja: 慢性疾患の組合せ頻度
-- en: Pairs of chronic illnesses
WITH c AS (
  SELECT DISTINCT patient_id, icd10 FROM diagnosis
  WHERE NOT suspected AND icd10 IN ('I10', 'E78', 'E11', 'N18', 'I48', 'I50', 'I20', 'G30')
)
SELECT a.icd10 AS first, b.icd10 AS second, count(*) AS patients
FROM c a INNER JOIN c b ON a.patient_id = b.patient_id
WHERE a.icd10 < b.icd10
GROUP BY a.icd10, b.icd10
ORDER BY patients DESC;

-- id: comorbidity-lift
-- ja: 併存の観測/期待比(リフト)
-- en: Observed over expected for pairs of illnesses
WITH c AS (
  SELECT DISTINCT patient_id, icd10 FROM diagnosis
  WHERE NOT suspected AND icd10 IN ('I10', 'E78', 'E11', 'N18', 'I50')
), single AS (
  SELECT icd10, count(*) AS n FROM c GROUP BY icd10
), pair AS (
  SELECT a.icd10 AS x, b.icd10 AS y, count(*) AS n
  FROM c a JOIN c b ON b.patient_id = a.patient_id AND a.icd10 < b.icd10
  GROUP BY a.icd10, b.icd10
), total AS (SELECT count(*) AS n FROM patient)
SELECT pair.x, pair.y, pair.n AS observed, 1.0 * sx.n * sy.n / total.n AS expected,
       1.0 * pair.n * total.n / (sx.n * sy.n) AS lift
FROM pair
JOIN single sx ON sx.icd10 = pair.x
JOIN single sy ON sy.icd10 = pair.y
CROSS JOIN total
ORDER BY lift DESC;

-- id: comorbidity-kidney-in-diabetes
-- ja: 糖尿病患者における慢性腎臓病併存割合(性・年齢別)
-- en: Chronic kidney disease among people with diabetes by sex and age
WITH dm AS (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'E11' AND NOT suspected),
     ckd AS (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'N18' AND NOT suspected)
SELECT p.sex, CASE WHEN 2025 - p.birth_year < 50 THEN '<50' WHEN 2025 - p.birth_year < 65 THEN '50-64'
                   WHEN 2025 - p.birth_year < 75 THEN '65-74' ELSE '75+' END AS age,
       count(dm.patient_id) AS diabetics, count(ckd.patient_id) AS with_ckd
FROM dm
JOIN patient p ON p.patient_id = dm.patient_id
LEFT JOIN ckd ON ckd.patient_id = dm.patient_id
GROUP BY 1, 2
ORDER BY 1, 2;

-- id: comorbidity-metabolic-triad
-- ja: 高血圧・脂質異常・糖尿病の組合せ8区分
-- en: The eight combinations of hypertension, dyslipidaemia and diabetes
WITH f AS (
  SELECT p.patient_id,
         max(CASE WHEN d.icd10 = 'I10' THEN 1 ELSE 0 END) AS ht,
         max(CASE WHEN d.icd10 = 'E78' THEN 1 ELSE 0 END) AS dl,
         max(CASE WHEN d.icd10 = 'E11' THEN 1 ELSE 0 END) AS dm
  FROM patient p
  LEFT JOIN diagnosis d ON d.patient_id = p.patient_id AND NOT d.suspected
  GROUP BY p.patient_id
)
SELECT ht, dl, dm, count(*) AS patients,
       round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS percent
FROM f GROUP BY ht, dl, dm ORDER BY patients DESC;

-- id: comorbidity-depression-among-chronic
-- ja: 慢性疾患別のうつ病併存割合
-- en: Depression among people with other illnesses
SELECT i.label_ja, count(DISTINCT d.patient_id) AS patients,
       count(DISTINCT f.patient_id) AS with_depression,
       round(100.0 * count(DISTINCT f.patient_id) / count(DISTINCT d.patient_id), 1) AS percent
FROM diagnosis d
JOIN icd10 i ON i.icd10 = d.icd10
LEFT JOIN (SELECT DISTINCT patient_id FROM diagnosis WHERE icd10 = 'F32' AND NOT suspected) f ON f.patient_id = d.patient_id
WHERE d.icd10 IN ('E11', 'I50', 'I63', 'M06', 'C50', 'J44') AND NOT d.suspected
GROUP BY i.label_ja
ORDER BY percent DESC;

-- id: comorbidity-most-common-with-rheumatism
-- ja: 関節リウマチ患者の併存傷病 上位15
-- en: The fifteen commonest other illnesses of people with rheumatoid arthritis
SELECT i.icd10, i.label_ja, count(DISTINCT d.patient_id) AS patients
FROM diagnosis d JOIN icd10 i ON i.icd10 = d.icd10
WHERE d.patient_id IN (SELECT patient_id FROM diagnosis WHERE icd10 = 'M06' AND NOT suspected)
  AND d.icd10 <> 'M06' AND NOT d.suspected
GROUP BY i.icd10, i.label_ja
ORDER BY patients DESC, i.icd10
LIMIT 15;

-- id: comorbidity-blocks
-- ja: ICD-10中分類別患者数(循環器)
-- en: Patients by ICD-10 block within the circulatory chapter
SELECT i.block, count(DISTINCT d.patient_id) AS patients, count(*) AS diagnoses
FROM diagnosis d INNER JOIN icd10 i ON d.icd10 = i.icd10
WHERE i.chapter = 'I00-I99'
GROUP BY i.block
ORDER BY i.block;

-- id: comorbidity-chads2
-- ja: 心房細動患者のCHADS2スコア分布と抗凝固薬使用割合
-- en: CHADS2 score in atrial fibrillation and the share on an anticoagulant
WITH af AS (
  SELECT patient_id,
         bool_or(icd10 = 'I50') AS hf, bool_or(icd10 = 'I10') AS ht, bool_or(icd10 = 'E11') AS dm, bool_or(icd10 = 'I63') AS stroke
  FROM diagnosis
  WHERE NOT suspected
  GROUP BY patient_id
  HAVING bool_or(icd10 = 'I48')
), scored AS (
  SELECT af.patient_id,
         CAST(hf AS INT) + CAST(ht AS INT) + CASE WHEN 2025 - p.birth_year >= 75 THEN 1 ELSE 0 END
         + CAST(dm AS INT) + 2 * CAST(stroke AS INT) AS chads2
  FROM af JOIN patient p ON p.patient_id = af.patient_id
)
SELECT s.chads2, count(*) AS patients, count(a.patient_id) AS anticoagulated,
       100.0 * count(a.patient_id) / count(*) AS percent
FROM scored s
LEFT JOIN (SELECT DISTINCT patient_id FROM drug WHERE atc = 'B01AF02') a ON a.patient_id = s.patient_id
GROUP BY s.chads2
ORDER BY s.chads2;
