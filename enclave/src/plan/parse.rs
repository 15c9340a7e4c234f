//! SQL text to one `SELECT`, within bounds.
//!
//! Long flat chains overflow the planner's stack and end the process, so size is bounded on the
//! tokens, before anything recursive sees them. Out of scope: what the names mean.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{self, Visit, Visitor};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::allowed;
use super::places::{Places, place, spanned, start};
use super::spelling::{spelled, whole_keys};
use super::written::Written;
use crate::words::{FailCode, Failure, Halt, Place, Refusal, RefusalCode};

/// Longest text: an `IN` list of 50,000 codes takes about half of it.
const MAX_BYTES: usize = 1 << 20;
/// Most tokens: the same list, with commas and quotes.
const MAX_TOKENS: usize = 250_000;
/// Most operators: DataFusion's planner needs about 2 KiB of stack for each in debug builds, and
/// sessions plan on 256 MiB.
const MAX_OPERATORS: usize = 2_000;
/// Most tables: join ordering is worse than linear.
const MAX_JOINS: usize = 64;
/// Deepest nesting of parentheses, the same as the parser's own limit.
const MAX_DEPTH: usize = 50;

/// One `SELECT` and where its words stand.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) tokens: Vec<TokenWithSpan>,
    pub(super) statement: ast::Statement,
    pub(super) places: Places,
}

/// Reads exactly one `SELECT` that calls only functions on the list.
pub(super) fn parse(written: &Written<'_>) -> Result<Parsed, Halt> {
    if written.len() > MAX_BYTES {
        return Err(FailCode::TooLarge.into());
    }
    let tokens = written.tokens()?;
    bounded(&tokens)?;
    reserved(&tokens)?;
    again(tokens)
}

/// The same from the tokens of a question that was read before, of which some may be other names now.
pub(super) fn again(tokens: Vec<TokenWithSpan>) -> Result<Parsed, Halt> {
    let places = Places::of(&tokens);
    let mut statement = single_select(whole_keys(tokens.clone()), &places)?;
    spelled(&mut statement)?;
    offered(&statement)?;
    Ok(Parsed { tokens, statement, places })
}

fn bounded(tokens: &[TokenWithSpan]) -> Result<(), Halt> {
    let too_large = |token: &TokenWithSpan| {
        Err(Failure::new(FailCode::TooLarge).at(Some(place(token.span.start))).into())
    };
    let (mut seen, mut operators, mut joins, mut depth) = (0_usize, 0_usize, 0_usize, 0_usize);
    for token in tokens {
        match &token.token {
            Token::Whitespace(_) => continue,
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            Token::Comma | Token::Number(..) | Token::SingleQuotedString(_) | Token::Period => {}
            Token::Word(word) => match word.keyword {
                Keyword::JOIN | Keyword::UNION | Keyword::INTERSECT | Keyword::EXCEPT | Keyword::SELECT => {
                    joins += 1
                }
                Keyword::AND | Keyword::OR | Keyword::NOT | Keyword::WHEN | Keyword::IS => operators += 1,
                _ => {}
            },
            _ => operators += 1,
        }
        seen += 1;
        if seen > MAX_TOKENS || operators > MAX_OPERATORS || joins > MAX_JOINS || depth > MAX_DEPTH {
            return too_large(token);
        }
    }
    Ok(())
}

fn reserved(tokens: &[TokenWithSpan]) -> Result<(), Halt> {
    let taken = tokens.iter().find(|t| matches!(&t.token, Token::Word(w) if w.value.starts_with("__")));
    match taken {
        Some(token) => {
            Err(Refusal::new(RefusalCode::ReservedName, "").at(Some(place(token.span.start))).into())
        }
        None => Ok(()),
    }
}

fn single_select(tokens: Vec<TokenWithSpan>, places: &Places) -> Result<ast::Statement, Halt> {
    let mut statements = Parser::new(&GenericDialect {})
        .with_recursion_limit(MAX_DEPTH)
        .with_tokens_with_locations(tokens)
        .parse_statements()
        .map_err(|error| syntax(error, places))?;
    let refused = || Refusal::new(RefusalCode::Statement, "").at(places.start());
    match (statements.pop(), statements.is_empty()) {
        (Some(statement @ ast::Statement::Query(_)), true) => Ok(statement),
        (Some(_), _) => Err(refused().into()),
        (None, _) => Err(Failure::new(FailCode::Syntax).at(places.end()).into()),
    }
}

fn syntax(error: ParserError, places: &Places) -> Halt {
    match error {
        ParserError::RecursionLimitExceeded => FailCode::TooLarge.into(),
        ParserError::ParserError(text) | ParserError::TokenizerError(text) => {
            // The parser has no position for what is missing at the end.
            Failure::new(FailCode::Syntax).at(place_in(&text).or_else(|| places.end())).into()
        }
    }
}

/// The parser writes its position at the end of its text: `… at Line: 1, Column: 8`.
fn place_in(text: &str) -> Option<Place> {
    let (_, rest) = text.rsplit_once("Line: ")?;
    let (line, column) = rest.split_once(", Column: ")?;
    Some(spanned(line.trim().parse().ok()?, column.trim().parse().ok()?))
}

/// Refuses what the tree shows better than the plan: unknown functions, sampling, recursion.
fn offered(statement: &ast::Statement) -> Result<(), Halt> {
    struct Offered;
    impl Visitor for Offered {
        type Break = Refusal;

        fn pre_visit_expr(&mut self, expr: &ast::Expr) -> ControlFlow<Refusal> {
            if let ast::Expr::Function(call) = expr {
                return named(&call.name);
            }
            ControlFlow::Continue(())
        }

        fn pre_visit_query(&mut self, query: &ast::Query) -> ControlFlow<Refusal> {
            match &query.with {
                Some(with) if with.recursive => {
                    let at = place(with.with_token.0.span.start);
                    ControlFlow::Break(Refusal::new(RefusalCode::Node, "WITH RECURSIVE").at(Some(at)))
                }
                _ => ControlFlow::Continue(()),
            }
        }

        fn pre_visit_select(&mut self, select: &ast::Select) -> ControlFlow<Refusal> {
            match &select.distinct {
                Some(ast::Distinct::On(_)) => {
                    let at = place(select.select_token.0.span.start);
                    ControlFlow::Break(Refusal::new(RefusalCode::LimitRows, "DISTINCT ON").at(Some(at)))
                }
                Some(ast::Distinct::Distinct | ast::Distinct::All) | None => ControlFlow::Continue(()),
            }
        }

        fn pre_visit_table_factor(&mut self, table: &ast::TableFactor) -> ControlFlow<Refusal> {
            match table {
                ast::TableFactor::Table { name, args, sample, .. } if args.is_some() || sample.is_some() => {
                    let code = if sample.is_some() { RefusalCode::LimitRows } else { RefusalCode::Function };
                    ControlFlow::Break(Refusal::new(code, &name.to_string()).at(start(name)))
                }
                _ => ControlFlow::Continue(()),
            }
        }
    }
    match statement.visit(&mut Offered) {
        ControlFlow::Break(refusal) => Err(refusal.into()),
        ControlFlow::Continue(()) => Ok(()),
    }
}

fn named(name: &ast::ObjectName) -> ControlFlow<Refusal> {
    let text = name.to_string().to_lowercase();
    if allowed::is_known(&text) {
        return ControlFlow::Continue(());
    }
    let code = if allowed::is_aggregate(&text) { RefusalCode::Aggregate } else { RefusalCode::Function };
    ControlFlow::Break(Refusal::new(code, &text).at(start(name)))
}
