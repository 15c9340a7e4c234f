//! What a cut plan looks like: stages of cells, and what is worked out from them.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{AggregateUDF, Expr, LogicalPlan};

use super::definitions::Definitions;
use super::source::Staged;
use crate::words::Notice;

/// A question cut at its population aggregates. Only [`super::stages`] makes one.
#[derive(Debug)]
pub struct Stages {
    pub(super) cuts: Vec<Cut>,
    pub(super) top: Top,
}

impl Stages {
    /// The cuts, innermost first: a later one may read the safe results of earlier ones.
    #[must_use]
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// The cuts in the order in which they are told: each after those that it reads, and of several that could be next the
    /// one with fewest labels. Of a total and a table that cannot both be told the total is, and the table less a
    /// cell; the other way round every share of that total would be missing.
    #[must_use]
    pub fn in_order(&self) -> Vec<&Cut> {
        let mut left: Vec<(&Cut, Vec<usize>)> = self.cuts.iter().map(|cut| (cut, cut.needs())).collect();
        let mut order: Vec<&Cut> = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let done = |stage: &usize| order.iter().any(|cut| cut.stage == *stage);
            let ready = left.iter().enumerate().filter(|(_, (_, needs))| needs.iter().all(done));
            // A cut only reads those before it, so one is always ready.
            let next =
                ready.min_by_key(|(_, (cut, _))| (cut.labels.len(), cut.stage)).map_or(0, |(at, _)| at);
            order.push(left.remove(next).0);
        }
        order
    }

    /// What is worked out from their safe results.
    #[must_use]
    pub fn top(&self) -> &Top {
        &self.top
    }
}

/// One population aggregate: rows of people below it, cells above.
#[derive(Debug)]
pub struct Cut {
    /// Its number, from 0.
    pub(super) stage: usize,
    /// A projection with exactly the columns that the fields below name; grain `Unit`.
    pub(super) below: LogicalPlan,
    /// The patient's hidden column in `below`.
    pub(super) patient: String,
    /// For each patient table with institutions: its hidden column in `below`, and whether it holds
    /// a set (`List<UInt32>`) rather than one (`UInt32`).
    pub(super) institutions: Vec<(String, bool)>,
    /// The grouping keys.
    pub(super) labels: Vec<Label>,
    /// For each of several sets of keys, which are rolled up.
    pub(super) sets: Vec<Vec<bool>>,
    /// Which rows feed which figures, each gathered once.
    pub(super) feeds: Vec<Feed>,
    /// What is computed beside the evidence.
    pub(super) asides: Vec<Aside>,
    /// For each feed, the municipalities of its rows.
    pub(super) areas: Vec<Vec<Area>>,
    /// For each figure and each label but the set's number, what values the label has in the rows behind the figure;
    /// empty where nothing asks for it.
    pub(super) spans: Vec<Vec<Span>>,
    /// For each figure, who may stand alone behind it; empty where nothing asks for it.
    pub(super) insiders: Vec<Insiders>,
    /// The feed that takes every row of a group: it decides whether the group shows.
    pub(super) rows: usize,
    /// The figures.
    pub(super) figures: Vec<Figure>,
    /// What the figures are by the question's words.
    pub(super) definitions: Definitions,
    /// The safe result: labels, figures, then one `UInt8` reason per figure.
    pub(super) result: SchemaRef,
}

