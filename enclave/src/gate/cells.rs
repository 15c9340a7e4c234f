//! The cells of one cut: figures, each with its evidence.

mod insiders;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, SchemaRef, UInt64Type};
use std::sync::Arc;

pub(super) use insiders::Insider;

use super::rounding::rounded;
use crate::evidence::{
    EvidenceColumns, InstitutionForm, LevelColumns, Mode, PatientWeights, QuantileColumns, Shares, Sketched,
    ValueKind, Wanted,
};
use crate::plan::{Area, Cut, Definitions, Figure, FigureKind, Insiders, Span};
use crate::policy::{Bundle, RoundingRule};
use crate::words::{FailCode, Halt};

/// The evidence that a bundle's rules need for each feed of a cut.
///
/// # Errors
/// When a feed's amount is of a type that no evidence is gathered for.
pub(super) fn wanted(
    cut: &Cut,
    bundle: &Bundle,
    weights: Option<&PatientWeights>,
    explores: bool,
    mode: Mode,
) -> Result<Vec<Wanted>, Halt> {
    let shares = bundle.dominance.is_some_and(|rule| rule.institutions);
    let institutions: Vec<InstitutionForm> = match (bundle.institutions, shares) {
        (None, false) => Vec::new(),
        _ => cut.institutions().iter().map(|(_, set)| form(*set)).collect(),
    };
    let cap = bundle.institutions.map_or(0, crate::policy::Threshold::least);
    let sketched = |feed: usize, weights: &PatientWeights| Sketched {
        weights: weights.clone(),
        patients: explores
            || cut.figures().iter().any(|f| f.feed == feed && f.kind == FigureKind::CountPatients),
        amounts: !explores && cut.figures().iter().any(|f| f.shares == feed && f.kind.is_amount()),
    };
    // Rows that only say whether a group shows are in no ledger.
    let feeds_a_figure =
        |feed| cut.figures().iter().any(|figure| figure.feed == feed || figure.shares == feed);
    cut.feeds()
        .iter()
        .enumerate()
        .map(|(index, feed)| {
            Ok(Wanted {
                value: feed.value.as_ref().map(|(_, data_type)| kind(data_type)).transpose()?,
                institutions: institutions.clone(),
                institution_cap: cap,
                institution_shares: shares,
                sketches: weights.filter(|_| explores || feeds_a_figure(index)).map(|w| sketched(index, w)),
                mode,
            })
        })
        .collect()
}

fn form(set: bool) -> InstitutionForm {
    if set { InstitutionForm::Set } else { InstitutionForm::One }
}

fn kind(data_type: &DataType) -> Result<ValueKind, Halt> {
    match data_type {
        DataType::Int64 => Ok(ValueKind::Int64),
        DataType::Float64 => Ok(ValueKind::Float64),
        DataType::Decimal128(precision, scale) => Ok(ValueKind::Decimal128(*precision, *scale)),
        _ => Err(FailCode::Internal.into()),
    }
}

/// One cut's cells. Nothing outside the gate can read a figure in them.
#[derive(Debug)]
pub struct Cells {
    result: SchemaRef,
    labels: Vec<ArrayRef>,
    sets: Vec<Vec<bool>>,
    asides: Vec<ArrayRef>,
    figures: Vec<Figure>,
    feeds: Vec<(Wanted, ArrayRef)>,
    areas: Vec<Vec<Area>>,
    spans: Vec<Vec<Span>>,
    definitions: Definitions,
    insiders: Vec<Insiders>,
    /// The feed that takes every row of a group.
    rows_feed: usize,
    /// Whether no label tells anything by itself.
    declared: bool,
    rows: usize,
}

