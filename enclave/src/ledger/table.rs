//! What is about to be published: the figures of one table, each with the vectors that it exposes.

use serde::{Deserialize, Serialize};

use super::definition::Definition;
use super::{Class, Sketch};

/// The figures of one question that share their grouping keys. A question with several levels (ROLLUP)
/// has a table for each.
#[derive(Debug, Clone)]
pub struct Table {
    rows: usize,
    labels: Vec<Vec<u32>>,
    /// For each label and row, what the row's label says of whoever is in it; or nothing at all.
    conditions: Vec<Vec<u64>>,
    figures: Vec<Figure>,
}

/// One column of figures.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it exposes, see [`Class`].
    pub vectors: Vec<Vector>,
    /// The patients behind each row's figure. Decides only which of several figures is withheld: the smallest.
    pub patients: Vec<u64>,
    /// For each row, whether the figure is to be shown. What another rule suppressed is not.
    pub published: Vec<bool>,
    /// What it is by the words of its question, before it is split up by labels (see `plan::Definitions`). None where it may be
    /// told that the same people are behind two figures, whatever their words.
    pub definition: Option<u64>,
}

/// The contributions to one column of figures.
#[derive(Debug, Clone)]
pub struct Vector {
    /// What the contributions are of.
    pub class: Class,
    /// For each row, who contributed how much.
    pub sketches: Vec<Sketch>,
}

/// A table whose parts don't have a row for each of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a table for the ledger whose parts are not of one length")]
pub struct Uneven;

/// One figure of a question's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Which table.
    pub table: usize,
    /// Which of its columns.
    pub figure: usize,
    /// Which of its rows.
    pub row: usize,
}

impl Table {
    /// A table without figures. `labels` has a column for each grouping key, with a number for each row: equal
    /// labels have equal numbers, and the numbers' order is that of the labels, so that the same table is
    /// judged in the same order whatever order its rows came in.
    ///
    /// # Errors
    /// When a column is not `rows` long.
    pub fn new(rows: usize, labels: Vec<Vec<u32>>) -> Result<Self, Uneven> {
        let even = labels.iter().all(|column| column.len() == rows);
        if even {
            Ok(Self { rows, labels, conditions: Vec::new(), figures: Vec::new() })
        } else {
            Err(Uneven)
        }
    }

    /// The same table with what labels say: for each label and row a number, to be added, wrapping round, to what a figure is.
    ///
    /// # Errors
    /// When it is not of the labels' shape.
    pub fn saying(self, conditions: Vec<Vec<u64>>) -> Result<Self, Uneven> {
        let even = conditions.len() == self.labels.len()
            && conditions.iter().all(|column| column.len() == self.rows);
        if even { Ok(Self { conditions, ..self }) } else { Err(Uneven) }
    }

    /// Adds a column of figures; of two that don't go together the one added first is published.
    ///
    /// # Errors
    /// When one of its parts is not as long as the table, or it exposes nothing.
    pub fn add(&mut self, figure: Figure) -> Result<(), Uneven> {
        let even = figure.vectors.iter().all(|vector| vector.sketches.len() == self.rows)
            && figure.patients.len() == self.rows
            && figure.published.len() == self.rows
            && !figure.vectors.is_empty();
        if !even {
            return Err(Uneven);
        }
        self.figures.push(figure);
        Ok(())
    }

    /// Takes one figure out of what is to be published.
    pub fn withhold(&mut self, figure: usize, row: usize) {
        let published = self.figures.get_mut(figure).and_then(|figure| figure.published.get_mut(row));
        if let Some(published) = published {
            *published = false;
        }
    }

    /// The columns of figures.
    #[must_use]
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn labels(&self) -> &[Vec<u32>] {
        &self.labels
    }

    pub(super) fn conditions(&self) -> &[Vec<u64>] {
        &self.conditions
    }

    /// What a figure's cell in a row is.
    pub(super) fn definition(&self, figure: &Figure, row: usize) -> Option<Definition> {
        self.said(figure, self.conditions.iter(), row)
    }

    /// What the sum of a figure's cells is that agree with a row in the labels that are kept.
    pub(super) fn definition_of_group(
        &self,
        figure: &Figure,
        kept: &[usize],
        row: usize,
    ) -> Option<Definition> {
        self.said(figure, kept.iter().filter_map(|label| self.conditions.get(*label)), row)
    }

