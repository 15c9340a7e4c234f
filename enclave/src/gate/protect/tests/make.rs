//! Tables for tests: grids of any number of dimensions with all margins, from a seed.

use super::super::{Cell, Relation, State, Table};

/// What a grid's zeros are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeros {
    /// Shown, as the policy says.
    Fixed,
    /// Cells like others.
    Open,
    /// Masked like other small counts.
    Primary,
}

/// A generator of numbers (SplitMix64).
#[derive(Debug, Clone)]
pub struct Seed(pub u64);

impl Seed {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A count: small with the given chance in a thousand, else up to `most`, skewed to the low end.
    pub fn count(&mut self, small: u64, threshold: u64, most: u64) -> i128 {
        if self.below(1000) < small {
            i128::from(1 + self.below(threshold - 1))
        } else {
            let unit = self.below(1 << 20) as f64 / f64::from(1 << 20);
            threshold as i128 + ((most - threshold) as f64 * unit.powi(4)) as i128
        }
    }
}

/// What makes a count primary, and how much protection it then needs.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Counts from one (or zero) to below this are primary.
    pub threshold: i128,
    /// Needed width.
    pub width: u64,
    /// What zeros are.
    pub zeros: Zeros,
    /// Whether a count of one has a contributor who knows it.
    pub singletons: bool,
}

impl Rule {
    /// The cell of a count; `who` would be its insider.
    pub fn cell(&self, value: i128, who: u64) -> Cell {
        let state = match (value, self.zeros) {
            (0, Zeros::Fixed) => State::Fixed,
            (0, Zeros::Open) => State::Open,
            (0, Zeros::Primary) => State::Primary,
            (value, _) if value < self.threshold => State::Primary,
            _ => State::Open,
        };
        Cell {
            value,
            nonnegative: true,
            state,
            cost: value.max(1) as u64,
            width: self.width,
            insiders: if self.singletons && value == 1 { vec![who] } else { Vec::new() },
        }
    }
}

/// A grid with all margins: `inner` in row-major order. The last index of each dimension is its total.
pub fn grid(sizes: &[usize], inner: &[i128], rule: &Rule) -> Table {
    let full: Vec<usize> = sizes.iter().map(|size| size + 1).collect();
    let count: usize = full.iter().product();
    let index =
        |place: &[usize]| place.iter().zip(&full).fold(0, |index, (place, size)| index * size + place);
    let place = |mut index: usize| {
        let mut place = vec![0; full.len()];
        for (slot, size) in place.iter_mut().zip(&full).rev() {
            *slot = index % size;
            index /= size;
        }
        place
    };
    let mut values = vec![0_i128; count];
    let mut who = vec![0_u64; count];
    for (number, &value) in inner.iter().enumerate() {
        let mut rest = number;
        let mut at = vec![0; sizes.len()];
        for (slot, size) in at.iter_mut().zip(sizes).rev() {
            *slot = rest % size;
            rest /= size;
        }
        for totals in 0..1_usize << sizes.len() {
            let mut cell = at.clone();
            for (dimension, slot) in cell.iter_mut().enumerate() {
                if totals >> dimension & 1 == 1 {
                    *slot = sizes[dimension];
                }
            }
            values[index(&cell)] += value;
            // A margin of one belongs to whoever its inner cell belongs to.
            if value == 1 {
                who[index(&cell)] = number as u64;
            }
        }
    }
    let mut relations = Vec::new();
    for total in 0..count {
        for (dimension, &size) in sizes.iter().enumerate() {
            let at = place(total);
            if at[dimension] == size {
                let parts = (0..size).map(|slot| {
                    let mut part = at.clone();
                    part[dimension] = slot;
                    index(&part)
                });
                relations.push(Relation { total, parts: parts.collect() });
            }
        }
    }
    let cells = values.iter().zip(who).map(|(&value, who)| rule.cell(value, who)).collect();
    Table::new(cells, relations).unwrap()
}

/// A random grid: `small` in a thousand inner cells are below the threshold, `empty` in a thousand zero.
pub fn random(sizes: &[usize], small: u64, empty: u64, most: u64, rule: &Rule, seed: u64) -> Table {
    let mut seed = Seed(seed);
    let count = sizes.iter().product();
    let inner: Vec<i128> = (0..count)
        .map(|_| if seed.below(1000) < empty { 0 } else { seed.count(small, rule.threshold as u64, most) })
        .collect();
    grid(sizes, &inner, rule)
}
