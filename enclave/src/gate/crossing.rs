//! Where sets of labels cross (`GROUPING SETS ((chapter), (code))`): which cells of one are the same rows as which of
//! the other, so that their figures add up to the same.
//!
//! Nobody need declare that a code belongs to a chapter: it shows in the rows. Each cell has a span for every label,
//! its lowest and highest value among the rows behind a figure; two cells share rows only if their spans meet in every
//! label. Cells that hang together so are, on either side, the same rows: a chapter and its codes, or all of one table and
//! all of another. A span that holds more than one value may join more cells than share rows, which then add up to the same
//! still. Out of scope: what follows from it (`complementary`).

use std::collections::HashMap;

use datafusion::arrow::array::{Array, StringArray};

use super::cells::Cells;
use crate::plan::cross;
use crate::words::Halt;

/// Rows of one set of labels and rows of another that are about the same rows of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Same {
    pub(super) one: Vec<usize>,
    pub(super) other: Vec<usize>,
}

/// One label's lowest and highest value in each row.
type Spans<'a> = [(&'a StringArray, &'a StringArray)];

/// All that is to be known of a figure beyond what cells with the same labels say.
pub(super) fn same(cells: &Cells, figure: usize) -> Result<Vec<Same>, Halt> {
    let spans = cells.spans(figure)?;
    if spans.is_empty() {
        return Ok(Vec::new());
    }
    Ok(same_among(cells.sets(), &cells.rows_by_set()?, &spans))
}

/// `sets` say which labels are rolled up, `rows` which rows each set has.
fn same_among(sets: &[Vec<bool>], rows: &[Vec<usize>], spans: &Spans<'_>) -> Vec<Same> {
    let mut found = Vec::new();
    for (i, (one, of_one)) in sets.iter().zip(rows).enumerate() {
        for (two, of_two) in sets.iter().zip(rows).skip(i + 1) {
            if !cross(sets, one, two) {
                continue;
            }
            let pair = Pair {
                spans,
                common: labels_where(one, two, |one, two| !one && !two),
                of_one: labels_where(one, two, |one, two| !one && two),
                of_two: labels_where(one, two, |one, two| one && !two),
            };
            let meet: Vec<bool> = one.iter().zip(two).map(|(one, two)| *one || *two).collect();
            pair.same(of_one, of_two, sets.contains(&meet), &mut found);
        }
    }
    found
}

/// The labels for which something holds of whether they are rolled up in two sets.
fn labels_where(one: &[bool], two: &[bool], holds: fn(bool, bool) -> bool) -> Vec<usize> {
    let all = one.iter().zip(two).enumerate();
    all.filter(|(_, (one, two))| holds(**one, **two)).map(|(label, _)| label).collect()
}

/// Two sets that cross: labels that both have, and those that only one has.
struct Pair<'a> {
    spans: &'a Spans<'a>,
    common: Vec<usize>,
    of_one: Vec<usize>,
    of_two: Vec<usize>,
}

impl<'a> Pair<'a> {
    /// `known` says whether what the sets have in common is a set of its own, and so adds up to both.
    fn same(&self, one: &[usize], two: &[usize], known: bool, found: &mut Vec<Same>) {
        let mut groups: HashMap<Vec<&str>, (Vec<usize>, Vec<usize>)> = HashMap::new();
        let mut order = Vec::new();
        for (rows, second) in [(one, false), (two, true)] {
            for row in rows {
                // Nobody brings anything to a row without a span.
                let Some(key) = self.lowest(*row, &self.common) else { continue };
                let (of_one, of_two) = groups.entry(key.clone()).or_insert_with(|| {
                    order.push(key);
                    Default::default()
                });
                if second { of_two } else { of_one }.push(*row);
            }
        }
        for (of_one, of_two) in order.iter().filter_map(|key| groups.get(key)) {
            let parts = self.hang_together(of_one, of_two);
            if parts.len() > 1 || !known {
                found.extend(parts);
            }
        }
    }

