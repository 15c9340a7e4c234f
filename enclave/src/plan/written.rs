//! What a person wrote: a question, the named cells before it that it uses, and the names of its values.
//!
//! Named cells become common table expressions in front of the question. This is done on the tokens, each of which knows
//! in which text it stands, so that an error in a named cell points into that cell. A name that goes unused costs nothing: the planner never
//! looks at it. Out of scope: which of a notebook's cells a question needs.

use std::fmt;

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::{Keyword, RESERVED_FOR_TABLE_ALIAS};
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Word};
use serde::{Deserialize, Serialize};

use super::places::{self, place};
use crate::words::{FailCode, Failure, Halt};

/// Most named cells that one question uses.
const MAX_VIEWS: usize = 64;

/// A named cell: a `SELECT` that later ones may use like a table, also one of patient rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name, as it stands in the questions that use it.
    pub name: String,
    /// One `SELECT`.
    pub sql: String,
}

/// What a person wrote.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// One `SELECT`.
    pub sql: &'a str,
    /// The named cells that it uses, each before those that use it.
    pub views: &'a [View],
    /// What `:name` means: the value at the name's place in this list.
    pub values: &'a [String],
}

impl<'a> From<&'a str> for Written<'a> {
    fn from(sql: &'a str) -> Self {
        Self { sql, views: &[], values: &[] }
    }
}

impl fmt::Display for Written<'_> {
    /// As the log keeps it: the named cells, then the question.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for View { name, sql } in self.views {
            writeln!(f, "-- {name}:\n{sql}\n")?;
        }
        f.write_str(self.sql)
    }
}

impl Written<'_> {
    /// Its bytes.
    pub(super) fn len(&self) -> usize {
        self.views.iter().map(|view| view.name.len() + view.sql.len()).sum::<usize>() + self.sql.len()
    }

    /// The tokens of one statement.
    pub(super) fn tokens(&self) -> Result<Vec<TokenWithSpan>, Halt> {
        let question = tokens(self.sql, 0)?;
        let mut all = match self.views {
            [] => question,
            views if views.len() > MAX_VIEWS => return Err(FailCode::TooLarge.into()),
            views => with(views, question)?,
        };
        self.number(&mut all)?;
        Ok(all)
    }

    /// The planner knows numbered values only; people also write `?` and `:name`.
    fn number(&self, tokens: &mut Vec<TokenWithSpan>) -> Result<(), Halt> {
        let mut marks = 0_usize;
        let mut numbered = Vec::with_capacity(tokens.len());
        let mut rest = std::mem::take(tokens).into_iter().peekable();
        while let Some(mut token) = rest.next() {
            let follows = |next: &TokenWithSpan| next.span.start == token.span.end;
            match &token.token {
                Token::Placeholder(mark) if mark == "?" => {
                    marks += 1;
                    token.token = Token::Placeholder(format!("${marks}"));
                }
                Token::Colon => {
                    let named = rest.next_if(|next| follows(next) && matches!(next.token, Token::Word(_)));
                    if let Some(TokenWithSpan { token: Token::Word(word), span }) = named {
                        let unknown = || Failure::new(FailCode::Parameter).at(Some(place(token.span.start)));
                        let at =
                            self.values.iter().position(|name| *name == word.value).ok_or_else(unknown)?;
                        token.token = Token::Placeholder(format!("${}", at + 1));
                        token.span.end = span.end;
                    }
                }
                _ => {}
            }
            numbered.push(token);
        }
        *tokens = numbered;
        Ok(())
    }
}

/// `WITH name AS (…), …` in front of a question, or behind its own `WITH`.
fn with(views: &[View], mut question: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>, Halt> {
    let keyword = |token: Option<&TokenWithSpan>, keyword| matches!(token, Some(TokenWithSpan { token: Token::Word(Word { keyword: found, .. }), .. }) if *found == keyword);
    let words = |from: usize, tokens: &[TokenWithSpan]| {
        tokens.iter().skip(from).position(|t| !matches!(t.token, Token::Whitespace(_))).map(|at| from + at)
    };
    let first = words(0, &question);
    let own = first.filter(|at| keyword(question.get(*at), Keyword::WITH));
    let behind = own.map_or(0, |with| {
        let next = words(with + 1, &question).filter(|at| keyword(question.get(*at), Keyword::RECURSIVE));
        next.unwrap_or(with) + 1
    });
    let rest = question.split_off(behind);
    let mut all = question;
    if own.is_none() {
        all.push(made(Token::make_keyword("WITH")));
    }
    for (nth, view) in (1..).zip(views) {
        if nth > 1 {
            all.push(made(Token::Comma));
        }
        all.extend([made(name(view)?), made(Token::make_keyword("AS")), made(Token::LParen)]);
        all.extend(select(view, nth)?);
        all.push(made(Token::RParen));
    }
    if own.is_some() {
        all.push(made(Token::Comma));
    }
    all.extend(rest);
    Ok(all)
}

/// A view's name: one word, not in quotes, and none that SQL needs in this place.
fn name(view: &View) -> Result<Token, Halt> {
    match tokens(&view.name, 0).as_deref() {
        Ok([TokenWithSpan { token: Token::Word(word), .. }])
            if word.quote_style.is_none() && !RESERVED_FOR_TABLE_ALIAS.contains(&word.keyword) =>
        {
            Ok(Token::Word(word.clone()))
        }
        _ => Err(Failure::new(FailCode::ViewName).into()),
    }
}

/// A view's own tokens: brackets are closed where they were opened, and what ends a statement is left out.
fn select(view: &View, nth: u64) -> Result<Vec<TokenWithSpan>, Halt> {
    let mut tokens = tokens(&view.sql, nth)?;
    while tokens.pop_if(|last| matches!(last.token, Token::Whitespace(_) | Token::SemiColon)).is_some() {}
    let mut depth = 0_usize;
    for token in &tokens {
        let wrong = || Failure::new(FailCode::Syntax).at(Some(place(token.span.start)));
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.checked_sub(1).ok_or_else(wrong)?,
            Token::SemiColon => return Err(wrong().into()),
            _ => {}
        }
    }
    let end = tokens.last().map(|last| place(last.span.end));
    if depth > 0 || end.is_none() {
        let start = place(places::within(Location { line: 1, column: 1 }, nth));
        return Err(Failure::new(FailCode::Syntax).at(end.or(Some(start))).into());
    }
    Ok(tokens)
}

/// The tokens of the nth text; the question itself is the 0th.
fn tokens(sql: &str, nth: u64) -> Result<Vec<TokenWithSpan>, Halt> {
    let mut tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location().map_err(|error| {
        Failure::new(FailCode::Syntax).at(Some(place(places::within(error.location, nth))))
    })?;
    for token in &mut tokens {
        token.span.start = places::within(token.span.start, nth);
        token.span.end = places::within(token.span.end, nth);
    }
    Ok(tokens)
}

/// A token that nobody wrote.
fn made(token: Token) -> TokenWithSpan {
    TokenWithSpan::wrap(token)
}
