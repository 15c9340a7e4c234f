//! What people who come from other databases write, put into the words that the planner knows.
//!
//! Done on the syntax tree, before names are looked up. Nothing is decided here: whatever comes out is looked at
//! like any other question. Out of scope: forms that depend on types (`own`), and subqueries (`subquery`).

mod functions;
mod grouping;
mod tuples;

pub(super) use grouping::whole_keys;

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{self, VisitMut, VisitorMut};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::words::{FailCode, Halt};

/// The same statement in the planner's words.
pub(super) fn spelled(statement: &mut ast::Statement) -> Result<(), Halt> {
    struct Spelling;
    impl VisitorMut for Spelling {
        type Break = Halt;

        fn post_visit_expr(&mut self, expr: &mut ast::Expr) -> ControlFlow<Halt> {
            match functions::spelled(expr).and_then(|()| tuples::spelled(expr)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(halt) => ControlFlow::Break(halt),
            }
        }
    }
    match VisitMut::visit(statement, &mut Spelling) {
        ControlFlow::Break(halt) => Err(halt),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// An expression from its text, with `__1`, `__2` … for the arguments. Each stands in it at most once, so that
/// what is nested grows no faster than the question.
fn template(text: &str, args: Vec<ast::Expr>) -> Result<ast::Expr, Halt> {
    struct Fill(Vec<Option<ast::Expr>>);
    impl VisitorMut for Fill {
        type Break = ();

        fn post_visit_expr(&mut self, expr: &mut ast::Expr) -> ControlFlow<()> {
            let place = match expr {
                ast::Expr::Identifier(name) => name.value.strip_prefix("__").and_then(|n| n.parse().ok()),
                _ => None,
            };
            let Some(place) = place else { return ControlFlow::Continue(()) };
            match usize::checked_sub(place, 1).and_then(|i| self.0.get_mut(i)).and_then(Option::take) {
                Some(arg) => *expr = arg,
                None => return ControlFlow::Break(()),
            }
            ControlFlow::Continue(())
        }
    }
    let mut expr = Parser::new(&GenericDialect {})
        .try_with_sql(text)
        .and_then(|mut parser| parser.parse_expr())
        .map_err(|_| FailCode::Internal)?;
    match VisitMut::visit(&mut expr, &mut Fill(args.into_iter().map(Some).collect())) {
        ControlFlow::Break(()) => Err(FailCode::Internal.into()),
        ControlFlow::Continue(()) => Ok(expr),
    }
}