impl Cells {
    /// Takes what was computed for a cut: its labels, then what is looked at beside the evidence, then
    /// one evidence column for each feed.
    ///
    /// # Errors
    /// When a column is missing: a figure without evidence is never a cell.
    pub fn gather(cut: &Cut, wanted: Vec<Wanted>, computed: &RecordBatch) -> Result<Self, Halt> {
        let mut columns = computed.columns().iter().cloned();
        let mut next = || columns.next().ok_or(FailCode::Internal);
        let labels = cut.labels().iter().map(|_| next()).collect::<Result<_, _>>()?;
        let asides = cut.asides().iter().map(|_| next()).collect::<Result<_, _>>()?;
        let feeds = wanted.into_iter().map(|w| Ok((w, next()?))).collect::<Result<Vec<_>, FailCode>>()?;
        if feeds.len() != cut.feeds().len() || columns.next().is_some() {
            return Err(FailCode::Internal.into());
        }
        Ok(Self {
            result: Arc::clone(cut.result()),
            labels,
            sets: cut.sets().to_vec(),
            asides,
            figures: cut.figures().to_vec(),
            feeds,
            areas: cut.areas().to_vec(),
            spans: cut.spans().to_vec(),
            definitions: cut.definitions().clone(),
            insiders: cut.insiders().to_vec(),
            rows_feed: cut.rows(),
            declared: cut.declared(),
            rows: computed.num_rows(),
        })
    }

    /// Whether the evidence was gathered from rows in the order that it needed; if not, the cells
    /// must be computed again in [`Mode::Exact`].
    ///
    /// # Errors
    /// When a column holds no evidence.
    pub fn trusted(&self) -> Result<bool, Halt> {
        let mut trusted = true;
        for (wanted, column) in &self.feeds {
            trusted &= EvidenceColumns::read(wanted, column).map_err(|_| FailCode::Internal)?.trusted();
        }
        Ok(trusted)
    }

    pub(super) fn figures(&self) -> usize {
        self.figures.len()
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// How many feeds there are.
    pub(super) fn feeds(&self) -> usize {
        self.feeds.len()
    }

    /// The feed that takes every row of a group.
    pub(super) fn rows_feed(&self) -> usize {
        self.rows_feed
    }

    /// Whether no label tells anything by itself.
    pub(super) fn declared(&self) -> bool {
        self.declared
    }

    pub(super) fn labels(&self) -> &[ArrayRef] {
        &self.labels
    }

    /// For each of several sets of labels, which are rolled up; empty where there is one set.
    pub(super) fn sets(&self) -> &[Vec<bool>] {
        &self.sets
    }

    /// The labels that a set keeps. Sets don't mention the last label, the engine's own number for them.
    pub(super) fn labels_of(&self, set: &[bool]) -> Vec<ArrayRef> {
        let kept = set.iter().zip(&self.labels).filter(|(rolled_up, _)| !**rolled_up);
        kept.map(|(_, label)| ArrayRef::clone(label)).collect()
    }

    /// The rows of each set, in the order of the sets.
    pub(super) fn rows_by_set(&self) -> Result<Vec<Vec<usize>>, Halt> {
        let mut rows = vec![Vec::new(); self.sets.len()];
        let number = self.labels.last().ok_or(FailCode::Internal)?;
        let number = cast(number, &DataType::UInt64).map_err(|_| FailCode::Internal)?;
        let number = number.as_primitive_opt::<UInt64Type>().ok_or(FailCode::Internal)?;
        // The engine numbers a set by one bit for each label, the first label's the highest.
        let bits = |set: &Vec<bool>| set.iter().fold(0_u64, |bits, gone| (bits << 1) | u64::from(*gone));
        for (row, number) in number.iter().enumerate() {
            let set = self.sets.iter().position(|set| Some(bits(set)) == number);
            let set = set.and_then(|set| rows.get_mut(set)).ok_or(FailCode::Internal)?;
            set.push(row);
        }
        Ok(rows)
    }

    /// What the figures are by the question's words.
    pub(super) fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// For each label but the set's number, its lowest and highest value in each row, as text; nothing where it is not
    /// known, since no sets cross.
    pub(super) fn spans(&self, figure: usize) -> Result<Vec<(&StringArray, &StringArray)>, Halt> {
        let text = |aside| self.aside(aside)?.as_string_opt().ok_or_else(|| Halt::from(FailCode::Internal));
        let spans = self.spans.get(figure).map_or(&[][..], Vec::as_slice).iter();
        spans.map(|span| Ok((text(span.lowest)?, text(span.highest)?))).collect()
    }

    pub(super) fn result(&self) -> &SchemaRef {
        &self.result
    }

    pub(super) fn evidence(&self, figure: usize) -> Result<Evidence<'_>, Halt> {
        let figure = self.figures.get(figure).ok_or(FailCode::Internal)?;
        let splits = figure.splits.iter().map(|split| {
            let levels = LevelColumns::read(self.aside(split.aside)?).map_err(|_| FailCode::Internal)?;
            Ok((split.sharp, levels))
        });
        let quantile = match figure.kind {
            FigureKind::Quantile(aside) => {
                Some(QuantileColumns::read(self.aside(aside)?).map_err(|_| FailCode::Internal)?)
            }
            _ => None,
        };
        let parameters = match figure.kind {
            FigureKind::Moment { parameters, .. } => Some(parameters),
            _ => None,
        };
        Ok(Evidence {
            shares: self.feed(figure.shares)?.columns,
            amount: figure.kind.is_amount(),
            splits: splits.collect::<Result<_, Halt>>()?,
            quantile,
            parameters,
            ..self.feed(figure.feed)?
        })
    }

