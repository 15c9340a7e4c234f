//! Several values compared at once: `(a, b) IN (SELECT …)`, `(a, b) IN ((1, 2), …)`, `(a, b) = (c, d)`.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Ident, Query, Select, SetExpr, Spanned, TableFactor, UnaryOperator,
};

use super::super::places::place;
use super::template;
use crate::words::{FailCode, Halt, Refusal, RefusalCode};

/// Most tuples in a list.
const MOST: usize = 1_000;

/// Puts a comparison of tuples into comparisons of values.
pub(super) fn spelled(expr: &mut Expr) -> Result<(), Halt> {
    let said = match expr {
        Expr::InSubquery { expr: left, subquery, negated } => match left.as_ref() {
            Expr::Tuple(left) if *negated => return Err(not_in(left.first())),
            Expr::Tuple(left) => exists(left, subquery)?,
            _ => return Ok(()),
        },
        Expr::InList { expr: left, list, negated } => match left.as_ref() {
            Expr::Tuple(left) => {
                let any = in_list(left, list)?;
                if *negated { not(any) } else { any }
            }
            _ => return Ok(()),
        },
        Expr::BinaryOp { left, op, right } => match (left.as_ref(), op, right.as_ref()) {
            (Expr::Tuple(left), BinaryOperator::Eq, Expr::Tuple(right)) => equal(left, right)?,
            (Expr::Tuple(left), BinaryOperator::NotEq, Expr::Tuple(right)) => not(equal(left, right)?),
            _ => return Ok(()),
        },
        Expr::UnaryOp { op: UnaryOperator::Not, expr: inner } => match refused_under_not(inner) {
            Some(halt) => return Err(halt),
            None => return Ok(()),
        },
        _ => return Ok(()),
    };
    *expr = said;
    Ok(())
}

/// `EXISTS (SELECT 1 FROM (subquery) AS __t (__c1, …) WHERE __t.__c1 = a AND …)`: in there nothing but the subquery's
/// columns is in sight under a name that a question could write, so that `a` means what it meant outside.
fn exists(left: &[Expr], subquery: &Query) -> Result<Expr, Halt> {
    let names: Vec<String> = (1..=left.len()).map(|i| format!("__c{i}")).collect();
    let text = format!("EXISTS (SELECT 1 FROM (SELECT 1) AS __t ({}) WHERE true)", names.join(", "));
    let mut exists = template(&text, Vec::new())?;
    let select = select_of(&mut exists).ok_or(FailCode::Internal)?;
    let from = select.from.first_mut().map(|from| &mut from.relation);
    let Some(TableFactor::Derived { subquery: inner, .. }) = from else {
        return Err(FailCode::Internal.into());
    };
    **inner = subquery.clone();
    let columns: Vec<Expr> = names
        .iter()
        .map(|name| Expr::CompoundIdentifier(vec![Ident::new("__t"), Ident::new(name)]))
        .collect();
    select.selection = Some(equal(&columns, left)?);
    Ok(exists)
}

/// `NOT ((a, b) IN (SELECT …))`, the other way to write it.
fn refused_under_not(inner: &mut Expr) -> Option<Halt> {
    match inner {
        Expr::Nested(inner) => refused_under_not(inner),
        exists @ Expr::Exists { negated: false, .. } => {
            let select = select_of(exists)?;
            let compared = select.selection.clone();
            let Some(TableFactor::Derived { alias: Some(alias), .. }) =
                select.from.first().map(|from| &from.relation)
            else {
                return None;
            };
            (alias.name.value == "__t").then(|| not_in(compared.as_ref()))
        }
        _ => None,
    }
}

fn select_of(exists: &mut Expr) -> Option<&mut Select> {
    let Expr::Exists { subquery, .. } = exists else { return None };
    match subquery.body.as_mut() {
        SetExpr::Select(select) => Some(select),
        _ => None,
    }
}

/// In any of so many tuples. The columns are written out once for each, so they must be short.
fn in_list(left: &[Expr], list: &[Expr]) -> Result<Expr, Halt> {
    let short = |e: &Expr| matches!(e, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_));
    if !left.iter().all(short) {
        return Err(FailCode::Meaning.into());
    }
    if list.len() > MOST {
        return Err(FailCode::TooLarge.into());
    }
    let each = list.iter().map(|right| match right {
        Expr::Tuple(right) => equal(left, right),
        _ => Err(FailCode::Meaning.into()),
    });
    let each = each.collect::<Result<Vec<_>, _>>()?;
    any(&each).ok_or_else(|| FailCode::Meaning.into())
}

/// A balanced tree: a chain as long as the list would be as deep.
fn any(of: &[Expr]) -> Option<Expr> {
    match of {
        [] => None,
        [one] => Some(one.clone()),
        many => {
            let (first, second) = many.split_at(many.len() / 2);
            Some(in_brackets(any(first)?, BinaryOperator::Or, any(second)?))
        }
    }
}

fn equal(left: &[Expr], right: &[Expr]) -> Result<Expr, Halt> {
    if left.len() != right.len() {
        return Err(FailCode::Meaning.into());
    }
    let pairs = left.iter().zip(right);
    let equal = pairs.map(|(left, right)| in_brackets(left.clone(), BinaryOperator::Eq, right.clone()));
    equal
        .reduce(|all, one| in_brackets(all, BinaryOperator::And, one))
        .ok_or_else(|| FailCode::Meaning.into())
}

fn in_brackets(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::Nested(Box::new(Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }))
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(Expr::Nested(Box::new(expr))) }
}

/// A list with a gap makes `NOT IN` unknown for some rows and not for others, which `NOT EXISTS` has no word for.
fn not_in(compared: Option<&Expr>) -> Halt {
    let at = compared.map(|compared| compared.span().start).filter(|at| at.line > 0).map(place);
    Refusal::new(RefusalCode::MixedSubquery, "NOT IN")
        .at(at)
        .remedy(
            "NOT EXISTS (SELECT 1 FROM 表 WHERE 列1 = … AND 列2 = …) の形で書いてください。",
            "Write it as NOT EXISTS (SELECT 1 FROM table WHERE column1 = … AND column2 = …).",
        )
        .into()
}
