//! Functions that other databases call by other names.
//!
//! Sources: the function references of DuckDB, PostgreSQL, MySQL and Spark SQL.

use datafusion::sql::sqlparser::ast::{
    CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value,
};

use super::super::places::start;
use super::template;
use crate::words::{Halt, Refusal, RefusalCode};

/// Name, number of arguments, and the same in the planner's words.
const FORMS: &[(&str, usize, &str)] = &[
    ("approx_quantile", 2, "approx_percentile_cont(__2) WITHIN GROUP (ORDER BY __1)"),
    ("count_if", 1, "count(*) FILTER (WHERE __1)"),
    ("countif", 1, "count(*) FILTER (WHERE __1)"),
    ("date", 1, "CAST(__1 AS DATE)"),
    ("date_add", 2, "(__1 + __2)"),
    ("date_diff", 2, "(CAST(__1 AS DATE) - CAST(__2 AS DATE))"),
    ("datediff", 2, "(CAST(__1 AS DATE) - CAST(__2 AS DATE))"),
    ("day", 1, "date_part('day', __1)"),
    ("dayofmonth", 1, "date_part('day', __1)"),
    ("dayofweek", 1, "date_part('dow', __1)"),
    ("dayofyear", 1, "date_part('doy', __1)"),
    ("hour", 1, "date_part('hour', __1)"),
    ("if", 3, "CASE WHEN __1 THEN __2 ELSE __3 END"),
    ("iif", 3, "CASE WHEN __1 THEN __2 ELSE __3 END"),
    ("isodow", 1, "date_part('isodow', __1)"),
    ("last_day", 1, "CAST(date_trunc('month', __1) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)"),
    ("len", 1, "character_length(__1)"),
    ("mod", 2, "(__1 % __2)"),
    ("month", 1, "date_part('month', __1)"),
    ("quantile_cont", 2, "percentile_cont(__2) WITHIN GROUP (ORDER BY __1)"),
    ("quarter", 1, "date_part('quarter', __1)"),
    ("sign", 1, "signum(__1)"),
    ("strftime", 2, "to_char(__1, __2)"),
    ("week", 1, "date_part('week', __1)"),
    ("weekofyear", 1, "date_part('week', __1)"),
    ("year", 1, "date_part('year', __1)"),
];

/// The units that two dates are compared in.
const UNITS: &[&str] = &["day", "week", "month", "quarter", "year"];

/// Puts a call of a function that is known by another name into the planner's words.
pub(super) fn spelled(expr: &mut Expr) -> Result<(), Halt> {
    let Expr::Function(call) = expr else { return Ok(()) };
    let name = call.name.to_string().to_lowercase();
    let Some(args) = plain_args(call) else { return Ok(()) };
    if let ("date_diff" | "datediff", [unit, from, to]) = (name.as_str(), args.as_slice()) {
        *expr = difference(call, unit, from, to)?;
        return Ok(());
    }
    if let Some((.., text)) = FORMS.iter().find(|(known, count, _)| *known == name && *count == args.len()) {
        *expr = template(text, args)?;
    }
    Ok(())
}

/// How many boundaries of a unit lie between two dates: between days that is their difference, an amount.
fn difference(call: &Function, unit: &Expr, from: &Expr, to: &Expr) -> Result<Expr, Halt> {
    let unit = match unit {
        Expr::Identifier(name) => name.value.to_lowercase(),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => text.to_lowercase(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    let unit = unit.strip_suffix('s').unwrap_or(&unit);
    let dates = vec![date(from), date(to)];
    match unit {
        "day" => template("(__2 - __1)", dates),
        unit if UNITS.contains(&unit) => template(&format!("date_diff('{unit}', __1, __2)"), dates),
        _ => {
            let refusal = Refusal::new(RefusalCode::Function, "date_diff").at(start(&call.name));
            Err(refusal
                .remedy(
                    "単位には 'day'、'week'、'month'、'quarter'、'year' のいずれかを書いてください。",
                    "Write 'day', 'week', 'month', 'quarter' or 'year' as the unit.",
                )
                .into())
        }
    }
}

fn date(expr: &Expr) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr.clone()),
        data_type: DataType::Date,
        array: false,
        format: None,
    }
}

/// The arguments of a call that has nothing but arguments.
fn plain_args(call: &Function) -> Option<Vec<Expr>> {
    let FunctionArguments::List(list) = &call.args else { return None };
    let bare = list.duplicate_treatment.is_none()
        && list.clauses.is_empty()
        && call.filter.is_none()
        && call.over.is_none()
        && call.null_treatment.is_none()
        && call.within_group.is_empty()
        && matches!(call.parameters, FunctionArguments::None);
    let args = list.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    });
    if bare { args.collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::super::{allowed, parse};
    use super::*;

    #[test]
    fn every_form_becomes_what_may_be_called() {
        for (name, count, text) in FORMS {
            let args = ["x", "y", "z"].get(..*count).unwrap().join(", ");
            let parsed = parse::parse(&format!("SELECT {name}({args})").as_str().into())
                .unwrap_or_else(|halt| panic!("{name}: {halt:?}"));
            let said = parsed.statement.to_string();
            assert!(!said.contains("__"), "{name}: {said}");
            assert_eq!(text.matches("__").count(), *count, "{name}: each argument once");
            assert!(allowed::scalar(name).is_none() || *name == "date_diff", "{name} is the planner's own");
        }
    }

    #[test]
    fn what_is_more_than_its_arguments_is_left_alone() {
        for sql in
            ["SELECT count_if(DISTINCT x)", "SELECT year(x, y)", "SELECT if(x, y)", "SELECT mod(x) OVER ()"]
        {
            assert!(parse::parse(&sql.into()).is_err(), "{sql}");
        }
    }
}
