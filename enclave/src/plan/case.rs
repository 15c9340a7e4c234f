//! Columns in any case: `ID`, `id` and `Id` mean the column that is stored as `ID`, if there is only one such.
//!
//! A name is first looked up as SQL does: unquoted in lower case, quoted as it is. Only a name that is not found so is
//! written anew, where the planner stumbled over it, so that aliases keep their usual meaning. Out of scope: tables,
//! which are looked up in one place (`names`).

use std::collections::{BTreeSet, HashMap};

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use super::places::place;
use crate::words::{Bilingual, FailCode, Failure, Halt, Place};

/// A column that was not found.
#[derive(Debug)]
pub(super) struct Unknown {
    /// As the planner looked for it.
    pub(super) name: String,
    /// The table or alias before it.
    pub(super) of: Option<String>,
    /// Where the name stands, with what qualifies it.
    pub(super) at: Option<Place>,
    /// The columns that it could have found there.
    pub(super) in_sight: BTreeSet<String>,
    /// The columns of the tables that the question names: from inside a subquery those outside are in sight too.
    pub(super) stored: BTreeSet<String>,
}

/// Names that were written anew so far.
#[derive(Debug)]
pub(super) struct Cases {
    /// How often each token was.
    changed: HashMap<usize, u8>,
    /// Names in lower case, and what they turned out to be.
    learned: HashMap<String, String>,
    /// How often the question may yet be planned again.
    left: usize,
}

/// So much planning is done for one question: so many tokens, all attempts together.
const MOST_TOKENS: usize = 200_000;
/// A question may be planned so often in any case.
const LEAST_ATTEMPTS: usize = 8;

impl Cases {
    pub(super) fn new(tokens: &[TokenWithSpan]) -> Self {
        let attempts = MOST_TOKENS.checked_div(tokens.len()).unwrap_or(0).max(LEAST_ATTEMPTS);
        Self { changed: HashMap::new(), learned: HashMap::new(), left: attempts }
    }

    /// Writes an unknown name as it is stored. False where there is no such name, or it was tried before.
    pub(super) fn put_right(
        &mut self,
        tokens: &mut [TokenWithSpan],
        unknown: &Unknown,
    ) -> Result<bool, Halt> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(false) };
        self.left = left;
        let alike = |names: &BTreeSet<String>| -> Vec<String> {
            let other = |name: &&String| **name != unknown.name && same_but_for_case(name, &unknown.name);
            names.iter().filter(other).cloned().collect()
        };
        let mut alikes = alike(&unknown.in_sight);
        if alikes.is_empty() {
            alikes = alike(&unknown.stored);
        }
        let mut changed = false;
        for at in self.places_of(tokens, unknown) {
            let Some(TokenWithSpan { token: Token::Word(word), span }) = tokens.get_mut(at) else { continue };
            let stored = match alikes.as_slice() {
                [] => return Ok(false),
                [only] => only,
                several => match several.iter().find(|name| **name == word.value) {
                    Some(as_written) => as_written,
                    None => {
                        let failure = Failure::new(FailCode::UnknownColumn).at(Some(place(span.start)));
                        return Err(self::several(failure).into());
                    }
                },
            };
            *word = quoted(stored);
            self.learned.insert(unknown.name.to_lowercase(), stored.clone());
            *self.changed.entry(at).or_default() += 1;
            changed = true;
        }
        Ok(changed)
    }

    /// Writes all names anew that turned out to be stored in another case, for a question that makes no sense otherwise:
    /// in `SELECT lower(CODE) AS code … GROUP BY lower(CODE)` the second is found, but as the alias. False where there
    /// are none, or they were written anew before.
    pub(super) fn put_all_right(&mut self, tokens: &mut [TokenWithSpan]) -> bool {
        let learned = std::mem::take(&mut self.learned);
        let mut changed = false;
        for at in 0..tokens.len() {
            let fresh = !self.changed.contains_key(&at) && !is_new(tokens, at);
            let Some(TokenWithSpan { token: Token::Word(word), .. }) = tokens.get_mut(at) else { continue };
            if let (Some(stored), None, true) =
                (learned.get(&word.value.to_lowercase()), word.quote_style, fresh)
            {
                *word = quoted(stored);
                changed = true;
            }
        }
        // Once: what fails then fails as it did before.
        self.left = 0;
        changed
    }

    /// The tokens to write anew: the one that the planner stumbled over, or all of that name where it does not say.
    /// Once there and back is enough.
    fn places_of(&self, tokens: &[TokenWithSpan], unknown: &Unknown) -> Vec<usize> {
        let fresh = |at: &usize| self.changed.get(at).is_none_or(|times| *times < 2);
        let named = |at: &usize| match tokens.get(*at) {
            Some(TokenWithSpan { token: Token::Word(word), .. }) => {
                same_but_for_case(&word.value, &unknown.name)
            }
            _ => false,
        };
        let first = unknown.at.and_then(|at| tokens.iter().position(|token| place(token.span.start) == at));
        match first.and_then(|first| last_of_chain(tokens, first)).filter(|at| named(at) && fresh(at)) {
            Some(at) => vec![at],
            None => {
                let untouched = |at: &usize| !self.changed.contains_key(at);
                let same = |at: &usize| same_owner(owner(tokens, *at), unknown.of.as_deref());
                let all = (0..tokens.len()).filter(|at| named(at) && untouched(at) && !is_new(tokens, *at));
                let (same, others): (Vec<usize>, Vec<usize>) = all.partition(same);
                if same.is_empty() { others } else { same }
            }
        }
    }
}

fn quoted(name: &str) -> Word {
    Word { value: name.to_owned(), quote_style: Some('"'), keyword: Keyword::NoKeyword }
}

/// The last name of `a.b.c` that begins at a token.
fn last_of_chain(tokens: &[TokenWithSpan], first: usize) -> Option<usize> {
    let mut last = first;
    while matches!(tokens.get(last + 1).map(|token| &token.token), Some(Token::Period)) {
        last += 2;
    }
    matches!(tokens.get(last).map(|token| &token.token), Some(Token::Word(_))).then_some(last)
}

/// What stands before a name and its point.
fn owner(tokens: &[TokenWithSpan], at: usize) -> Option<&str> {
    let [.., before, point] = tokens.get(..at)? else { return None };
    match (&before.token, &point.token) {
        (Token::Word(word), Token::Period) => Some(&word.value),
        _ => None,
    }
}

fn same_owner(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => same_but_for_case(one, other),
        (one, other) => one == other,
    }
}

/// Whether a token names something for the first time: `AS name`.
fn is_new(tokens: &[TokenWithSpan], at: usize) -> bool {
    let mut before = tokens.get(..at).unwrap_or_default().iter().rev();
    let before = before.find(|token| !matches!(token.token, Token::Whitespace(_)));
    matches!(before.map(|token| &token.token), Some(Token::Word(word)) if word.keyword == Keyword::AS)
}

/// Whether two names differ in case at most.
pub(super) fn same_but_for_case(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// A failure that says why a name that is there was not found.
pub(super) fn several(failure: Failure) -> Failure {
    Failure {
        remedy: Bilingual::new(
            "大文字・小文字だけが異なる名前が複数あります。名前を二重引用符で囲み、カタログのとおりに書いてください。",
            "Several names differ in upper and lower case only: put the name in double quotes, as the catalogue has it.",
        ),
        ..failure
    }
}