    /// A figure with the evidence of the rows that feed it.
    pub(super) fn figure(&self, index: usize) -> Result<(&Figure, EvidenceColumns<'_>), Halt> {
        let figure = self.figures.get(index).ok_or(FailCode::Internal)?;
        Ok((figure, self.columns(figure.feed)?))
    }

    /// The evidence of the rows that feed some figures.
    pub(super) fn columns(&self, feed: usize) -> Result<EvidenceColumns<'_>, Halt> {
        let (wanted, column) = self.feeds.get(feed).ok_or(FailCode::Internal)?;
        EvidenceColumns::read(wanted, column).map_err(|_| FailCode::Internal.into())
    }

    fn aside(&self, aside: usize) -> Result<&ArrayRef, Halt> {
        self.asides.get(aside).ok_or_else(|| FailCode::Internal.into())
    }

    /// The evidence of the rows alone, whatever is worked out from them.
    pub(super) fn feed(&self, feed: usize) -> Result<Evidence<'_>, Halt> {
        let columns = self.columns(feed)?;
        if !columns.trusted() {
            return Err(FailCode::Internal.into());
        }
        let code = |aside| self.aside(aside)?.as_string_opt().ok_or_else(|| Halt::from(FailCode::Internal));
        let areas = self.areas.get(feed).ok_or(FailCode::Internal)?;
        let areas = areas.iter().map(|area| Ok((code(area.lowest)?, code(area.highest)?)));
        Ok(Evidence {
            shares: columns.clone(),
            columns,
            amount: false,
            splits: Vec::new(),
            quantile: None,
            parameters: None,
            areas: areas.collect::<Result<_, Halt>>()?,
        })
    }

    /// For each row, whether anybody stands behind any of its figures.
    pub(super) fn inhabited(&self) -> Result<Vec<bool>, Halt> {
        let mut inhabited = vec![false; self.rows];
        for feed in 0..self.feeds.len() {
            let evidence = self.feed(feed)?;
            for (row, somebody) in inhabited.iter_mut().enumerate() {
                *somebody |= evidence.patients(row) > 0;
            }
        }
        Ok(inhabited)
    }

    /// For each row, whether the figure is a mean of exactly 0 or 1.
    pub(super) fn extreme_means(&self, figure: usize) -> Result<Vec<bool>, Halt> {
        let (figure, columns) = self.figure(figure)?;
        if figure.kind != FigureKind::Mean {
            return Ok(vec![false; self.rows]);
        }
        let means = columns.mean.ok_or(FailCode::Internal)?;
        Ok(means.iter().map(|mean| mean.is_some_and(|mean| mean == 0.0 || mean == 1.0)).collect())
    }

    /// One figure's values, in its type, suppressed or not; rounded where the policy says so.
    pub(super) fn values(&self, index: usize, rounding: &RoundingRule) -> Result<ArrayRef, Halt> {
        let (figure, columns) = self.figure(index)?;
        let counts = |counts: &[u64]| -> ArrayRef {
            Arc::new(counts.iter().map(|n| i64::try_from(*n).ok()).collect::<Int64Array>())
        };
        let values = match &figure.kind {
            FigureKind::Count => counts(columns.rows),
            FigureKind::CountPatients => counts(columns.patients),
            FigureKind::CountDistinct(aside) => Arc::clone(self.aside(*aside)?),
            FigureKind::Sum => rounded(columns.sum.ok_or(FailCode::Internal)?, rounding.significant),
            FigureKind::Mean => {
                let mean: ArrayRef = Arc::new(columns.mean.ok_or(FailCode::Internal)?.clone());
                match columns.sum.map(|sum| sum.data_type()) {
                    // Worked out from whole numbers it is exact, and tells no more than these do.
                    Some(DataType::Int64 | DataType::Decimal128(..)) => mean,
                    _ => rounded(&mean, rounding.significant),
                }
            }
            FigureKind::Quantile(aside) => {
                let quantile = QuantileColumns::read(self.aside(*aside)?).map_err(|_| FailCode::Internal)?;
                Arc::new(quantile.value.clone())
            }
            FigureKind::Moment { aside, .. } => rounded(self.aside(*aside)?, rounding.significant),
        };
        if *values.data_type() == figure.data_type {
            return Ok(values);
        }
        cast(&values, &figure.data_type).map_err(|_| FailCode::Internal.into())
    }
}

