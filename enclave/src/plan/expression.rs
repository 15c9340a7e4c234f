//! Row-level expressions: only what is on the list, keys only compared with keys, never failing.
//!
//! Each expression comes out rewritten to its total form, with what is known of its values.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Column;
use datafusion::common::DFSchema;
use datafusion::logical_expr::expr::{Alias, Case, InList, Like, ScalarFunction};
use datafusion::logical_expr::{
    Between, BinaryExpr, Expr, ExprSchemable, Operator, TryCast, binary_expr, lit,
};

use super::allowed::{self, Totality};
use super::grain::{Columns, Key, Visible};
use super::places::{Places, spanned};
use super::total::{self, Arithmetic};
use crate::words::{FailCode, Failure, Halt, Place, Refusal, RefusalCode};

/// An expression in its total form, and what is known of its values.
#[derive(Debug, Clone)]
pub(super) struct Looked {
    pub(super) expr: Expr,
    /// Whether its values are a key, which only a bare column's can be.
    pub(super) key: Option<Key>,
    /// Whether its values are free text, likewise.
    pub(super) text: bool,
    /// Whether its values come from published lists or from the question itself.
    pub(super) declared: bool,
    /// The reasons' columns of the suppressed cells it is worked out from.
    pub(super) whys: BTreeSet<String>,
}

impl Looked {
    /// The same, if it is neither key nor text.
    pub(super) fn plain(self, places: &Places) -> Result<Self, Halt> {
        if self.key.is_some() {
            return Err(Refusal::new(RefusalCode::KeyUse, "").at(at(&self.expr, places)).into());
        }
        if self.text {
            return Err(Refusal::new(RefusalCode::TextUse, "").at(at(&self.expr, places)).into());
        }
        Ok(self)
    }
}

/// Looks at one expression over the columns of its input.
pub(super) fn look(
    expr: &Expr,
    columns: &Columns,
    schema: &DFSchema,
    places: &Places,
) -> Result<Looked, Halt> {
    let mut look = Look { columns, schema, places, whys: BTreeSet::new() };
    if let Some(visible) = look.bare(expr)? {
        return Ok(Looked {
            expr: expr.clone(),
            key: visible.key,
            text: visible.text,
            declared: visible.declared,
            whys: visible.why.iter().cloned().collect(),
        });
    }
    let (expr, declared) = look.expr(expr)?;
    Ok(Looked { expr, key: None, text: false, declared, whys: look.whys })
}

/// Looks at an expression that may be neither key nor text.
pub(super) fn look_plain(
    expr: &Expr,
    columns: &Columns,
    schema: &DFSchema,
    places: &Places,
) -> Result<Looked, Halt> {
    look(expr, columns, schema, places)?.plain(places)
}

/// Where an expression stands: at its first column that knows, or at the column's name.
pub(super) fn at(expr: &Expr, places: &Places) -> Option<Place> {
    let columns = expr.column_refs();
    let first =
        columns.iter().filter_map(|c| c.spans().first()).map(|s| (s.start.line, s.start.column)).min();
    if let Some((line, column)) = first {
        return Some(spanned(line, column));
    }
    let names: BTreeSet<String> = columns.iter().map(|c| c.name.to_lowercase()).collect();
    names.iter().find_map(|name| places.word(&[name]))
}

struct Look<'a> {
    columns: &'a Columns,
    schema: &'a DFSchema,
    places: &'a Places,
    whys: BTreeSet<String>,
}

type Total = (Expr, bool);

