//! Holds a question's tables against what is known: which figures must be withheld, and what is told by the rest.

use std::collections::BTreeMap;

use super::definition::Definition;
use super::index::{Known, Record};
use super::partition::{MOST, Part, Partition};
use super::told::Told;
use super::{Figure, Place, Sketch, Table, Vector};

/// What publishing the tables would mean.
#[derive(Debug)]
pub(super) struct Judged {
    /// Figures to withhold, each with the question whose answer it is too close to: none where that is
    /// this question itself.
    pub withheld: BTreeMap<Place, Option<u64>>,
    /// What is told that was not known.
    pub records: Vec<Record>,
    /// Tables whose parts may be pooled later.
    pub partitions: Vec<Partition>,
}

/// Judges figures in the order of tables, columns and labels: of two that don't go together, the first is
/// published. Then what the figures that are left add up to: along the margins, and any of them where
/// there are not many. Where that tells too much, the smallest of the figures in it is withheld. Whoever
/// withholds must ask again, since that makes other sums.
pub(super) fn judge(known: &Told, tables: &[Table], question: u64, threshold: u32) -> Judged {
    let mut judge =
        Judge { known, fresh: Told::new(threshold), withheld: BTreeMap::new(), question, threshold };
    for (table, number) in tables.iter().zip(0..) {
        let order = table.order();
        for column in columns(table, number) {
            order.iter().for_each(|row| judge.figure(&column, *row));
        }
    }
    for (table, number) in tables.iter().zip(0..) {
        for margin in table.margins() {
            for rows in &margin.groups {
                columns(table, number).for_each(|column| judge.sum(&column, &margin.kept, rows));
            }
        }
        for groups in table.partitions() {
            columns(table, number).for_each(|column| judge.pools(&column, &groups));
        }
    }
    let (records, partitions) = judge.fresh.into_parts();
    Judged { withheld: judge.withheld, records, partitions }
}

/// One column of figures, and where it stands.
struct Column<'a> {
    figure: &'a Figure,
    of: &'a Table,
    table: usize,
    number: usize,
    /// Whether two of its figures may be combined with a third.
    small: bool,
}

fn columns(table: &Table, number: usize) -> impl Iterator<Item = Column<'_>> {
    let small = table.rows() <= MOST;
    table.figures().iter().zip(0..).map(move |(figure, at)| Column {
        figure,
        of: table,
        table: number,
        number: at,
        small,
    })
}

struct Judge<'a> {
    known: &'a Told,
    /// What this question tells.
    fresh: Told,
    withheld: BTreeMap<Place, Option<u64>>,
    question: u64,
    threshold: u32,
}

