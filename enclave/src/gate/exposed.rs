//! What figures expose to whoever subtracts them: their contributions, as tables for the ledger.
//!
//! Figures that the question's own rules suppressed are in the tables too, as not to be published: withholding
//! one may mean to withhold another.
//!
//! Where the policy may not tell that a cell is empty, it may not be told either that the same people are behind two figures
//! whose words differ: that says that nobody is in one and not in the other. Then the tables say what each figure is by
//! the words of the question.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::row::Row;
use datafusion::common::ScalarValue;

use super::cells::Cells;
use super::keys::keys;
use crate::ledger::{self, Amount, Class, Place, Sketch, Vector};
use crate::plan::FigureKind;
use crate::words::{FailCode, Halt, Reason};

/// Which of a cut's rows stand in which of its tables: one table for each set of its labels, its rows in their order.
#[derive(Debug)]
pub(super) struct Layout {
    tables: Vec<Vec<usize>>,
    figures: usize,
}

impl Layout {
    /// The cut's figure and row behind a place of the ledger's.
    pub(super) fn cell(&self, place: Place) -> Option<(usize, usize)> {
        Some((place.figure, *self.tables.get(place.table)?.get(place.row)?))
    }

    /// All places, with the cut's figure and row.
    pub(super) fn places(&self) -> impl Iterator<Item = (Place, usize, usize)> {
        self.tables.iter().zip(0..).flat_map(move |(rows, table)| {
            (0..self.figures).flat_map(move |figure| {
                let cells = rows.iter().zip(0..);
                cells.map(move |(row, nth)| (Place { table, figure, row: nth }, figure, *row))
            })
        })
    }
}

/// A cut's tables for the ledger, from its cells and what its rules decided.
pub(super) fn tables(
    cells: &Cells,
    reasons: &[Vec<Option<Reason>>],
    shown: &[bool],
    words: bool,
) -> Result<(Vec<ledger::Table>, Layout), Halt> {
    let labels = cells.labels().iter().enumerate();
    let labels = labels.map(|(nth, values)| Label::of(cells, nth, values, words));
    let labels = labels.collect::<Result<Vec<_>, Halt>>()?;
    let sets: Vec<(Vec<&Label>, Vec<usize>)> = if cells.sets().is_empty() {
        vec![(labels.iter().collect(), (0..cells.rows()).collect())]
    } else {
        // Sets don't mention the last label, the engine's own number for them.
        let kept =
            |set: &Vec<bool>| set.iter().zip(&labels).filter(|(gone, _)| !**gone).map(|(_, l)| l).collect();
        cells.sets().iter().map(kept).zip(cells.rows_by_set()?).collect()
    };
    let vectors = (0..cells.figures()).map(|figure| vectors(cells, figure)).collect::<Result<Vec<_>, _>>()?;
    let mut tables = Vec::with_capacity(sets.len());
    let mut layout = Layout { tables: Vec::with_capacity(sets.len()), figures: cells.figures() };
    for (labels, mut rows) in sets {
        // The order in which the engine met the groups tells of the patients in them, and decides nothing here.
        let key = |row: &usize| labels.iter().map(|label| label.ranks.get(*row).copied()).collect::<Vec<_>>();
        rows.sort_by_cached_key(key);
        let ranks = labels.iter().map(|label| pick(&label.ranks, &rows)).collect();
        let mut table = ledger::Table::new(rows.len(), ranks).map_err(|_| FailCode::Internal)?;
        if words {
            let conditions = labels.iter().map(|label| pick(&label.conditions, &rows)).collect();
            table = table.saying(conditions).map_err(|_| FailCode::Internal)?;
        }
        for (figure, vectors) in vectors.iter().enumerate() {
            let definition = cells.definitions().figure(figure).ok_or(FailCode::Internal)?;
            let patients = cells.figure(figure)?.1.patients;
            let open = reasons.get(figure).ok_or(FailCode::Internal)?;
            let published = rows.iter().map(|row| {
                let free = open.get(*row).is_some_and(Option::is_none);
                // Nobody is no contributor: an empty figure tells nothing of anybody.
                let somebody = patients.get(*row).is_some_and(|patients| *patients > 0);
                free && somebody && shown.get(*row).copied().unwrap_or(false)
            });
            let of_rows =
                |vector: &Vector| Vector { class: vector.class, sketches: pick(&vector.sketches, &rows) };
            let figure = ledger::Figure {
                vectors: vectors.iter().map(of_rows).collect(),
                patients: pick(patients, &rows),
                published: published.collect(),
                definition: words.then_some(definition),
            };
            table.add(figure).map_err(|_| FailCode::Internal)?;
        }
        tables.push(table);
        layout.tables.push(rows);
    }
    Ok((tables, layout))
}