impl Look<'_> {
    fn bare(&self, expr: &Expr) -> Result<Option<Visible>, Halt> {
        match expr {
            Expr::Column(column) => self.columns.find(column).cloned().map(Some),
            Expr::Alias(alias) => self.bare(&alias.expr),
            _ => Ok(None),
        }
    }

    fn refuse(&self, code: RefusalCode, what: &str, expr: &Expr) -> Halt {
        let place = at(expr, self.places).or_else(|| self.places.word(&[&what.to_lowercase()]));
        Refusal::new(code, what).at(place).into()
    }

    fn column(&mut self, column: &Column) -> Result<Total, Halt> {
        let visible = self.columns.find(column)?;
        self.whys.extend(visible.why.iter().cloned());
        let expr = Expr::Column(column.clone());
        match visible {
            Visible { key: Some(_), .. } => Err(self.refuse(RefusalCode::KeyUse, "", &expr)),
            Visible { text: true, .. } => Err(self.refuse(RefusalCode::TextUse, "", &expr)),
            Visible { declared, .. } => Ok((expr, *declared)),
        }
    }

    /// The expression in its total form, and whether its values are declared.
    fn expr(&mut self, expr: &Expr) -> Result<Total, Halt> {
        match expr {
            Expr::Column(column) => self.column(column),
            Expr::Literal(..) => Ok((expr.clone(), true)),
            Expr::Alias(alias) => {
                let (inner, declared) = self.expr(&alias.expr)?;
                Ok((Expr::Alias(Alias { expr: Box::new(inner), ..alias.clone() }), declared))
            }
            Expr::BinaryExpr(binary) => self.binary(expr, binary),
            Expr::Like(like) => Ok((Expr::Like(self.like(like)?), true)),
            Expr::Not(inner) => self.yes_no(inner, Expr::Not),
            Expr::IsTrue(inner) => self.yes_no(inner, |inner| is(*inner, Operator::IsNotDistinctFrom, true)),
            Expr::IsFalse(inner) => {
                self.yes_no(inner, |inner| is(*inner, Operator::IsNotDistinctFrom, false))
            }
            Expr::IsUnknown(inner) => self.yes_no(inner, Expr::IsNull),
            Expr::IsNotTrue(inner) => self.yes_no(inner, |inner| is(*inner, Operator::IsDistinctFrom, true)),
            Expr::IsNotFalse(inner) => {
                self.yes_no(inner, |inner| is(*inner, Operator::IsDistinctFrom, false))
            }
            Expr::IsNotUnknown(inner) => self.yes_no(inner, Expr::IsNotNull),
            // Whether a key or a text is there at all tells no more than any other column does.
            Expr::IsNull(inner) | Expr::IsNotNull(inner) if self.bare(inner)?.is_some() => {
                Ok((expr.clone(), true))
            }
            Expr::IsNull(inner) => self.yes_no(inner, Expr::IsNull),
            Expr::IsNotNull(inner) => self.yes_no(inner, Expr::IsNotNull),
            Expr::Negative(inner) => self.negative(inner),
            Expr::Between(between) => {
                let between = Between {
                    expr: self.boxed(&between.expr)?,
                    negated: between.negated,
                    low: self.boxed(&between.low)?,
                    high: self.boxed(&between.high)?,
                };
                Ok((Expr::Between(between), true))
            }
            Expr::Case(case) => self.case(case),
            Expr::Cast(cast) => self.cast(&cast.expr, cast.field.data_type()),
            Expr::TryCast(cast) => self.cast(&cast.expr, cast.field.data_type()),
            Expr::ScalarFunction(call) => self.function(expr, call),
            Expr::InList(list) => {
                let list = InList {
                    expr: self.boxed(&list.expr)?,
                    list: list.list.iter().map(|e| Ok(self.expr(e)?.0)).collect::<Result<_, Halt>>()?,
                    negated: list.negated,
                };
                Ok((Expr::InList(list), true))
            }
            Expr::Exists(_)
            | Expr::InSubquery(_)
            | Expr::SetComparison(_)
            | Expr::ScalarSubquery(_)
            | Expr::OuterReferenceColumn(..) => {
                let at = self.places.word(&["exists", "in", "any", "all"]).or_else(|| self.places.start());
                Err(Refusal::new(RefusalCode::MixedSubquery, "").at(at).into())
            }
            Expr::SimilarTo(_) => Err(self.refuse(RefusalCode::Function, "SIMILAR TO", expr)),
            Expr::ScalarVariable(..) => Err(self.refuse(RefusalCode::Function, "@", expr)),
            Expr::Unnest(_) => Err(self.refuse(RefusalCode::Node, "unnest", expr)),
            Expr::HigherOrderFunction(_) | Expr::Lambda(_) | Expr::LambdaVariable(_) => {
                Err(self.refuse(RefusalCode::Function, "lambda", expr))
            }
            Expr::GroupingSet(_) => Err(self.refuse(RefusalCode::Node, "GROUPING SETS", expr)),
            Expr::Placeholder(_) => Err(FailCode::Parameter.into()),
            // These stand in nodes of their own kind, never inside a row-level expression.
            #[expect(deprecated)]
            Expr::Wildcard { .. } | Expr::AggregateFunction(_) | Expr::WindowFunction(_) => {
                Err(FailCode::Meaning.into())
            }
        }
    }

    fn boxed(&mut self, expr: &Expr) -> Result<Box<Expr>, Halt> {
        Ok(Box::new(self.expr(expr)?.0))
    }

    fn yes_no(&mut self, inner: &Expr, make: impl Fn(Box<Expr>) -> Expr) -> Result<Total, Halt> {
        Ok((make(self.boxed(inner)?), true))
    }

    fn like(&mut self, like: &Like) -> Result<Like, Halt> {
        Ok(Like { expr: self.boxed(&like.expr)?, pattern: self.boxed(&like.pattern)?, ..like.clone() })
    }

    fn binary(&mut self, whole: &Expr, binary: &BinaryExpr) -> Result<Total, Halt> {
        use Operator as Op;
        let arithmetic = match binary.op {
            Op::Plus => Some(Arithmetic::Add),
            Op::Minus => Some(Arithmetic::Subtract),
            Op::Multiply => Some(Arithmetic::Multiply),
            Op::Divide => Some(Arithmetic::Divide),
            Op::Modulo => Some(Arithmetic::Remainder),
            Op::Eq if self.keys_of_one_kind(binary)? => return Ok((whole.clone(), true)),
            Op::Eq
            | Op::NotEq
            | Op::Lt
            | Op::LtEq
            | Op::Gt
            | Op::GtEq
            | Op::And
            | Op::Or
            | Op::IsDistinctFrom
            | Op::IsNotDistinctFrom
            | Op::LikeMatch
            | Op::ILikeMatch
            | Op::NotLikeMatch
            | Op::NotILikeMatch
            | Op::BitwiseAnd
            | Op::BitwiseOr
            | Op::BitwiseXor
            // What `grouping(a, b)` becomes; it never fails.
            | Op::BitwiseShiftRight
            | Op::StringConcat => None,
            Op::RegexMatch
            | Op::RegexIMatch
            | Op::RegexNotMatch
            | Op::RegexNotIMatch
            | Op::BitwiseShiftLeft
            | Op::AtArrow
            | Op::ArrowAt
            | Op::Arrow
            | Op::LongArrow
            | Op::HashArrow
            | Op::HashLongArrow
            | Op::AtAt
            | Op::IntegerDivide
            | Op::HashMinus
            | Op::AtQuestion
            | Op::Question
            | Op::QuestionAnd
            | Op::QuestionPipe
            | Op::Colon => return Err(self.refuse(RefusalCode::Function, &binary.op.to_string(), whole)),
        };
        let yes_no = self.type_of(whole)? == DataType::Boolean;
        // Intervals are compared field by field, months before days: not what anybody means.
        let interval = |side: &Expr| Ok::<_, Halt>(matches!(self.type_of(side)?, DataType::Interval(_)));
        if yes_no && (interval(&binary.left)? || interval(&binary.right)?) {
            return Err(Failure::new(FailCode::Meaning).at(at(whole, self.places)).into());
        }
        let (left, left_declared) = self.expr(&binary.left)?;
        let (right, right_declared) = self.expr(&binary.right)?;
        let total = match arithmetic {
            Some(op) => total::arithmetic(op, left, right),
            None => Expr::BinaryExpr(BinaryExpr::new(Box::new(left), binary.op, Box::new(right))),
        };
        Ok((total, yes_no || (left_declared && right_declared)))
    }

    fn keys_of_one_kind(&self, binary: &BinaryExpr) -> Result<bool, Halt> {
        let left = self.bare(&binary.left)?.and_then(|v| v.key);
        let right = self.bare(&binary.right)?.and_then(|v| v.key);
        Ok(matches!(
            (left, right),
            (Some(Key::Patient { .. }), Some(Key::Patient { .. }))
                | (Some(Key::Institution), Some(Key::Institution))
        ))
    }

    fn negative(&mut self, inner: &Expr) -> Result<Total, Halt> {
        let data_type = self.type_of(inner)?;
        let (expr, declared) = self.expr(inner)?;
        let negated = match data_type {
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
                let zero = Expr::TryCast(TryCast::new(Box::new(lit(0_i64)), data_type));
                total::arithmetic(Arithmetic::Subtract, zero, expr)
            }
            _ => Expr::Negative(Box::new(expr)),
        };
        Ok((negated, declared))
    }

    fn cast(&mut self, inner: &Expr, to: &DataType) -> Result<Total, Halt> {
        let (expr, declared) = self.expr(inner)?;
        Ok((Expr::TryCast(TryCast::new(Box::new(expr), to.clone())), declared))
    }

    fn case(&mut self, case: &Case) -> Result<Total, Halt> {
        let mut declared = true;
        let subject = case.expr.as_ref().map(|e| self.boxed(e)).transpose()?;
        let mut branches = Vec::with_capacity(case.when_then_expr.len());
        for (when, then) in &case.when_then_expr {
            let when = self.boxed(when)?;
            let (then, known) = self.expr(then)?;
            declared &= known;
            branches.push((when, Box::new(then)));
        }
        let otherwise = match &case.else_expr {
            Some(otherwise) => {
                let (expr, known) = self.expr(otherwise)?;
                declared &= known;
                Some(Box::new(expr))
            }
            None => None,
        };
        Ok((Expr::Case(Case::new(subject, branches, otherwise)), declared))
    }

    fn function(&mut self, whole: &Expr, call: &ScalarFunction) -> Result<Total, Halt> {
        let name = call.func.name();
        let Some(totality) = allowed::totality(name) else {
            return Err(self.refuse(RefusalCode::Function, name, whole));
        };
        let mut declared = true;
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            let (arg, known) = self.expr(arg)?;
            declared &= known;
            args.push(arg);
        }
        let func = match totality {
            Totality::Total => call.func.clone(),
            Totality::Guarded => total::guarded(&call.func),
        };
        declared |= self.type_of(whole)? == DataType::Boolean;
        Ok((Expr::ScalarFunction(ScalarFunction { func, args }), declared))
    }

    fn type_of(&self, expr: &Expr) -> Result<DataType, Halt> {
        expr.get_type(self.schema).map_err(|_| FailCode::Meaning.into())
    }
}

/// `expr IS TRUE` and its like, as a comparison: the engine plans the predicate as one that may be unknown after it was
/// taken for one that never is, and then refuses its own plan.
pub(super) fn is(expr: Expr, same: Operator, truth: bool) -> Expr {
    binary_expr(expr, same, lit(truth))
}
