//! Who may stand alone behind a figure: such a patient or institution knows it although it is suppressed, and must not
//! work out others with it. Asked for where cells may add up: with totals, and in questions with several summaries.
//!
//! Out of scope: what follows from it (`gate`), and the institutions of a row that sums up several of a patient's.

use datafusion::logical_expr::{Case, Expr, ident};

use super::super::cut::{AsideKind, Insiders};
use super::figure::{Asides, Asked, expr_of};
use super::prepare::Prepared;
use super::{Lift, Unit};
use crate::words::Halt;

impl Lift<'_> {
    /// For each figure, where its lowest patient and institutions are found.
    pub(super) fn insiders(
        &mut self,
        prepared: &mut Prepared,
        asked: &[Asked],
        unit: &Unit,
        asides: &mut Asides,
    ) -> Result<Vec<Insiders>, Halt> {
        if prepared.sets.is_none() && !self.several {
            return Ok(Vec::new());
        }
        let mut all = Vec::with_capacity(asked.len());
        for figure in asked {
            let patient = self.lowest(&unit.patient, figure, prepared, asides)?;
            let mut institutions = Vec::with_capacity(unit.institutions.len());
            for institution in &unit.institutions {
                institutions.push(match institution.set {
                    true => None,
                    false => Some(self.lowest(&institution.name, figure, prepared, asides)?),
                });
            }
            all.push(Insiders { patient, institutions });
        }
        Ok(all)
    }

    /// The lowest of a hidden column's numbers among the rows that feed a figure.
    fn lowest(
        &mut self,
        hidden: &str,
        figure: &Asked,
        prepared: &mut Prepared,
        asides: &mut Asides,
    ) -> Result<usize, Halt> {
        let column = match &figure.feed.value {
            None => hidden.to_owned(),
            Some((amount, _)) => {
                let brings = expr_of(prepared, amount)?.is_not_null();
                let arms = vec![(Box::new(brings), Box::new(ident(hidden)))];
                self.column(prepared, Expr::Case(Case::new(None, arms, None)))
            }
        };
        Ok(asides.index(AsideKind::Lowest(column), figure.feed.filter.clone()))
    }
}
