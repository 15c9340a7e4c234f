//! Where in the SQL text a thing stands, for refusals that point.

use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use crate::words::Place;

/// The words of a question with their positions.
#[derive(Debug, Default)]
pub(super) struct Places {
    words: Vec<(String, Place, usize)>,
    end: Option<Place>,
}

impl Places {
    /// Remembers every token that is not white space, with its depth in parentheses.
    pub(super) fn of(tokens: &[TokenWithSpan]) -> Self {
        let mut depth = 0_usize;
        let (mut words, mut end) = (Vec::new(), None);
        for token in tokens {
            match &token.token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            // What stands nowhere was put between the texts.
            if matches!(token.token, Token::Whitespace(_) | Token::EOF) || token.span.start.line == 0 {
                continue;
            }
            end = Some(place(token.span.end));
            let text = match &token.token {
                Token::Word(word) => word.value.to_lowercase(),
                other => other.to_string(),
            };
            words.push((text, place(token.span.start), depth));
        }
        Self { words, end }
    }

    /// The first token.
    pub(super) fn start(&self) -> Option<Place> {
        self.words.first().map(|(_, place, _)| *place)
    }

    /// Just after the last token.
    pub(super) fn end(&self) -> Option<Place> {
        self.end
    }

    /// The first item of the outermost `SELECT` list.
    pub(super) fn first_item(&self) -> Option<Place> {
        let select = self.words.iter().position(|(word, _, depth)| word == "select" && *depth == 0)?;
        self.words
            .iter()
            .skip(select + 1)
            .find(|(word, ..)| word != "distinct" && word != "all")
            .map(|(_, place, _)| *place)
    }

    /// Where the first of these names that occurs at all stands first, written in any case.
    pub(super) fn word(&self, names: &[&str]) -> Option<Place> {
        let place =
            |name: &&str| self.words.iter().find(|(word, ..)| word == name).map(|(_, place, _)| *place);
        names.iter().find_map(place)
    }
}

/// What lines of one text stay under: the number of the text stands above it, so that a position goes through parser and
/// planner in one piece.
const TEXT: u32 = 32;

/// A position in the nth named cell, as it goes through parser and planner; the question itself is the 0th.
pub(super) fn within(at: Location, nth: u64) -> Location {
    Location { line: at.line | nth << TEXT, ..at }
}

/// A tokeniser's position as ours; 0 means that it has none.
pub(super) fn place(at: Location) -> Place {
    let view = u32::try_from(at.line >> TEXT).ok().filter(|nth| *nth > 0);
    Place { line: (at.line & ((1 << TEXT) - 1)).max(1), column: at.column.max(1), view }
}

/// The same from its parts, as the parser's texts and the planner have them.
pub(super) fn spanned(line: u64, column: u64) -> Place {
    place(Location { line, column })
}

/// Where a name stands.
pub(super) fn start(name: &ast::ObjectName) -> Option<Place> {
    let ident = name.0.first().and_then(ast::ObjectNamePart::as_ident)?;
    (ident.span.start.line > 0).then(|| place(ident.span.start))
}
