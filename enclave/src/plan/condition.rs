//! Conditions inside an argument: what a sum would tell of a few rows among many.
//!
//! `sum(CASE WHEN x THEN 1 ELSE 0 END)` is a small cell in disguise, and so is `sum(cost * (x = 1)::int)`.
//! Linear arithmetic on recorded amounts is free; everything that is not known to be linear is taken
//! apart into the values that part the rows, and the gate looks at the patients who stand at each.
//! Out of scope: what the patients are counted with (`evidence`), and how many there must be (`gate`).

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::functions::expr_fn::floor;
use datafusion::logical_expr::expr::{Case, ScalarFunction};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator, binary_expr, lit};

use super::grain::{Columns, Inside, Shape};
use crate::words::{FailCode, Halt};

/// A value that parts the rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// One that a node below worked out already.
    Carried(Inside),
    /// One in this expression.
    Made {
        /// The value, as the question has it.
        expr: Expr,
        /// Whether single levels can be told.
        sharp: bool,
    },
}

/// The conditions inside an amount. None: it is linear in recorded amounts.
pub(super) fn conditions(expr: &Expr, columns: &Columns, schema: &DFSchema) -> Result<Vec<Condition>, Halt> {
    let mut search = Search { columns, schema, found: Vec::new() };
    search.linear(expr)?;
    Ok(search.found)
}

/// Whether a label is worked out by a condition that the question chose.
pub(super) fn chooses(expr: &Expr, schema: &DFSchema) -> bool {
    expr.exists(|part| {
        Ok(matches!(part, Expr::Case(_))
            || part.get_type(schema).is_ok_and(|data_type| data_type == DataType::Boolean))
    })
    .unwrap_or(true)
}

struct Search<'a> {
    columns: &'a Columns,
    schema: &'a DFSchema,
    found: Vec<Condition>,
}