/// The vectors that one figure exposes.
fn vectors(cells: &Cells, index: usize) -> Result<Vec<Vector>, Halt> {
    let internal = |_| FailCode::Internal;
    let (figure, evidence) = cells.figure(index)?;
    let own = evidence.sketches.ok_or(FailCode::Internal)?;
    let vector = |class, sketches| Vector { class, sketches };
    Ok(match figure.kind {
        FigureKind::Count => vec![vector(Class::AMOUNTS, own.rows().map_err(internal)?)],
        FigureKind::CountPatients => {
            let patients = own.patients().map_err(internal)?;
            let pairs = pairs(&patients, &own.rows().map_err(internal)?);
            vec![vector(Class::AMOUNTS, patients), vector(Class::PAIRS, pairs)]
        }
        FigureKind::Sum | FigureKind::Mean | FigureKind::Moment { .. } => {
            // Without what is added to it or multiplied with it.
            let varying = cells.columns(figure.shares)?.sketches.ok_or(FailCode::Internal)?;
            let amounts = varying.amounts().map_err(internal)?;
            let pairs = pairs(&amounts, &varying.rows().map_err(internal)?);
            vec![vector(Class::AMOUNTS, amounts), vector(Class::PAIRS, pairs)]
        }
        FigureKind::CountDistinct(_) => vec![vector(Class::DISTINCT, own.rows().map_err(internal)?)],
        FigureKind::Quantile(_) => vec![vector(Class::QUANTILES, own.rows().map_err(internal)?)],
    })
}

/// One vector that differs where amounts or rows do: amount + K · rows. No amount of anybody's is the negative of K,
/// which is about 1.1·10^19.
fn pairs(amounts: &[Sketch], rows: &[Sketch]) -> Vec<Sketch> {
    let factor = Amount::of(0x9E37_79B9_7F4A_7C15);
    let pair = |(amount, rows): (&Sketch, &Sketch)| {
        let mut pair = *rows;
        pair.times(&factor);
        pair.merge(amount);
        pair
    };
    amounts.iter().zip(rows).map(pair).collect()
}

/// A label of each row.
struct Label {
    /// Its place among all labels in their order.
    ranks: Vec<u32>,
    /// What it says of whoever is in the row; nothing where words don't matter.
    conditions: Vec<u64>,
}

impl Label {
    fn of(cells: &Cells, nth: usize, values: &ArrayRef, words: bool) -> Result<Self, Halt> {
        let keys = keys(std::slice::from_ref(values))?;
        let mut order: Vec<(Row<'_>, usize)> = keys.iter().zip(0..).collect();
        order.sort_unstable();
        order.dedup_by_key(|(key, _)| *key);
        let rank = |key: Row<'_>| u32::try_from(order.binary_search_by_key(&key, |(key, _)| *key).ok()?).ok();
        let ranks: Option<Vec<u32>> = keys.iter().map(rank).collect();
        let ranks = ranks.ok_or(FailCode::Internal)?;
        if !words {
            return Ok(Self { ranks, conditions: Vec::new() });
        }
        let said = order.iter().map(|(_, row)| {
            let value = ScalarValue::try_from_array(values, *row).map_err(|_| FailCode::Internal)?;
            Ok(cells.definitions().condition(nth, &value))
        });
        let said = said.collect::<Result<Vec<u64>, FailCode>>()?;
        let conditions = ranks.iter().filter_map(|rank| said.get(*rank as usize).copied()).collect();
        Ok(Self { ranks, conditions })
    }
}

fn pick<T: Copy>(all: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().filter_map(|row| all.get(*row).copied()).collect()
}