    /// The rows of a group of both sets, parted into those that share rows of people.
    fn hang_together(&self, one: &[usize], two: &[usize]) -> Vec<Same> {
        let mut clusters = Clusters::new(one.len() + two.len());
        let second = |index: usize| one.len() + index;
        let by_key = |rows: &[usize], labels: &[usize]| -> HashMap<Vec<&'a str>, usize> {
            let keyed = rows.iter().enumerate();
            keyed.filter_map(|(index, row)| Some((self.lowest(*row, labels)?, index))).collect()
        };
        let (ones, twos) = (by_key(one, &self.of_one), by_key(two, &self.of_two));
        let (mut wide_one, mut wide_two) = (Vec::new(), Vec::new());
        for (index, row) in one.iter().enumerate() {
            match self.point(*row, &self.of_two) {
                Some(key) => twos.get(&key).into_iter().for_each(|two| clusters.join(index, second(*two))),
                None => wide_one.push((index, *row)),
            }
        }
        for (index, row) in two.iter().enumerate() {
            match self.point(*row, &self.of_one) {
                Some(key) => ones.get(&key).into_iter().for_each(|one| clusters.join(*one, second(index))),
                None => wide_two.push((index, *row)),
            }
        }
        // Rows that lie in one row of the other set were joined to it; what is left may lie in several.
        'all: for (index, row) in &wide_one {
            for (other, other_row) in &wide_two {
                if clusters.number == 1 {
                    break 'all;
                }
                if self.meet(*row, *other_row) {
                    clusters.join(*index, second(*other));
                }
            }
        }
        clusters.parts(one, two)
    }

    fn span(&self, row: usize, label: usize) -> Option<(&'a str, &'a str)> {
        let (lowest, highest) = self.spans.get(label)?;
        let there =
            row < lowest.len() && lowest.is_valid(row) && row < highest.len() && highest.is_valid(row);
        there.then(|| (lowest.value(row), highest.value(row)))
    }

    fn lowest(&self, row: usize, labels: &[usize]) -> Option<Vec<&'a str>> {
        // Without any label in common, a row is still one that somebody is in, or not.
        self.span(row, 0)?;
        labels.iter().map(|label| Some(self.span(row, *label)?.0)).collect()
    }

    /// The labels' values, where each has one.
    fn point(&self, row: usize, labels: &[usize]) -> Option<Vec<&'a str>> {
        let one = |(lowest, highest)| (lowest == highest).then_some(lowest);
        labels.iter().map(|label| self.span(row, *label).and_then(one)).collect()
    }

    /// Whether two rows may share rows of people.
    fn meet(&self, one: usize, two: usize) -> bool {
        self.of_one.iter().chain(&self.of_two).all(|label| {
            match (self.span(one, *label), self.span(two, *label)) {
                (Some((low, high)), Some((other_low, other_high))) => low <= other_high && other_low <= high,
                _ => false,
            }
        })
    }
}

/// Which of so many things hang together.
struct Clusters {
    parents: Vec<usize>,
    number: usize,
}

impl Clusters {
    fn new(things: usize) -> Self {
        Self { parents: (0..things).collect(), number: things }
    }

    fn root(&mut self, thing: usize) -> usize {
        let mut thing = thing;
        while let Some(parent) = self.parents.get(thing).copied().filter(|parent| *parent != thing) {
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(thing) {
                *slot = above;
            }
            thing = above;
        }
        thing
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other
            && let Some(slot) = self.parents.get_mut(other)
        {
            *slot = one;
            self.number -= 1;
        }
    }

    /// The clusters of things that are rows of two sets, in the order of the rows.
    fn parts(&mut self, one: &[usize], two: &[usize]) -> Vec<Same> {
        let mut parts: Vec<Same> = Vec::new();
        let mut part_of: HashMap<usize, usize> = HashMap::new();
        for (thing, row) in one.iter().chain(two).enumerate() {
            let number = *part_of.entry(self.root(thing)).or_insert_with(|| {
                parts.push(Same { one: Vec::new(), other: Vec::new() });
                parts.len() - 1
            });
            if let Some(part) = parts.get_mut(number) {
                if thing < one.len() { &mut part.one } else { &mut part.other }.push(*row);
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells of two sets of one label each, (first), (second): spans of both labels in all rows.
    fn two_sets(spans: &[[(&str, &str); 2]], of_first: usize) -> Vec<Same> {
        let column = |label: usize, pick: fn((&str, &str)) -> String| -> StringArray {
            spans.iter().filter_map(|span| span.get(label)).map(|span| Some(pick(*span))).collect()
        };
        let low = |span: (&str, &str)| span.0.to_owned();
        let high = |span: (&str, &str)| span.1.to_owned();
        let [a, b, c, d] = [column(0, low), column(0, high), column(1, low), column(1, high)];
        let rows = [(0..of_first).collect(), (of_first..spans.len()).collect()];
        same_among(&[vec![false, true], vec![true, false]], &rows, &[(&a, &b), (&c, &d)])
    }

    fn part(one: &[usize], other: &[usize]) -> Same {
        Same { one: one.to_vec(), other: other.to_vec() }
    }

    #[test]
    fn a_chapter_is_its_codes() {
        let spans = [
            [("I", "I"), ("a", "b")],
            [("II", "II"), ("c", "d")],
            [("I", "I"), ("a", "a")],
            [("I", "I"), ("b", "b")],
            [("II", "II"), ("c", "c")],
            [("II", "II"), ("d", "d")],
        ];
        assert_eq!(two_sets(&spans, 2), [part(&[0], &[2, 3]), part(&[1], &[4, 5])]);
    }

    #[test]
    fn a_code_in_two_chapters_joins_them_and_no_third() {
        let spans = [
            [("I", "I"), ("a", "b")],
            [("II", "II"), ("b", "c")],
            [("III", "III"), ("d", "d")],
            [("I", "I"), ("a", "a")],
            [("I", "II"), ("b", "b")],
            [("II", "II"), ("c", "c")],
            [("III", "III"), ("d", "d")],
        ];
        assert_eq!(two_sets(&spans, 3), [part(&[0, 1], &[3, 4, 5]), part(&[2], &[6])]);
    }

    #[test]
    fn what_crosses_everywhere_adds_up_as_a_whole() {
        let all = ("1", "9");
        let spans =
            [[("F", "F"), all], [("M", "M"), all], [("F", "M"), ("1", "1")], [("F", "M"), ("9", "9")]];
        assert_eq!(two_sets(&spans, 2), [part(&[0, 1], &[2, 3])]);
    }
}