impl Search<'_> {
    /// Looks through what is linear; notes what is not.
    fn linear(&mut self, expr: &Expr) -> Result<(), Halt> {
        match expr {
            Expr::Literal(..) => Ok(()),
            Expr::Alias(alias) => self.linear(&alias.expr),
            Expr::Case(case) => self.case(case),
            Expr::ScalarFunction(call) => self.function(expr, call),
            Expr::Negative(inner) => self.linear(inner),
            Expr::Column(column) => {
                let visible = self.columns.find(column)?;
                // A key is counted, never summed: its number tells nothing.
                if visible.key.is_some() {
                    return Ok(());
                }
                match visible.shape {
                    Shape::Free => {}
                    shape => self.note(expr, shape == Shape::Sharp)?,
                }
                for inside in &visible.inside {
                    self.push(Condition::Carried(inside.clone()));
                }
                Ok(())
            }
            _ if self.type_of(expr)? == DataType::Boolean => self.note(expr, true),
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
                Operator::Plus | Operator::Minus => {
                    let before = self.found.len();
                    self.linear(left)?;
                    let between = self.found.len();
                    self.linear(right)?;
                    // What two such values leave when one is taken from the other may be a few rows.
                    if between > before && self.found.len() > between {
                        self.note(expr, false)?;
                    }
                    Ok(())
                }
                Operator::Multiply if constant(left) || constant(right) => self.both(left, right),
                // Whole numbers are divided in steps.
                Operator::Divide if constant(right) && self.type_of(expr)?.is_floating() => self.linear(left),
                Operator::Multiply | Operator::Divide => {
                    self.note(expr, false)?;
                    self.both(left, right)
                }
                // What a remainder leaves out is a step at a place that the question chose.
                Operator::Modulo => {
                    self.note(expr, true)?;
                    let times = binary_expr(left.as_ref().clone(), Operator::Divide, right.as_ref().clone());
                    let whole = self.type_of(&times)?.is_integer();
                    self.note(&if whole { times } else { floor(times) }, true)?;
                    self.both(left, right)
                }
                _ => {
                    self.note(expr, true)?;
                    self.both(left, right)
                }
            },
            Expr::Cast(_) | Expr::TryCast(_) => self.cast(expr),
            // Whatever else there is.
            _ => self.note(expr, true),
        }
    }

    fn both(&mut self, left: &Expr, right: &Expr) -> Result<(), Halt> {
        self.linear(left)?;
        self.linear(right)
    }

    /// A cast that keeps every value is linear; one that rounds is a step.
    fn cast(&mut self, whole: &Expr) -> Result<(), Halt> {
        let (Expr::Cast(datafusion::logical_expr::Cast { expr: inner, .. })
        | Expr::TryCast(datafusion::logical_expr::TryCast { expr: inner, .. })) = whole
        else {
            return Err(FailCode::Internal.into());
        };
        let (from, to) = (self.type_of(inner)?, self.type_of(whole)?);
        let whole_number = |t: &DataType| t.is_integer() || matches!(t, DataType::Decimal128(_, 0));
        let keeps = from == to
            || (whole_number(&from) && to.is_numeric())
            || (from == DataType::Float32 && to == DataType::Float64)
            || (matches!(from, DataType::Decimal128(..)) && to == DataType::Float64);
        if !keeps && from != DataType::Boolean {
            self.note(whole, false)?;
        }
        // A condition stays one on its way through a text or a date.
        self.linear(inner)
    }

    /// Which branch a row takes is the condition; what the branch yields may hold others.
    fn case(&mut self, case: &Case) -> Result<(), Halt> {
        let branch = |chosen: Option<usize>, value: &dyn Fn(usize) -> Expr| -> Expr {
            let when = case.when_then_expr.iter().enumerate().map(|(i, (when, _))| {
                let then = if chosen.is_none_or(|chosen| chosen == i) { value(i) } else { nothing() };
                (when.clone(), Box::new(then))
            });
            let last = case.when_then_expr.len();
            let otherwise = if chosen.is_none_or(|chosen| chosen == last) { value(last) } else { nothing() };
            Expr::Case(Case::new(case.expr.clone(), when.collect(), Some(Box::new(otherwise))))
        };
        self.note(&branch(None, &|i| lit(u32::try_from(i).unwrap_or(u32::MAX))), true)?;
        let yields = case.when_then_expr.iter().map(|(_, then)| then);
        for (i, then) in yields.chain(&case.else_expr).enumerate() {
            let mut inner = Search { columns: self.columns, schema: self.schema, found: Vec::new() };
            inner.linear(then)?;
            for found in inner.found {
                self.push(match found {
                    Condition::Made { expr, sharp } => {
                        Condition::Made { expr: branch(Some(i), &|_| expr.clone()), sharp }
                    }
                    carried @ Condition::Carried(_) => carried,
                });
            }
        }
        Ok(())
    }

    fn function(&mut self, whole: &Expr, call: &ScalarFunction) -> Result<(), Halt> {
        let name = call.func.name();
        if let ("coalesce" | "nvl", [first, rest @ ..]) = (name, call.args.as_slice())
            && rest.iter().all(constant)
        {
            self.note(&first.clone().is_null(), true)?;
            return self.linear(first);
        }
        self.note(whole, !GENTLE.contains(&name))?;
        // These bend at a place that the question chose: who lies beyond it is a condition.
        match (name, call.args.as_slice()) {
            ("abs", [arg]) => self.note(&arg.clone().lt(lit(0_i64)), true)?,
            ("least" | "greatest", [first, rest @ ..]) => {
                for other in rest {
                    self.note(&first.clone().lt(other.clone()), true)?;
                }
            }
            _ => {}
        }
        call.args.iter().try_for_each(|arg| self.linear(arg))
    }

    /// Notes a value that parts the rows. Labels are no amounts: only what chose them is noted.
    fn note(&mut self, expr: &Expr, sharp: bool) -> Result<(), Halt> {
        let data_type = self.type_of(expr)?;
        if !data_type.is_numeric() && data_type != DataType::Boolean && !matches!(expr, Expr::Column(_)) {
            return Ok(());
        }
        self.push(Condition::Made { expr: expr.clone().unalias(), sharp });
        Ok(())
    }

    fn push(&mut self, condition: Condition) {
        if !self.found.contains(&condition) {
            self.found.push(condition);
        }
    }

    fn type_of(&self, expr: &Expr) -> Result<DataType, Halt> {
        expr.get_type(self.schema).map_err(|_| FailCode::Meaning.into())
    }
}

/// Functions that follow their argument without jumps that a question could place, or whose values
/// are too coarse to tell rows apart by.
const GENTLE: &[&str] = &[
    "abs",
    "cbrt",
    "ceil",
    "character_length",
    "date_bin",
    "date_diff",
    "date_part",
    "date_trunc",
    "floor",
    "greatest",
    "least",
    "ln",
    "log",
    "log10",
    "log2",
    "round",
    "sqrt",
    "trunc",
];

/// Whether an expression is the same in every row.
fn constant(expr: &Expr) -> bool {
    expr.column_refs().is_empty() && !expr.contains_outer()
}

fn nothing() -> Expr {
    lit(ScalarValue::Null)
}
