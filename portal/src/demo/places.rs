//! Where people live: real prefectures, invented medical areas and municipalities.

use std::fmt::Write;

use rand::Rng;

use super::DemoError;
use super::manifest::MASTERS;
use super::model::Choice;

/// Inhabitants of a secondary medical area; 335 of them share Japan.
const PER_AREA: u32 = 376_000;
/// How the inhabitants of an area spread over its five municipalities, per mille: a city, towns, a village.
const SPREAD: [u32; 5] = [620, 240, 100, 36, 4];

/// A secondary medical area (二次医療圏).
#[derive(Debug, Clone)]
pub struct Area {
    /// Four digits; the first two are the prefecture's.
    pub code: String,
    prefecture: (String, String, String),
    inhabitants: u32,
}

impl Area {
    /// The prefecture's two digits.
    pub fn prefecture(&self) -> &str {
        &self.prefecture.0
    }
}

/// All areas, and how people spread over them.
pub struct Places {
    areas: Choice<Area>,
    municipality: Choice<usize>,
}

impl Places {
    /// Cuts the prefectures into areas.
    pub fn new() -> Result<Self, DemoError> {
        let [(_, prefectures), ..] = MASTERS;
        let cut: Option<Vec<_>> = prefectures.lines().skip(1).map(cut).collect();
        let areas = cut.ok_or(DemoError::Model("a prefecture's line has four fields"))?.into_iter().flatten();
        Ok(Self {
            areas: Choice::new(areas.map(|area| (f64::from(area.inhabitants), area)))?,
            municipality: Choice::new(SPREAD.into_iter().map(f64::from).zip(1..))?,
        })
    }

    /// Draws an area by its inhabitants.
    pub fn area(&self, rng: &mut impl Rng) -> Result<&Area, DemoError> {
        self.areas.pick(rng)
    }

    /// Draws a municipality of an area: its code.
    pub fn municipality(&self, area: &Area, rng: &mut impl Rng) -> Result<String, DemoError> {
        Ok(format!("{}{}", area.code, self.municipality.pick(rng)?))
    }

    /// The public master of areas.
    pub fn area_csv(&self) -> String {
        let mut csv = "area,prefecture,label_ja,label_en,inhabitants\n".to_owned();
        for Area { code, prefecture: (prefecture, ja, en), inhabitants } in self.areas.items() {
            let number = code.get(2..).unwrap_or_default();
            _ = writeln!(
                csv,
                "{code},{prefecture},{ja}医療圏{number}(架空),{en} area {number} (invented),{inhabitants}"
            );
        }
        csv
    }

    /// The public master of municipalities.
    pub fn municipality_csv(&self) -> String {
        let mut csv = "municipality,area,label_ja,label_en,inhabitants\n".to_owned();
        for Area { code, prefecture: (_, ja, en), inhabitants } in self.areas.items() {
            for (number, share) in (1..).zip(SPREAD) {
                let inhabitants = inhabitants / 1_000 * share;
                let area = code.get(2..).unwrap_or_default();
                _ = writeln!(
                    csv,
                    "{code}{number},{code},{ja}{area}-{number}(架空),{en} {area}-{number} (invented),{inhabitants}"
                );
            }
        }
        csv
    }
}

/// The areas of one line of the prefectures' master, the first of them the largest.
fn cut(line: &str) -> Option<Vec<Area>> {
    let mut fields = line.split(',').map(str::to_owned);
    let prefecture = (fields.next()?, fields.next()?, fields.next()?);
    let inhabitants: u32 = fields.next()?.parse().ok()?;
    let count = (inhabitants + PER_AREA / 2) / PER_AREA + 1;
    // Shares fall linearly: count, count − 1, … 1.
    let total = count * (count + 1) / 2;
    let area = |number: u32| Area {
        code: format!("{}{number:02}", prefecture.0),
        prefecture: prefecture.clone(),
        inhabitants: inhabitants / total * (count - number + 1),
    };
    Some((1..=count).map(area).collect())
}
