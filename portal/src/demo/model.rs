//! The distributions that lives are drawn from.

use std::collections::HashSet;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::weighted::WeightedIndex;
use rand_distr::{Distribution, Gamma};

use super::illness::{CHRONIC, RARE, Treatment};
use super::manifest::MASTERS;
use super::places::{Area, Places};
use super::{DemoError, Recipe};

/// Visits over the three years, on average.
const VISITS: f64 = 30.0;
/// Shape of the gamma that a patient's rate of visits is drawn from: visits are then negative-binomial.
const SHAPE: f64 = 0.9;

/// Weights of ages from 0 to 9, 10 to 19 … and how often each visits, before it is scaled to the mean.
const AGES: [(f64, f64); 10] = [
    (9.0, 1.1),
    (10.8, 0.6),
    (12.6, 0.5),
    (13.6, 0.6),
    (17.0, 0.7),
    (17.6, 0.9),
    (15.0, 1.2),
    (16.3, 1.7),
    (9.8, 1.9),
    (2.6, 1.8),
];

/// A hospital or clinic.
#[derive(Debug, Clone)]
pub struct Institution {
    /// Its identifier in the source.
    pub number: i64,
    /// `hospital` or `clinic`.
    pub kind: &'static str,
    /// Where it stands.
    pub area: Area,
}

/// Things with weights, at least one.
#[derive(Debug)]
pub struct Choice<T> {
    items: Vec<T>,
    weights: WeightedIndex<f64>,
}

impl<T> Choice<T> {
    /// Takes weights and things.
    pub fn new(of: impl IntoIterator<Item = (f64, T)>) -> Result<Self, DemoError> {
        let (weights, items): (Vec<f64>, Vec<T>) = of.into_iter().unzip();
        let weights =
            WeightedIndex::new(weights).map_err(|_| DemoError::Model("a choice has something to choose"))?;
        Ok(Self { items, weights })
    }

    /// Draws one.
    pub fn pick(&self, rng: &mut impl Rng) -> Result<&T, DemoError> {
        self.items
            .get(self.weights.sample(rng))
            .ok_or(DemoError::Model("a choice has as many weights as things"))
    }

    /// All of them.
    pub fn items(&self) -> &[T] {
        &self.items
    }
}

/// Zipf's law: the n-th of many has a weight of n to the power of −`power`.
fn zipf<T>(items: impl IntoIterator<Item = T>, power: f64) -> Result<Choice<T>, DemoError> {
    Choice::new((1_u32..).zip(items).map(|(rank, item)| (f64::from(rank).powf(-power), item)))
}

/// Everything that is the same for all patients.
pub struct Model {
    seed: u64,
    /// Institutions, the largest first; their sizes follow Zipf's law.
    pub institutions: Choice<Institution>,
    /// Decades of age at the end of the records.
    pub decades: Choice<(u16, f64)>,
    /// How a patient's rate of visits differs from that of the age; 1 on average.
    pub frailty: Gamma<f64>,
    /// Illnesses that pass.
    pub acute: Choice<&'static str>,
    /// Drugs for them.
    pub acute_drugs: Choice<Treatment>,
}

impl Model {
    /// Settles what a recipe leaves open.
    pub fn new(recipe: Recipe, places: &Places) -> Result<Self, DemoError> {
        Ok(Self {
            seed: recipe.seed,
            institutions: zipf(institutions(recipe, places)?, 0.8)?,
            decades: Choice::new(decades())?,
            frailty: Gamma::new(SHAPE, 1.0 / SHAPE).map_err(|_| DemoError::Model("the shape is positive"))?,
            acute: zipf(codes("icd10.csv").filter(|c| !kept_illnesses().contains(c)), 1.0)?,
            acute_drugs: zipf(acute_drugs(), 0.8)?,
        })
    }

    /// The random stream of one patient, or of something else with a number.
    pub fn stream(&self, number: u32) -> ChaCha8Rng {
        stream(self.seed, u64::from(number) + 1)
    }
}

fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}

/// One institution for 500 patients, at least 12, at most 3,000.
fn institutions(recipe: Recipe, places: &Places) -> Result<Vec<Institution>, DemoError> {
    let mut rng = stream(recipe.seed, 0);
    let count = (recipe.patients / 500).clamp(12, 3_000);
    // The larger ones are hospitals.
    let kind = |n| if n <= count / 4 { "hospital" } else { "clinic" };
    let institution =
        |n: u32| Ok(Institution { number: n.into(), kind: kind(n), area: places.area(&mut rng)?.clone() });
    (1..=count).map(institution).collect()
}

/// Weight of each decade, its first age, and its visits over the three years.
fn decades() -> impl Iterator<Item = (f64, (u16, f64))> {
    let people: f64 = AGES.iter().map(|(weight, _)| weight).sum();
    let visits: f64 = AGES.iter().map(|(weight, rate)| weight * rate).sum();
    let scale = VISITS * people / visits;
    AGES.into_iter().zip((0..).step_by(10)).map(move |((weight, rate), age)| (weight, (age, rate * scale)))
}

/// The codes of a master, in its order.
fn codes(master: &str) -> impl Iterator<Item = &'static str> {
    let text = MASTERS.iter().find(|(name, _)| *name == master).map_or("", |(_, text)| text);
    text.lines().skip(1).filter_map(|line| line.split(',').next())
}

fn kept_illnesses() -> HashSet<&'static str> {
    CHRONIC.iter().map(|c| c.icd10).chain(RARE.iter().map(|r| r.icd10)).collect()
}

fn acute_drugs() -> impl Iterator<Item = Treatment> {
    let kept: HashSet<_> =
        CHRONIC.iter().flat_map(|c| c.drugs).chain(RARE.iter().map(|r| &r.drug)).map(|d| d.atc).collect();
    codes("atc.csv").filter(move |atc| !kept.contains(atc)).map(|atc| Treatment {
        atc,
        yen: 45.0,
        share: 1.0,
    })
}
