//! Inequalities: those that are rows of the programme, and those that are remembered.

use super::super::super::attacker::Cut;
use super::super::super::simplex::Row;
use super::Tree;

/// Inequalities that do not bind are kept for this many later ones.
const MEMORY: usize = 2_000;

impl Tree {
    /// Adds an inequality to the programme.
    pub(in crate::gate::protect::search) fn add(&mut self, cut: Cut) {
        let index = self.pool.len();
        self.in_programme.push(false);
        self.pool.push(cut);
        self.enter(index);
    }

    /// Makes an inequality of the pool a row.
    pub(in crate::gate::protect::search) fn enter(&mut self, index: usize) {
        let Some(cut) = self.pool.get(index) else { return };
        let terms = cut.terms.iter();
        let terms = terms.filter_map(|&(cell, share)| Some(((*self.variable.get(cell)?)?, share))).collect();
        self.programme.add_row(Row { terms, rhs: cut.rhs, equation: false });
        self.rows.push(index);
        if let Some(slot) = self.in_programme.get_mut(index) {
            *slot = true;
        }
    }

    /// Takes inequalities out of the programme that do not bind; the pool keeps them for a while.
    pub(super) fn forget(&mut self) {
        let stays = self.programme.drop_slack_rows(1e-3);
        for (row, _) in self.rows.iter().zip(&stays).filter(|(_, stays)| !**stays) {
            if let Some(slot) = self.in_programme.get_mut(*row) {
                *slot = false;
            }
        }
        let mut stays = stays.into_iter();
        self.rows.retain(|_| stays.next().unwrap_or(true));
        let old = self.pool.len().saturating_sub(MEMORY);
        let keep: Vec<bool> =
            self.in_programme.iter().enumerate().map(|(index, used)| *used || index >= old).collect();
        let mut renamed = Vec::with_capacity(keep.len());
        let mut next = 0;
        for &keep in &keep {
            renamed.push(next);
            next += usize::from(keep);
        }
        let mut kept = keep.iter();
        self.pool.retain(|_| kept.next() == Some(&true));
        let mut kept = keep.iter();
        self.in_programme.retain(|_| kept.next() == Some(&true));
        for row in &mut self.rows {
            *row = renamed.get(*row).copied().unwrap_or(*row);
        }
    }
}
