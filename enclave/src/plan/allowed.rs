//! The functions that a question may call. Everything else is refused by name.
//!
//! Not on the list and not forgotten: volatile functions (`random`, `uuid`, `now`), functions that
//! tell of the machine (`version`, `input_file_name`), and functions whose result can be made
//! larger than memory (`repeat`, `lpad`, `rpad`).

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

/// Whether a scalar function can fail, or yield a non-finite number, on some row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Totality {
    /// Never.
    Total,
    /// Sometimes: its failures become NULL.
    Guarded,
}

use super::own;
use Totality::{Guarded, Total};

const SCALAR: &[(&str, Totality)] = &[
    ("abs", Guarded),
    ("btrim", Total),
    ("cbrt", Guarded),
    ("ceil", Guarded),
    ("character_length", Total),
    ("coalesce", Total),
    ("concat", Total),
    ("concat_ws", Total),
    ("contains", Total),
    ("date_bin", Guarded),
    ("date_diff", Total),
    ("date_part", Guarded),
    ("date_trunc", Guarded),
    ("ends_with", Total),
    ("exp", Guarded),
    ("floor", Guarded),
    ("greatest", Total),
    ("initcap", Total),
    ("least", Total),
    ("left", Total),
    ("ln", Guarded),
    ("log", Guarded),
    ("log10", Guarded),
    ("log2", Guarded),
    ("lower", Total),
    ("ltrim", Total),
    ("make_date", Guarded),
    ("nullif", Total),
    ("nvl", Total),
    ("nvl2", Total),
    ("power", Guarded),
    ("regexp_like", Guarded),
    ("replace", Total),
    ("reverse", Total),
    ("right", Total),
    ("round", Guarded),
    ("rtrim", Total),
    ("signum", Guarded),
    ("split_part", Guarded),
    ("sqrt", Guarded),
    ("starts_with", Total),
    ("strpos", Total),
    ("substr", Guarded),
    ("to_char", Guarded),
    ("to_date", Guarded),
    ("translate", Guarded),
    ("trunc", Guarded),
    ("upper", Total),
];

/// Per patient and above the cut all of these may be used; over people all but the extremes.
const AGGREGATE: &[&str] = &[
    "approx_median",
    "approx_percentile_cont",
    "avg",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "grouping",
    "max",
    "median",
    "min",
    "percentile_cont",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "stddev",
    "stddev_pop",
    "sum",
    "var",
    "var_pop",
];

const WINDOW: &[&str] = &[
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

/// Names that the parser turns into syntax of its own, or into one of the functions above.
const SPELLINGS: &[&str] =
    &["char_length", "length", "mean", "ceiling", "trim", "substring", "position", "extract"];

static SCALARS: LazyLock<HashMap<String, (Arc<ScalarUDF>, Totality)>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for function in SessionStateDefaults::default_scalar_functions().into_iter().chain([own::date_diff()]) {
        let Some((_, totality)) = SCALAR.iter().find(|(name, _)| *name == function.name()) else { continue };
        for name in function.aliases().iter().map(String::as_str).chain([function.name()]) {
            known.insert(name.to_owned(), (Arc::clone(&function), *totality));
        }
    }
    known
});

static AGGREGATES: LazyLock<HashMap<String, Arc<AggregateUDF>>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for function in SessionStateDefaults::default_aggregate_functions() {
        if AGGREGATE.contains(&function.name()) {
            for name in function.aliases().iter().map(String::as_str).chain([function.name()]) {
                known.insert(name.to_owned(), Arc::clone(&function));
            }
        }
    }
    known
});

static WINDOWS: LazyLock<HashMap<String, Arc<WindowUDF>>> = LazyLock::new(|| {
    SessionStateDefaults::default_window_functions()
        .into_iter()
        .filter(|function| WINDOW.contains(&function.name()))
        .map(|function| (function.name().to_owned(), function))
        .collect()
});

/// Aggregates that the engine knows and that are not on the list: refused with another remedy than
/// a name that nobody knows.
static FOREIGN_AGGREGATES: LazyLock<Vec<String>> = LazyLock::new(|| {
    SessionStateDefaults::default_aggregate_functions()
        .iter()
        .flat_map(|f| f.aliases().iter().cloned().chain([f.name().to_owned()]).collect::<Vec<_>>())
        .collect()
});

pub(super) fn is_known(name: &str) -> bool {
    SCALARS.contains_key(name)
        || AGGREGATES.contains_key(name)
        || WINDOWS.contains_key(name)
        || SPELLINGS.contains(&name)
}

pub(super) fn is_aggregate(name: &str) -> bool {
    FOREIGN_AGGREGATES.iter().any(|known| known == name)
}

pub(super) fn scalar(name: &str) -> Option<Arc<ScalarUDF>> {
    SCALARS.get(name).map(|(function, _)| Arc::clone(function))
}

pub(super) fn totality(name: &str) -> Option<Totality> {
    if name == own::TIMES {
        return Some(Total);
    }
    SCALARS.get(name).map(|(_, totality)| *totality)
}

pub(super) fn aggregate(name: &str) -> Option<Arc<AggregateUDF>> {
    AGGREGATES.get(name).map(Arc::clone)
}

pub(super) fn window(name: &str) -> Option<Arc<WindowUDF>> {
    WINDOWS.get(name).map(Arc::clone)
}

/// The scalar functions on the list, with their other spellings, sorted.
#[must_use]
pub fn scalar_names() -> Vec<String> {
    sorted(SCALARS.keys())
}

/// The aggregate functions on the list, with their other spellings, sorted.
#[must_use]
pub fn aggregate_names() -> Vec<String> {
    sorted(AGGREGATES.keys())
}

/// The window functions on the list, sorted.
#[must_use]
pub fn window_names() -> Vec<String> {
    sorted(WINDOWS.keys())
}

fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut names: Vec<String> = names.cloned().collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_on_the_list_is_one_the_engine_has() {
        for (name, _) in SCALAR {
            assert!(SCALARS.contains_key(*name), "{name}");
        }
        for name in AGGREGATE {
            assert!(AGGREGATES.contains_key(*name), "{name}");
        }
        for name in WINDOW {
            assert!(WINDOWS.contains_key(*name), "{name}");
        }
    }

    #[test]
    fn what_must_not_be_called_is_not_known() {
        for name in
            ["random", "uuid", "now", "version", "input_file_name", "file_row_index", "array_agg", "repeat"]
        {
            assert!(!is_known(name), "{name}");
        }
    }
}