    fn said<'a>(
        &self,
        figure: &Figure,
        conditions: impl Iterator<Item = &'a Vec<u64>>,
        row: usize,
    ) -> Option<Definition> {
        let said = conditions.filter_map(|conditions| conditions.get(row).copied());
        Some(Definition::new(said.fold(figure.definition?, u64::wrapping_add)))
    }

    /// The rows in the order of their labels.
    pub(super) fn order(&self) -> Vec<usize> {
        self.order_by(&(0..self.labels.len()).collect::<Vec<_>>())
    }

    /// The rows in the order of some of the labels.
    fn order_by(&self, kept: &[usize]) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..self.rows).collect();
        rows.sort_by(|a, b| self.key(kept, *a).cmp(self.key(kept, *b)));
        rows
    }

    fn key(&self, kept: &[usize], row: usize) -> impl Iterator<Item = u32> {
        kept.iter().filter_map(move |label| self.labels.get(*label)?.get(row).copied())
    }

    /// The rows that add up along each margin: those that agree in some of the labels, for all [`choices`] of them.
    pub(super) fn margins(&self) -> impl Iterator<Item = Margin> {
        choices(self.labels.len()).into_iter().map(|kept| Margin { groups: self.groups(&kept), kept })
    }

    /// The rows of each part, for every way to divide the table: by some of the labels, or by all.
    pub(super) fn partitions(&self) -> impl Iterator<Item = Vec<Vec<usize>>> {
        let all = (0..self.labels.len()).collect();
        let some = choices(self.labels.len()).into_iter().filter(|kept| !kept.is_empty());
        some.chain([all]).map(|kept| self.groups(&kept))
    }

    /// The rows that agree in some of the labels.
    fn groups(&self, kept: &[usize]) -> Vec<Vec<usize>> {
        let rows = self.order_by(kept);
        let alike = |a: &usize, b: &usize| self.key(kept, *a).eq(self.key(kept, *b));
        rows.chunk_by(alike).map(<[usize]>::to_vec).collect()
    }
}

/// The rows that add up along one choice of labels.
pub(super) struct Margin {
    /// In what they agree.
    pub kept: Vec<usize>,
    pub groups: Vec<Vec<usize>>,
}

/// Up to this many labels, every choice of them is a margin.
const ALL_CHOICES: usize = 4;

/// The choices of labels, by place, that are margins: every one but all of them. With many labels there are too many: then it
/// is none, one label kept, and one label left out.
pub(crate) fn choices(labels: usize) -> Vec<Vec<usize>> {
    let every = 0..labels;
    if labels <= ALL_CHOICES {
        let chosen = |choice: usize| every.clone().filter(|label| choice >> label & 1 == 1).collect();
        // The last choice is all of them: the rows themselves.
        (0..(1_usize << labels).saturating_sub(1)).map(chosen).collect()
    } else {
        let without = |out: usize| every.clone().filter(|label| *label != out).collect();
        let none = std::iter::once(Vec::new());
        none.chain(every.clone().map(|label| vec![label])).chain(every.clone().map(without)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_few_labels_is_a_margin() {
        assert!(choices(0).is_empty());
        assert_eq!(choices(1), [Vec::<usize>::new()]);
        assert_eq!(choices(2), [vec![], vec![0], vec![1]]);
        assert_eq!(choices(4).len(), 15);
        assert_eq!(choices(6).len(), 13);
    }

    #[test]
    fn rows_add_up_along_margins() {
        let table = Table::new(4, vec![vec![1, 0, 0, 1], vec![5, 5, 6, 6]]).unwrap();
        assert_eq!(table.order(), [1, 2, 0, 3]);
        let margins: Vec<_> = table.margins().map(|margin| margin.groups).collect();
        assert_eq!(margins[0], [vec![0, 1, 2, 3]]);
        assert_eq!(margins[1], [vec![1, 2], vec![0, 3]]);
        assert_eq!(margins[2], [vec![0, 1], vec![2, 3]]);
        let partitions: Vec<_> = table.partitions().collect();
        assert_eq!(partitions[0], margins[1]);
        assert_eq!(partitions[2], [[1], [2], [0], [3]]);
    }

    #[test]
    fn uneven_tables_are_refused() {
        assert!(Table::new(2, vec![vec![1]]).is_err());
        let mut table = Table::new(1, Vec::new()).unwrap();
        let vector = Vector { class: Class::AMOUNTS, sketches: vec![Sketch::default()] };
        let figure = |patients| Figure {
            vectors: vec![vector.clone()],
            patients,
            published: vec![true],
            definition: None,
        };
        assert!(table.add(figure(vec![1, 2])).is_err());
        assert!(table.add(Figure { vectors: Vec::new(), ..figure(vec![1]) }).is_err());
        assert!(table.add(figure(vec![1])).is_ok());
        table.withhold(0, 0);
        assert!(!table.figures()[0].published[0]);
    }
}