impl Cut {
    /// The cuts whose safe results its rows are worked out with.
    fn needs(&self) -> Vec<usize> {
        let mut needs = Vec::new();
        // The closure never fails.
        let _ = self.below.apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node
                && let Some(staged) = scan.source.downcast_ref::<Staged>()
            {
                needs.push(staged.stage());
            }
            Ok(TreeNodeRecursion::Continue)
        });
        needs
    }

    /// Its number, from 0.
    #[must_use]
    pub fn stage(&self) -> usize {
        self.stage
    }

    /// The rows of people, projected to what the cut needs.
    #[must_use]
    pub fn below(&self) -> &LogicalPlan {
        &self.below
    }

    /// The patient's column in [`Cut::below`].
    #[must_use]
    pub fn patient(&self) -> &str {
        &self.patient
    }

    /// The institutions' columns in [`Cut::below`]; true where a column holds a set.
    #[must_use]
    pub fn institutions(&self) -> &[(String, bool)] {
        &self.institutions
    }

    /// For each of several sets of grouping keys (ROLLUP, CUBE, GROUPING SETS), which keys are rolled up;
    /// empty where there is one set. The last of [`Cut::labels`] then tells a row's set.
    #[must_use]
    pub fn sets(&self) -> &[Vec<bool>] {
        &self.sets
    }

    /// The grouping keys; none means one cell for all.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Which rows feed which figures.
    #[must_use]
    pub fn feeds(&self) -> &[Feed] {
        &self.feeds
    }

    /// What is computed beside the evidence, each once.
    #[must_use]
    pub fn asides(&self) -> &[Aside] {
        &self.asides
    }

    /// For each feed, the municipalities of its rows: one entry for each table that tells them.
    #[must_use]
    pub fn areas(&self) -> &[Vec<Area>] {
        &self.areas
    }

    /// For each figure, the span of every grouping key in the rows that bring something to it; no spans for a figure that
    /// does not add up, and none at all unless some of [`Cut::sets`] cross and no set holds the labels of both.
    #[must_use]
    pub fn spans(&self) -> &[Vec<Span>] {
        &self.spans
    }

    /// For each figure, where to find who stands behind it alone, if somebody does; none unless some of its cells may add
    /// up to others of the question.
    #[must_use]
    pub fn insiders(&self) -> &[Insiders] {
        &self.insiders
    }

    /// The feed that takes every row of a group: it decides whether the group is shown at all.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether all labels are declared, so that no label tells anything by itself.
    #[must_use]
    pub fn declared(&self) -> bool {
        !self.figures.is_empty() && self.labels.iter().all(|label| label.declared)
    }

    /// What each label can be, where all can be listed and there is one set of them.
    #[must_use]
    pub fn listings(&self) -> Option<Vec<&Listing>> {
        let listable = self.sets.is_empty() && !self.labels.is_empty() && self.declared();
        if listable { self.labels.iter().map(|label| label.listing.as_ref()).collect() } else { None }
    }

    /// The figures, in the order of the result.
    #[must_use]
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// What the figures are by the question's words.
    #[must_use]
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// The safe result's schema: labels, figures, then one reason (`UInt8`, nullable) per figure.
    #[must_use]
    pub fn result(&self) -> &SchemaRef {
        &self.result
    }
}

/// Whether two sets of labels cross, neither holding the other's, and no set holds those of both. Each says which labels are
/// rolled up.
#[must_use]
pub fn cross(sets: &[Vec<bool>], one: &[bool], two: &[bool]) -> bool {
    let holds_both = |set: &Vec<bool>| {
        set.iter().zip(one.iter().zip(two)).all(|(gone, (one, two))| !*gone || (*one && *two))
    };
    !sets.iter().any(holds_both)
}

/// One grouping key.
#[derive(Debug, Clone)]
pub struct Label {
    /// What the question calls it.
    pub name: String,
    /// Its column in [`Cut::below`].
    pub column: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether its values come from a published list or from the question itself, so that the
    /// label alone tells nothing.
    pub declared: bool,
    /// What it can be, where that can be said without the rows.
    pub listing: Option<Listing>,
}

/// Labels that a grouping key can have, whatever the rows are that a question is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Where they come from.
    pub source: ListingSource,
    /// What the question asks of the label alone: conditions on the column [`LISTED`].
    pub kept: Vec<Expr>,
}

/// The column that stands for a label in [`Listing::kept`].
pub const LISTED: &str = "__listed";

/// Where the labels of a list come from.
#[derive(Debug, Clone, PartialEq)]
pub enum ListingSource {
    /// The codes in a column of the snapshot.
    Codes {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Words of the question: a CASE's, or yes and no.
    Words(Vec<ScalarValue>),
}

/// The rows that feed a figure, and the amount that each brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The amount's column in [`Cut::below`] with its type; rows where it is NULL don't feed.
    pub value: Option<(String, DataType)>,
    /// A boolean column in [`Cut::below`]; rows where it is not true don't feed.
    pub filter: Option<String>,
}