impl Judge<'_> {
    fn figure(&mut self, column: &Column<'_>, row: usize) {
        if column.shows(row)
            && let Err(earlier) = self.tell(column, &[row], column.of.definition(column.figure, row))
        {
            self.withheld.insert(column.place(row), earlier);
        }
    }

    fn sum(&mut self, column: &Column<'_>, kept: &[usize], rows: &[usize]) {
        let shown = self.shown(column, rows);
        if shown.len() > 1
            && let Err(earlier) = self.tell(column, &shown, column.definition(kept, rows, &shown))
        {
            self.withhold_smallest(column, shown, earlier);
        }
    }

    /// Holds every sum of some of the groups against what was told before this table; what is told after it is
    /// held against the table (see `Told::find`).
    fn pools(&mut self, column: &Column<'_>, groups: &[Vec<usize>]) {
        if groups.len() < 3 {
            return;
        }
        let shown = groups.iter().map(|rows| self.shown(column, rows)).filter(|rows| !rows.is_empty());
        let shown: Vec<Vec<usize>> = shown.take(MOST + 1).collect();
        for vector in &column.figure.vectors {
            let part =
                |rows: &Vec<usize>| Part { sketch: sum(vector, rows), patients: column.patients(rows) };
            if shown.len() > MOST {
                return;
            }
            let parts = shown.iter().map(part).collect();
            let partition = Partition::new(vector.class, self.question, parts);
            let Some(partition) = partition.filter(|partition| !self.known.knows(partition)) else {
                continue;
            };
            let earlier = self.known.pooled(&partition, self.threshold).map(|(at, parts)| (Some(at), parts));
            let here = || Some((None, self.fresh.pooled(&partition, self.threshold)?.1));
            match earlier.or_else(here) {
                Some((earlier, parts)) => {
                    let rows = parts.iter().filter_map(|part| shown.get(*part)).flatten().copied();
                    return self.withhold_smallest(column, rows.collect(), earlier);
                }
                None => self.fresh.divide(partition),
            }
        }
    }

    fn shown(&self, column: &Column<'_>, rows: &[usize]) -> Vec<usize> {
        let shown = |row: &&usize| column.shows(**row) && !self.withheld.contains_key(&column.place(**row));
        rows.iter().filter(shown).copied().collect()
    }

    fn withhold_smallest(&mut self, column: &Column<'_>, rows: Vec<usize>, earlier: Option<u64>) {
        let size = |row: &usize| (column.patients(&[*row]), column.place(*row));
        if let Some(smallest) = rows.into_iter().min_by_key(size) {
            self.withheld.insert(column.place(smallest), earlier);
        }
    }

    /// Takes note of what a figure or a sum tells, unless that is too close to something known.
    fn tell(
        &mut self,
        column: &Column<'_>,
        rows: &[usize],
        definition: Option<Definition>,
    ) -> Result<(), Option<u64>> {
        let mut news = Vec::new();
        let patients = column.patients(rows);
        for vector in &column.figure.vectors {
            let (class, sketch) = (vector.class, sum(vector, rows));
            match self.known.find(class, &sketch, definition, patients, self.threshold) {
                Known::Few { question } => return Err(Some(question)),
                Known::Same => continue,
                Known::Far => {}
            }
            match self.fresh.find(class, &sketch, definition, patients, self.threshold) {
                Known::Few { .. } => return Err(None),
                Known::Same => {}
                Known::Far => {
                    if column.small
                        && let Some(question) =
                            Told::tracked([self.known, &self.fresh], class, &sketch, self.threshold)
                    {
                        return Err((question != self.question).then_some(question));
                    }
                    let (question, small) = (self.question, column.small);
                    news.push(Record { class, definition, sketch, patients, question, small });
                }
            }
        }
        news.into_iter().for_each(|record| self.fresh.insert(record));
        Ok(())
    }
}

impl Column<'_> {
    fn place(&self, row: usize) -> Place {
        Place { table: self.table, figure: self.number, row }
    }

    fn shows(&self, row: usize) -> bool {
        self.figure.published.get(row).copied().unwrap_or(false)
    }

    /// What the sum of the `shown` ones of a group's rows is: the group's own figure if nobody is in the others.
    fn definition(&self, kept: &[usize], rows: &[usize], shown: &[usize]) -> Option<Definition> {
        if self.patients(rows) == self.patients(shown) {
            return self.of.definition_of_group(self.figure, kept, shown.first().copied()?);
        }
        let cells = shown.iter().map(|row| self.of.definition(self.figure, *row));
        Some(Definition::sum(cells.collect::<Option<Vec<_>>>()?.into_iter()))
    }

    fn patients(&self, rows: &[usize]) -> u64 {
        rows.iter().filter_map(|row| self.figure.patients.get(*row)).sum()
    }
}

fn sum(vector: &Vector, rows: &[usize]) -> Sketch {
    match rows {
        [row] => vector.sketches.get(*row).copied().unwrap_or_default(),
        _ => {
            let mut sum = Sketch::default();
            rows.iter().filter_map(|row| vector.sketches.get(*row)).for_each(|sketch| sum.merge(sketch));
            sum
        }
    }
}

#[cfg(test)]
mod tests;
