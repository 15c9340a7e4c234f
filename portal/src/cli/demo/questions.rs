//! The demo's three questions: one plain, one with suppressed cells, one refused.

use std::io::Write;

use enclave::gate::Verdict;
use enclave::query::{Ask, Gatehouse, Held, Visit};
use enclave::words::Bilingual;

use crate::cli::edge::Edge;
use crate::cli::trouble::Trouble;
use crate::show::{self, Figures};

struct Question {
    ja: &'static str,
    en: &'static str,
    sql: &'static str,
}

const QUESTIONS: [Question; 3] = [
    Question {
        ja: "2型糖尿病の患者は何人で、HbA1c の平均はいくつか",
        en: "How many patients have type 2 diabetes, and what is their mean HbA1c?",
        sql: "\
SELECT p.sex, count(DISTINCT l.patient_id) AS patients, avg(l.value) AS mean_hba1c
FROM lab l JOIN patient p ON p.patient_id = l.patient_id
WHERE l.test = 'hba1c'
  AND l.patient_id IN (SELECT patient_id FROM diagnosis WHERE icd10 = 'E11')
GROUP BY p.sex
ORDER BY p.sex",
    },
    Question {
        ja: "まれな病気の薬はいくらかかるか(一部のセルは秘匿される)",
        en: "What do drugs for rare diseases cost? Some cells are suppressed.",
        sql: "\
SELECT a.label_ja, a.label_en, count(DISTINCT d.patient_id) AS patients, sum(d.yen) AS yen
FROM drug d JOIN atc a ON a.atc = d.atc
WHERE d.atc IN ('A10BA02', 'C10AA07', 'B02BD02', 'A16AB04', 'A16AB05')
GROUP BY a.label_ja, a.label_en
ORDER BY a.label_en",
    },
    Question {
        ja: "HbA1c が 10 を超える患者は誰か(行データは出せない)",
        en: "Who has an HbA1c above 10? Raw rows never leave.",
        sql: "SELECT * FROM lab WHERE test = 'hba1c' AND value > 10",
    },
];

/// Asks all three and prints the answers.
///
/// # Errors
/// When a question fails, which none of them should, or the answer cannot be printed.
pub async fn ask_all(
    house: &Gatehouse,
    visit: &Visit,
    out: &mut dyn Write,
    edge: &Edge,
) -> Result<(), Trouble> {
    for (number, Question { ja, en, sql }) in (1..).zip(QUESTIONS) {
        writeln!(out)?;
        for title in edge.language.lines(&Bilingual::new(ja, en)) {
            writeln!(out, "── {number} ── {title}")?;
        }
        writeln!(out, "\n{sql}\n")?;
        let ask = Ask::new(sql);
        let held = enclave::query::run(house, visit, ask).await;
        out.write_all(answer(&held, sql, edge)?.as_bytes())?;
    }
    Ok(())
}

fn answer(held: &Held, sql: &str, edge: &Edge) -> Result<String, Trouble> {
    match &held.verdict {
        Verdict::Released(table) => Ok(show::draw(Figures::from(table), held, edge.language, edge.out)),
        Verdict::Explored(table) => Ok(show::draw(Figures::from(table), held, edge.language, edge.out)),
        Verdict::Refused(refusal) => Ok(show::draw_refusal(refusal, Some(sql), edge.language, edge.out)),
        Verdict::Failed(failure) => Err(Trouble::Failed(failure.clone(), Some(sql.to_owned()))),
    }
}