/// Something that is computed over a feed's rows beside their evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Aside {
    /// What.
    pub kind: AsideKind,
    /// A boolean column in [`Cut::below`]; rows where it is not true don't count.
    pub filter: Option<String>,
}

/// What is computed; the names are columns of [`Cut::below`].
#[derive(Debug, Clone, PartialEq)]
pub enum AsideKind {
    /// The number of distinct values.
    Distinct(String),
    /// How many patients stand at each level of a value.
    Levels(String),
    /// The smallest value.
    Lowest(String),
    /// The largest value.
    Highest(String),
    /// A quantile (a share from 0 to 1), and how many patients lie on either side of it.
    Quantile(String, f64),
    /// A moment by the engine's own function.
    Moment(Arc<AggregateUDF>, Vec<String>),
}

/// Where the lowest and the highest municipality of a feed's rows are found: indices into
/// [`Cut::asides`]. The feed is about one municipality where they are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// The lowest code.
    pub lowest: usize,
    /// The highest code.
    pub highest: usize,
}

/// Where a label's lowest and highest value among the rows behind a figure are found, as text: indices into
/// [`Cut::asides`]. A missing label counts as a value; both are missing where no row brings anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The lowest value.
    pub lowest: usize,
    /// The highest value.
    pub highest: usize,
}

/// Where the lowest patient and the lowest institutions of the rows behind a figure are found: indices into
/// [`Cut::asides`]. Where there is just one, that is who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insiders {
    /// The patient.
    pub patient: usize,
    /// For each of [`Cut::institutions`] the institution; none where that column holds sets.
    pub institutions: Vec<Option<usize>>,
}

/// One figure of each cell.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What the question calls it.
    pub name: String,
    /// How it is worked out.
    pub kind: FigureKind,
    /// The feed behind it: an index into [`Cut::feeds`].
    pub feed: usize,
    /// The feed whose shares tell of dominance: mostly the same.
    pub shares: usize,
    /// The conditions in its argument.
    pub splits: Vec<Split>,
    /// Its type in the result.
    pub data_type: DataType,
}

/// A condition in an argument: it parts the rows by the levels of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Split {
    /// The levels: an index into [`Cut::asides`].
    pub aside: usize,
    /// Whether the patients at each single level can be told from the figure, rather than those
    /// away from the commonest level.
    pub sharp: bool,
}

/// How a figure is worked out from its feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// The number of rows.
    Count,
    /// The number of distinct patients, which is evidence already.
    CountPatients,
    /// The number of distinct values: an index into [`Cut::asides`].
    CountDistinct(usize),
    /// The sum of the amounts.
    Sum,
    /// The mean of the amounts.
    Mean,
    /// A quantile: an index into [`Cut::asides`].
    Quantile(usize),
    /// A moment.
    Moment {
        /// An index into [`Cut::asides`].
        aside: usize,
        /// Degrees of freedom that are spent on estimated means and slopes.
        parameters: u8,
    },
}

impl FigureKind {
    /// Whether single amounts show in the figure, so that dominance is looked at.
    #[must_use]
    pub fn is_amount(&self) -> bool {
        matches!(self, Self::Sum | Self::Mean | Self::Moment { .. })
    }
}

/// The part above all cuts: ordinary work on safe cells.
#[derive(Debug)]
pub struct Top {
    /// The plan; its columns are the visible ones, then the reasons.
    pub(super) plan: LogicalPlan,
    /// The visible columns: plain names and types, and where the reason of each stands in the plan.
    pub(super) columns: Vec<TopColumn>,
    /// What is to be said of the whole result where some cell was suppressed.
    pub(super) notices: Vec<Notice>,
}

/// One visible column of the answer.
#[derive(Debug, Clone)]
pub struct TopColumn {
    /// Name, type and nullability as a client gets them.
    pub field: Field,
    /// The plan's column with the reasons, if its cells can be suppressed.
    pub reason: Option<usize>,
}

impl Top {
    /// The plan: visible columns first, then reasons (`UInt8`).
    #[must_use]
    pub fn plan(&self) -> &LogicalPlan {
        &self.plan
    }

    /// The visible columns.
    #[must_use]
    pub fn columns(&self) -> &[TopColumn] {
        &self.columns
    }

    /// What is to be said of the whole result where some cell was suppressed.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
}
