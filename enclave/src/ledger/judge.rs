//! Holds a question's tables against what is known: which figures must be withheld, and what is told by the rest.

use std::collections::BTreeMap;

use super::index::{Index, Known, Record};
use super::{Figure, Place, Sketch, Table, Vector};

/// What publishing the tables would mean.
#[derive(Debug)]
pub(super) struct Judged {
    /// Figures to withhold, each with the question whose answer it is too close to: none where that is
    /// this question itself.
    pub withheld: BTreeMap<Place, Option<u64>>,
    /// What is told that was not known.
    pub told: Vec<Record>,
}

/// Judges figures in the order of tables, columns and labels: of two that don't go together, the first is
/// published. Then the sums along the margins, of the figures that are left: where one tells too
/// much, the smallest of its figures is withheld. Whoever withholds must ask again, since that makes other sums.
pub(super) fn judge(known: &Index, tables: &[Table], question: u64, threshold: u32) -> Judged {
    let mut judge =
        Judge { known, fresh: Index::new(threshold), withheld: BTreeMap::new(), question, threshold };
    for (table, at) in tables.iter().zip(0..) {
        let order = table.order();
        for (figure, number) in table.figures().iter().zip(0..) {
            for &row in order.iter().filter(|row| figure.shows(**row)) {
                judge.figure(figure, Place { table: at, figure: number, row });
            }
        }
    }
    for (table, at) in tables.iter().zip(0..) {
        for rows in table.margins().flatten() {
            for (figure, number) in table.figures().iter().zip(0..) {
                judge.sum(figure, &rows, |row| Place { table: at, figure: number, row });
            }
        }
    }
    Judged { withheld: judge.withheld, told: judge.fresh.into_records() }
}

struct Judge<'a> {
    known: &'a Index,
    /// What this question tells.
    fresh: Index,
    withheld: BTreeMap<Place, Option<u64>>,
    question: u64,
    threshold: u32,
}

impl Judge<'_> {
    fn figure(&mut self, figure: &Figure, place: Place) {
        let sketches = figure.vectors.iter().filter_map(|v| Some((v, *v.sketches.get(place.row)?)));
        if let Err(earlier) = self.tell(sketches) {
            self.withheld.insert(place, earlier);
        }
    }

    fn sum(&mut self, figure: &Figure, rows: &[usize], place: impl Fn(usize) -> Place) {
        let shown = |row: &&usize| figure.shows(**row) && !self.withheld.contains_key(&place(**row));
        let shown: Vec<usize> = rows.iter().filter(shown).copied().collect();
        if shown.len() < 2 {
            return;
        }
        let sums: Vec<_> = figure.vectors.iter().map(|vector| (vector, sum(vector, &shown))).collect();
        if let Err(earlier) = self.tell(sums.into_iter()) {
            let size = |row: &usize| (figure.patients.get(*row).copied().unwrap_or(0), place(*row));
            if let Some(smallest) = shown.into_iter().min_by_key(size) {
                self.withheld.insert(place(smallest), earlier);
            }
        }
    }

    /// Takes note of what a figure or a sum tells, unless that is too close to something known.
    fn tell<'v>(&mut self, vectors: impl Iterator<Item = (&'v Vector, Sketch)>) -> Result<(), Option<u64>> {
        let mut news = Vec::new();
        for (Vector { class, .. }, sketch) in vectors {
            match self.known.find(*class, &sketch, self.threshold) {
                Known::Few { question } => return Err(Some(question)),
                Known::Same => continue,
                Known::Far => {}
            }
            match self.fresh.find(*class, &sketch, self.threshold) {
                Known::Few { .. } => return Err(None),
                Known::Same => {}
                Known::Far => news.push(Record { class: *class, sketch, question: self.question }),
            }
        }
        news.into_iter().for_each(|record| self.fresh.insert(record));
        Ok(())
    }
}

impl Figure {
    fn shows(&self, row: usize) -> bool {
        self.published.get(row).copied().unwrap_or(false)
    }
}

fn sum(vector: &Vector, rows: &[usize]) -> Sketch {
    let mut sum = Sketch::default();
    rows.iter().filter_map(|row| vector.sketches.get(*row)).for_each(|sketch| sum.merge(sketch));
    sum
}

#[cfg(test)]
mod tests;
