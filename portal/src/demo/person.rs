//! One patient: who it is, and what happens at each visit.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal, Normal, Poisson};

use super::illness::{self, CHRONIC, Chronic, Rare, Sex, Treatment};
use super::model::{Institution, Model};
use super::places::Places;
use super::sheet::Value::{Day, Flag, Int, Real, Text};
use super::{DAYS, DemoError, FIRST_DAY, LAST_YEAR, Sheets};

/// Visits that a rare illness adds over the three years.
const RARE_VISITS: usize = 12;

/// One patient and the random stream of its life.
pub struct Person<'a> {
    model: &'a Model,
    rng: ChaCha8Rng,
    number: u32,
    sex: Sex,
    birth_year: i32,
    area: (String, String, String),
    /// The usual institution, and another one.
    institutions: (&'a Institution, &'a Institution),
    visits: usize,
    chronic: Vec<(&'static Chronic, Vec<&'static Treatment>)>,
    rare: Option<(&'static Rare, &'a Institution)>,
    /// How far this patient's results lie from what is usual, in standard deviations.
    constitution: [f64; 6],
}

/// Where and when something is written down.
#[derive(Clone, Copy)]
struct Visit<'a> {
    institution: &'a Institution,
    day: i32,
    inpatient: bool,
    days: i64,
}

impl<'a> Person<'a> {
    /// Draws who a patient is.
    pub fn draw(model: &'a Model, places: &Places, number: u32) -> Result<Self, DemoError> {
        let mut rng = model.stream(number);
        let (decade, rate) = *model.decades.pick(&mut rng)?;
        let age = i32::from(decade) + rng.random_range(0..10);
        let frailty = model.frailty.sample(&mut rng);
        let rare = illness::rare(number);
        let sex = match rare {
            Some(rare) if rare.icd10 == "D66" => Sex::Male,
            _ if rng.random_bool(0.52) => Sex::Female,
            _ => Sex::Male,
        };
        let institutions = (model.institutions.pick(&mut rng)?, model.institutions.pick(&mut rng)?);
        // Most people live where their institution stands.
        let area = if rng.random_bool(0.85) { &institutions.0.area } else { places.area(&mut rng)? };
        let municipality = places.municipality(area, &mut rng)?;
        Ok(Self {
            number,
            sex,
            birth_year: LAST_YEAR - age,
            area: (area.prefecture().to_owned(), area.code.clone(), municipality),
            institutions,
            visits: poisson(rate * frailty, &mut rng),
            chronic: chronic(f64::from(age), sex, frailty, &mut rng),
            rare: rare.map(|rare| (rare, treating(rare, model, institutions.0))),
            constitution: std::array::from_fn(|_| normal(0.0, 1.0, &mut rng)),
            model,
            rng,
        })
    }

    /// Writes down three years.
    pub fn live(mut self, sheets: &mut Sheets) -> Result<(), DemoError> {
        let (prefecture, area, municipality) = &self.area;
        sheets.patient.row([
            self.key(),
            Text(self.sex.code()),
            Int(self.birth_year.into()),
            Text(prefecture),
            Text(area),
            Text(municipality),
        ])?;
        let more = if self.rare.is_some() { RARE_VISITS } else { 0 };
        let mut days: Vec<(i32, bool)> =
            (0..self.visits + more).map(|n| (self.rng.random_range(0..DAYS), n >= self.visits)).collect();
        days.sort_unstable();
        days.into_iter()
            .try_for_each(|(day, for_rare)| self.visit(FIRST_DAY + weekday(day), for_rare, sheets))
    }

    fn visit(&mut self, day: i32, for_rare: bool, sheets: &mut Sheets) -> Result<(), DemoError> {
        let usual = if self.rng.random_bool(0.8) { self.institutions.0 } else { self.institutions.1 };
        let institution = self.rare.filter(|_| for_rare).map_or(usual, |(_, at)| at);
        let inpatient = self.rng.random_bool(0.035);
        let days = if inpatient { whole(log_normal(9.0, 0.8, &mut self.rng)).max(1) } else { 1 };
        let visit = Visit { institution, day, inpatient, days };
        let setting = if inpatient { "inpatient" } else { "outpatient" };
        sheets.visit.row([self.key(), visit.at(), Day(day), Text(setting), Int(days)])?;
        self.consultation(visit, sheets)?;
        if for_rare {
            return self.rare_care(visit, sheets);
        }
        self.chronic_care(visit, sheets)?;
        if inpatient || self.rng.random_bool(0.45) {
            self.acute_care(visit, sheets)?;
        }
        if self.rng.random_bool(if self.chronic.is_empty() { 0.1 } else { 0.35 }) {
            self.lab_panel(visit, sheets)?;
        }
        self.extras(visit, sheets)
    }

