//! Every node's grain, bottom-up, and the cut where people become figures.
//!
//! `Public`: nobody stands behind a row. `Unit`: each row belongs to exactly one patient, whose key
//! the row carries in a hidden column. Whatever else a node would make is refused by name: the
//! `match` on the plan has no wildcard arm, so a new kind of node breaks the build, not the gate.

mod aggregate;
mod columns;
mod figure;
mod inside;
mod insiders;
mod join;
mod levels;
mod listing;
mod nobody;
mod over_people;
mod prepare;
mod repeated;
mod rows;
mod scan;
mod spans;
mod top;
mod union;
mod varying;
mod window;

pub(super) use columns::{
    Columns, Graded, Grain, Inside, Institution, Key, Municipality, Shape, Unit, Visible,
};

use datafusion::common::DataFusionError;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{Distinct, LogicalPlan};

use super::cut::{Cut, Stages};
use super::places::Places;
use crate::words::{FailCode, Halt, Notice, Refusal, RefusalCode};

/// Cuts a normalised plan into stages.
pub(super) fn cut(plan: &LogicalPlan, places: &Places) -> Result<Stages, Halt> {
    let several = several_summaries(plan);
    let mut lift = Lift { places, next: 0, cuts: Vec::new(), notices: Vec::new(), summaries: 0, several };
    let graded = lift.plan(plan)?;
    let top = top::finish(graded, places, lift.notices)?;
    Ok(Stages { cuts: lift.cuts, top })
}

/// Whether there is more than one summary in a plan, over people or not.
fn several_summaries(plan: &LogicalPlan) -> bool {
    let mut summaries = 0;
    // The closure never fails.
    let _ = plan.apply_with_subqueries(|node| {
        summaries += usize::from(matches!(node, LogicalPlan::Aggregate(_)));
        Ok(TreeNodeRecursion::Continue)
    });
    summaries > 1
}

/// The walk over one plan.
struct Lift<'a> {
    places: &'a Places,
    /// Makes hidden names unique within a plan.
    next: usize,
    cuts: Vec<Cut>,
    notices: Vec<Notice>,
    /// How many summaries stand above the node in hand.
    summaries: usize,
    /// Whether the plan may be cut in several places.
    several: bool,
}

impl Lift<'_> {
    /// One node with all below it.
    fn plan(&mut self, plan: &LogicalPlan) -> Result<Graded, Halt> {
        match plan {
            LogicalPlan::TableScan(node) => self.scan(node),
            LogicalPlan::Projection(node) => self.projection(node),
            LogicalPlan::Filter(node) => self.filter(node),
            LogicalPlan::SubqueryAlias(node) => self.alias(node),
            LogicalPlan::Sort(node) => self.sort(node),
            LogicalPlan::Limit(node) => self.limit(node),
            LogicalPlan::Join(node) => self.join(node),
            LogicalPlan::Union(node) => self.union(node),
            LogicalPlan::Window(node) => self.window(node),
            LogicalPlan::Aggregate(node) => self.aggregate(node),
            LogicalPlan::Values(node) => self.values(node),
            LogicalPlan::EmptyRelation(_) => Ok(Graded::public(plan.clone())),
            // Plain DISTINCT was turned into an aggregate before.
            LogicalPlan::Distinct(Distinct::All(_)) => Err(FailCode::Internal.into()),
            LogicalPlan::Distinct(Distinct::On(_)) => {
                Err(self.refuse(RefusalCode::LimitRows, "DISTINCT ON", &["distinct"]))
            }
            LogicalPlan::Subquery(_) => {
                Err(self.refuse(RefusalCode::MixedSubquery, "", &["lateral", "select"]))
            }
            LogicalPlan::Unnest(_) => Err(self.refuse(RefusalCode::Node, "UNNEST", &["unnest"])),
            LogicalPlan::RecursiveQuery(_) => {
                Err(self.refuse(RefusalCode::Node, "WITH RECURSIVE", &["recursive"]))
            }
            LogicalPlan::Repartition(_) => Err(self.refuse(RefusalCode::Node, "REPARTITION", &[])),
            LogicalPlan::Extension(_) => Err(self.refuse(RefusalCode::Node, "EXTENSION", &[])),
            LogicalPlan::Statement(_) => Err(self.refuse(RefusalCode::Statement, "", &[])),
            LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) => {
                Err(self.refuse(RefusalCode::Statement, "EXPLAIN", &["explain"]))
            }
            LogicalPlan::Dml(_) | LogicalPlan::Ddl(_) | LogicalPlan::Copy(_) => {
                Err(self.refuse(RefusalCode::Statement, "", &[]))
            }
            LogicalPlan::DescribeTable(_) => {
                Err(self.refuse(RefusalCode::Statement, "DESCRIBE", &["describe"]))
            }
        }
    }

    fn refuse(&self, code: RefusalCode, what: &str, words: &[&str]) -> Halt {
        let at = self.places.word(words).or_else(|| self.places.start());
        Refusal::new(code, what).at(at).into()
    }

    /// A hidden name that nothing else in the plan has. Users can't write names that begin so.
    fn fresh(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("__{kind}{}", self.next)
    }
}

/// A plan that cannot be put together again is our mistake, not the reader's.
fn broken(_error: DataFusionError) -> Halt {
    FailCode::Internal.into()
}
