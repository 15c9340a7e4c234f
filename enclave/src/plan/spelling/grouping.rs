//! Grouping keys that begin with a parenthesis: `ROLLUP (sex, (2025 - birth_year) / 20 * 20)`.
//!
//! The parser takes the parenthesis for that of a list of keys and then stumbles over the rest of the key, so a key
//! that goes on after it gets a pair of its own.

use std::collections::HashSet;

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

/// The same tokens, with such keys in parentheses.
pub(in crate::plan) fn whole_keys(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let (mut opens, mut closes) = (HashSet::new(), HashSet::new());
    let words: Vec<(usize, &Token)> = tokens
        .iter()
        .enumerate()
        .filter_map(|(i, token)| match &token.token {
            Token::Whitespace(_) => None,
            token => Some((i, token)),
        })
        .collect();
    for (at, pair) in words.windows(2).enumerate() {
        let [(_, Token::Word(word)), (_, Token::LParen)] = pair else { continue };
        if matches!(word.keyword, Keyword::ROLLUP | Keyword::CUBE | Keyword::SETS) {
            find(words.get(at + 2..).unwrap_or_default(), &mut opens, &mut closes);
        }
    }
    if opens.is_empty() {
        return tokens;
    }
    let mut all = Vec::with_capacity(tokens.len() + 2 * opens.len());
    for (i, token) in tokens.into_iter().enumerate() {
        let span = token.span;
        if opens.contains(&i) {
            all.push(TokenWithSpan { token: Token::LParen, span });
        }
        all.push(token);
        if closes.contains(&i) {
            all.push(TokenWithSpan { token: Token::RParen, span });
        }
    }
    all
}

/// Notes where keys begin and end that start with a parenthesis and go on after it. `words` start with the first key.
fn find(words: &[(usize, &Token)], opens: &mut HashSet<usize>, closes: &mut HashSet<usize>) {
    let mut depth = 0_usize;
    // Where the key in hand begins with a parenthesis, whether that was closed again, and whether more came after it.
    let (mut begins, mut closed, mut goes_on) = (None, false, false);
    let mut before: Option<usize> = None;
    for (i, token) in words {
        let ends = depth == 0 && matches!(token, Token::Comma | Token::RParen);
        if ends {
            if let (Some(begins), Some(last), true) = (begins, before, goes_on) {
                opens.insert(begins);
                closes.insert(last);
            }
            if matches!(token, Token::RParen) {
                return;
            }
            (begins, closed, goes_on, before) = (None, false, false, None);
            continue;
        }
        if before.is_none() && matches!(token, Token::LParen) {
            begins = Some(*i);
        }
        goes_on |= closed;
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        closed |= depth == 0 && begins.is_some();
        before = Some(*i);
    }
}