    fn consultation(&mut self, visit: Visit<'a>, sheets: &mut Sheets) -> Result<(), DemoError> {
        if visit.inpatient {
            let a_day = log_normal(2_600.0, 0.4, &mut self.rng);
            return self.claim(visit, "92", a_day * real(visit.days), sheets);
        }
        let (section, points) = if self.rng.random_bool(0.12) { ("11", 291.0) } else { ("12", 75.0) };
        self.claim(visit, section, points, sheets)
    }

    fn rare_care(&mut self, visit: Visit<'a>, sheets: &mut Sheets) -> Result<(), DemoError> {
        let Some((rare, _)) = self.rare else { return Ok(()) };
        self.diagnose(visit, rare.icd10, false, sheets)?;
        let times = if self.number == rare.first { rare.first_costs } else { 1.0 };
        self.give(visit, &rare.drug, times, sheets)
    }

    /// Chronic illnesses are written down at most visits, with their drugs.
    fn chronic_care(&mut self, visit: Visit<'a>, sheets: &mut Sheets) -> Result<(), DemoError> {
        for index in 0..self.chronic.len() {
            let Some((illness, drugs)) = self.chronic.get(index).cloned() else { continue };
            if self.rng.random_bool(0.6) {
                self.diagnose(visit, illness.icd10, false, sheets)?;
                drugs.into_iter().try_for_each(|drug| self.give(visit, drug, 1.0, sheets))?;
            }
        }
        let managed = !self.chronic.is_empty() && self.rng.random_bool(0.4);
        if managed { self.claim(visit, "13", 225.0, sheets) } else { Ok(()) }
    }

    fn acute_care(&mut self, visit: Visit<'a>, sheets: &mut Sheets) -> Result<(), DemoError> {
        let model = self.model;
        let icd10 = model.acute.pick(&mut self.rng)?;
        // Tests are paid for a suspicion only, so claims are full of them.
        let suspected = self.rng.random_bool(0.2);
        self.diagnose(visit, icd10, suspected, sheets)?;
        if self.rng.random_bool(0.75) {
            let drug = model.acute_drugs.pick(&mut self.rng)?;
            self.give(visit, drug, 1.0, sheets)?;
        }
        Ok(())
    }

    fn lab_panel(&mut self, visit: Visit<'a>, sheets: &mut Sheets) -> Result<(), DemoError> {
        let years = f64::from(visit.day - FIRST_DAY) / 365.25;
        let [hba1c, egfr, ldl, alt, hb, crp] = self.constitution;
        let age = f64::from(LAST_YEAR - self.birth_year);
        let has = |code: &str| self.chronic.iter().any(|(illness, _)| illness.icd10 == code);
        let (diabetic, treated, renal) = (has("E11"), has("E78"), has("N18"));
        let sugar = if diabetic { 7.1 + 0.9 * hba1c } else { 5.5 + 0.25 * hba1c };
        let filtered = (112.0 - 0.7 * age - if renal { 25.0 } else { 0.0 } + 12.0 * egfr).max(6.0);
        let haemoglobin = if self.sex == Sex::Male { 14.8 } else { 13.1 };
        // Test, unit, this patient's level, its drift a year, spread from one time to the next, step of the result.
        let tests = [
            ("hba1c", "%", sugar, 0.05 * hba1c, 0.2, 0.1),
            ("egfr", "mL/min/1.73m2", filtered, if renal { -2.5 } else { -0.8 }, 4.0, 0.1),
            ("ldl", "mg/dL", 118.0 + 26.0 * ldl, if treated { -6.0 } else { 0.5 }, 9.0, 1.0),
            ("alt", "U/L", 21.0 * (0.5 * alt).exp(), 0.0, 3.0, 1.0),
            ("hb", "g/dL", haemoglobin + 1.1 * hb, -0.03, 0.3, 0.1),
            ("crp", "mg/dL", 0.1 * (1.1 * crp).exp(), 0.0, 0.02, 0.01),
        ];
        for (test, unit, level, drift, spread, step) in tests {
            if self.rng.random_bool(0.25) {
                continue;
            }
            let value = normal(level + drift * years, spread, &mut self.rng).max(step);
            let value = ((value / step).round() / (1.0 / step).round()).into();
            let value = if self.rng.random_bool(0.03) { None } else { value };
            sheets.lab.row([self.key(), visit.at(), Day(visit.day), Text(test), Real(value), Text(unit)])?;
        }
        let points = log_normal(350.0, 0.4, &mut self.rng);
        self.claim(visit, "60", points, sheets)
    }

