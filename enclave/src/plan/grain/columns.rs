//! A node of the plan with its grain and what is known of its columns.

use std::collections::BTreeSet;

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::super::cut::Listing;
use crate::words::{FailCode, Failure, Halt};

/// Whose key a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan) enum Key {
    /// A patient's. `always`: it is the key of the row's own patient in every row; otherwise an
    /// outer join may have left it empty.
    Patient { always: bool },
    /// An institution's.
    Institution,
}

/// How much of single rows a sum of values tells, beyond who stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) enum Shape {
    /// An amount as it was recorded, or linear in such: nothing.
    Free,
    /// Not known to be linear: who is away from the commonest value.
    Gentle,
    /// Made by a condition, or chosen in the question: who is at each value.
    Sharp,
}

/// A hidden column that holds a condition inside a visible column's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Inside {
    pub(in crate::plan) name: String,
    pub(in crate::plan) sharp: bool,
}

/// A column that the reader can name.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Visible {
    pub(in crate::plan) column: Column,
    pub(in crate::plan) key: Option<Key>,
    pub(in crate::plan) text: bool,
    /// Its values come from published lists or from the question itself.
    pub(in crate::plan) declared: bool,
    /// The hidden column that says why a cell of it is missing.
    pub(in crate::plan) why: Option<String>,
    /// What a sum of its values would tell.
    pub(in crate::plan) shape: Shape,
    /// Conditions inside its values.
    pub(in crate::plan) inside: Vec<Inside>,
    /// The hidden column with the amount as it varies, where constants were added or multiplied (see `varying`).
    pub(in crate::plan) amount: Option<String>,
    /// What it can be as a label.
    pub(in crate::plan) listing: Option<Listing>,
    /// Whether it is missing in every row that is nobody's.
    pub(in crate::plan) absent: bool,
    /// The repetitions, by their numbers, of which it tells a row's copies apart.
    pub(in crate::plan) apart: BTreeSet<usize>,
}

impl Visible {
    /// A column of which nothing special is known.
    pub(in crate::plan) fn plain(column: Column) -> Self {
        Self {
            column,
            key: None,
            text: false,
            declared: false,
            why: None,
            shape: Shape::Gentle,
            inside: Vec::new(),
            amount: None,
            listing: None,
            absent: false,
            apart: BTreeSet::new(),
        }
    }

    /// A column of values that nobody stands behind. Whoever joins them to people chooses who gets
    /// which.
    pub(in crate::plan) fn public(column: Column) -> Self {
        Self { declared: true, shape: Shape::Sharp, ..Self::plain(column) }
    }
}

/// The columns that the reader can name, in order.
#[derive(Debug, Clone, Default)]
pub(in crate::plan) struct Columns(pub(in crate::plan) Vec<Visible>);

impl Columns {
    /// The column that an expression means.
    pub(in crate::plan) fn find(&self, wanted: &Column) -> Result<&Visible, Halt> {
        let exact = self.0.iter().find(|v| v.column == *wanted);
        let loose = || {
            let mut named = self.0.iter().filter(|v| {
                v.column.name == wanted.name && (wanted.relation.is_none() || v.column.relation.is_none())
            });
            named.next().filter(|_| named.next().is_none())
        };
        exact.or_else(loose).ok_or_else(|| Failure::new(FailCode::UnknownColumn).into())
    }

    /// The repetitions of which an expression, if it is a bare column, tells a row's copies apart.
    pub(in crate::plan) fn apart(&self, expr: &Expr) -> BTreeSet<usize> {
        match expr {
            Expr::Column(column) => {
                self.find(column).map(|visible| visible.apart.clone()).unwrap_or_default()
            }
            Expr::Alias(alias) => self.apart(&alias.expr),
            _ => BTreeSet::new(),
        }
    }
}

/// An institution's hidden column: one `UInt32`, or a `List<UInt32>` after a summary per patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Institution {
    pub(in crate::plan) name: String,
    pub(in crate::plan) set: bool,
}

/// The hidden columns with the lowest and the highest municipality of a row; the same column until
/// a summary per patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Municipality {
    pub(in crate::plan) lowest: String,
    pub(in crate::plan) highest: String,
}

/// Rows that belong to one patient each.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Unit {
    /// The hidden column with the row's patient; NULL where a row of a public table found nobody.
    pub(in crate::plan) patient: String,
    /// Whether a row may have no patient.
    pub(in crate::plan) nobody: bool,
    /// One hidden column for each patient table with institutions.
    pub(in crate::plan) institutions: Vec<Institution>,
    /// One entry for each patient table with municipalities.
    pub(in crate::plan) municipalities: Vec<Municipality>,
    /// Where the question repeats rows as often as it likes: numbers (see `repeated`).
    pub(in crate::plan) repeated: BTreeSet<usize>,
    /// How often UNION ALL may have put in a row of one table.
    pub(in crate::plan) copies: usize,
}

/// Who stands behind a row.
#[derive(Debug, Clone)]
pub(in crate::plan) enum Grain {
    /// Nobody.
    Public,
    /// One patient.
    Unit(Unit),
}

/// A node that was looked at: every column that its parents need is in its plan.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Graded {
    pub(in crate::plan) plan: LogicalPlan,
    pub(in crate::plan) grain: Grain,
    pub(in crate::plan) columns: Columns,
}

impl Graded {
    /// A plan without people, all of whose columns are visible.
    pub(in crate::plan) fn public(plan: LogicalPlan) -> Self {
        let columns = plan.schema().columns().into_iter().map(Visible::public).collect();
        Self { plan, grain: Grain::Public, columns: Columns(columns) }
    }

    /// The hidden columns, as expressions that carry them along.
    pub(in crate::plan) fn hidden(&self) -> Result<Vec<Expr>, Halt> {
        let mut names = BTreeSet::new();
        if let Grain::Unit(unit) = &self.grain {
            names.insert(unit.patient.as_str());
            names.extend(unit.institutions.iter().map(|i| i.name.as_str()));
            names.extend(unit.municipalities.iter().flat_map(|m| [m.lowest.as_str(), m.highest.as_str()]));
            names.extend(self.columns.0.iter().flat_map(|v| &v.inside).map(|i| i.name.as_str()));
        }
        names.extend(self.columns.0.iter().filter_map(|v| v.why.as_deref()));
        names.extend(self.columns.0.iter().filter_map(|v| v.amount.as_deref()));
        names.into_iter().map(|name| Ok(Expr::Column(named(&self.plan, name)?))).collect()
    }
}

/// A hidden column by its name, which is unique in the plan, with whatever qualifier it has here.
pub(in crate::plan) fn named(plan: &LogicalPlan, name: &str) -> Result<Column, Halt> {
    plan.schema()
        .columns()
        .into_iter()
        .find(|column| column.name == name)
        .ok_or_else(|| Failure::new(FailCode::Internal).into())
}