/// The evidence of one figure: what a rule may look at.
pub(super) struct Evidence<'a> {
    columns: EvidenceColumns<'a>,
    /// Of the amount without constants, where some are added to it.
    shares: EvidenceColumns<'a>,
    amount: bool,
    splits: Vec<(bool, LevelColumns<'a>)>,
    quantile: Option<QuantileColumns<'a>>,
    parameters: Option<u8>,
    areas: Vec<(&'a StringArray, &'a StringArray)>,
}

impl<'a> Evidence<'a> {
    /// Distinct patients.
    pub(super) fn patients(&self, row: usize) -> u64 {
        // A row that is not there has nobody who could be counted on: one patient is always too few.
        self.columns.patients.get(row).copied().unwrap_or(1)
    }

    /// The same with other numbers of patients, one for each row.
    pub(super) fn counting(mut self, patients: &'a [u64]) -> Self {
        self.columns.patients = patients;
        self
    }

    /// Distinct institutions up to the policy's threshold, for each table that tells them.
    pub(super) fn institutions(&self, row: usize) -> impl Iterator<Item = u32> + '_ {
        self.columns.institutions.iter().map(move |counts| counts.get(row).copied().unwrap_or(1))
    }

    /// Whether single amounts show in the figure.
    pub(super) fn is_amount(&self) -> bool {
        self.amount
    }

    /// The conditions inside the argument, and whether the patients at each single level can be told.
    pub(super) fn splits(&self) -> &[(bool, LevelColumns<'_>)] {
        &self.splits
    }

    /// Who lies on either side, if it is a quantile.
    pub(super) fn quantile(&self) -> Option<&QuantileColumns<'_>> {
        self.quantile.as_ref()
    }

    /// Estimated means and slopes, if it is a moment.
    pub(super) fn parameters(&self) -> Option<u8> {
        self.parameters
    }

    /// The single municipality that the rows are about, for each table that tells it.
    pub(super) fn municipalities(&self, row: usize) -> impl Iterator<Item = &str> + '_ {
        let code = move |codes: &'_ StringArray| (row < codes.len() && codes.is_valid(row)).then_some(row);
        self.areas.iter().filter_map(move |(lowest, highest)| {
            let (low, high) = (lowest.value(code(lowest)?), highest.value(code(highest)?));
            (low == high).then_some(low)
        })
    }

    /// Shares by patient.
    pub(super) fn by_patient(&self) -> Option<&Shares<'_>> {
        self.shares.by_patient.as_ref()
    }

    /// Shares by institution, one for each table that tells them.
    pub(super) fn by_institution(&self) -> &[Shares<'_>] {
        &self.shares.by_institution
    }
}