    /// Prescription fee, imaging, treatment, operations.
    fn extras(&mut self, visit: Visit<'a>, sheets: &mut Sheets) -> Result<(), DemoError> {
        if !visit.inpatient && self.rng.random_bool(0.6) {
            self.claim(visit, "80", 68.0, sheets)?;
        }
        let often = if visit.inpatient { 6.0 } else { 1.0 };
        for (section, share, points) in [("70", 0.08, 420.0), ("40", 0.12, 90.0), ("50", 0.008, 6_000.0)] {
            if self.rng.random_bool(share * often) {
                let points = log_normal(points, 0.8, &mut self.rng);
                self.claim(visit, section, points, sheets)?;
            }
        }
        Ok(())
    }

    fn diagnose(
        &self,
        visit: Visit<'a>,
        icd10: &str,
        suspected: bool,
        sheets: &mut Sheets,
    ) -> Result<(), DemoError> {
        sheets.diagnosis.row([self.key(), visit.at(), Day(visit.day), Text(icd10), Flag(suspected)])
    }

    fn give(
        &mut self,
        visit: Visit<'a>,
        drug: &Treatment,
        times: f64,
        sheets: &mut Sheets,
    ) -> Result<(), DemoError> {
        let route = illness::route(drug.atc);
        let (section, days) = match route {
            "injection" => ("33", 1),
            "topical" => ("23", 1),
            _ => ("21", [5, 7, 14, 28, 30, 56].get(self.rng.random_range(0..6)).copied().unwrap_or(7)),
        };
        let quantity = if route == "topical" {
            self.rng.random_range(5..=50)
        } else {
            days * self.rng.random_range(1..=3)
        };
        let price = log_normal(drug.yen * times * real(days), 0.3, &mut self.rng);
        let yen = self.claim_yen(visit, section, price / 10.0, sheets)?;
        sheets.drug.row([
            self.key(),
            visit.at(),
            Day(visit.day),
            Text(drug.atc),
            Text(route),
            Int(days),
            Int(quantity),
            Int(yen),
        ])
    }

    fn claim(
        &self,
        visit: Visit<'a>,
        section: &str,
        points: f64,
        sheets: &mut Sheets,
    ) -> Result<(), DemoError> {
        self.claim_yen(visit, section, points, sheets).map(|_| ())
    }

    fn claim_yen(
        &self,
        visit: Visit<'a>,
        section: &str,
        points: f64,
        sheets: &mut Sheets,
    ) -> Result<i64, DemoError> {
        let points = whole(points).max(1);
        let yen = points * 10;
        sheets.claim_line.row([
            self.key(),
            visit.at(),
            Day(visit.day),
            Text(section),
            Int(points),
            Int(yen),
        ])?;
        Ok(yen)
    }

    fn key<'v>(&self) -> super::sheet::Value<'v> {
        Int(i64::from(self.number) + 1)
    }
}

impl Visit<'_> {
    fn at<'v>(&self) -> super::sheet::Value<'v> {
        Int(self.institution.number)
    }
}

/// The frail have more of everything.
fn chronic(
    age: f64,
    sex: Sex,
    frailty: f64,
    rng: &mut ChaCha8Rng,
) -> Vec<(&'static Chronic, Vec<&'static Treatment>)> {
    let mut found = Vec::new();
    for illness in CHRONIC.iter().filter(|i| i.sex.is_none_or(|only| only == sex)) {
        let share = (illness.share(age) * (0.5 + 0.5 * frailty)).min(0.95);
        if rng.random_bool(share) {
            found.push((illness, illness.drugs.iter().filter(|d| rng.random_bool(d.share)).collect()));
        }
    }
    found
}

/// One institution treats all patients of some rare illnesses: each illness has its own.
fn treating<'a>(rare: &Rare, model: &'a Model, usual: &'a Institution) -> &'a Institution {
    let place = illness::RARE.iter().position(|r| r.icd10 == rare.icd10).unwrap_or(0);
    model.institutions.items().get(place).filter(|_| rare.one_institution).unwrap_or(usual)
}

/// A Sunday's visit happens on Monday (2023-01-01 was a Sunday), but for the last day of all.
fn weekday(day: i32) -> i32 {
    if day % 7 == 0 { (day + 1).min(DAYS - 1) } else { day }
}

fn poisson(mean: f64, rng: &mut ChaCha8Rng) -> usize {
    // Not positive only where the rate is too small for a visit.
    Poisson::new(mean).map_or(0, |d| usize::try_from(whole(d.sample(rng))).unwrap_or(0))
}

fn normal(mean: f64, deviation: f64, rng: &mut ChaCha8Rng) -> f64 {
    Normal::new(mean, deviation).map_or(mean, |d| d.sample(rng))
}

fn log_normal(median: f64, sigma: f64, rng: &mut ChaCha8Rng) -> f64 {
    LogNormal::new(median.ln(), sigma).map_or(median, |d| d.sample(rng))
}

#[allow(clippy::cast_possible_truncation)]
fn whole(real: f64) -> i64 {
    real.round() as i64
}

#[allow(clippy::cast_precision_loss)]
fn real(whole: i64) -> f64 {
    whole as f64
}
