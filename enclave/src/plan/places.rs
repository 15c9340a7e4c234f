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
            if let Token::Whitespace(_) | Token::EOF = token.token {
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

/// A tokeniser's position as ours; 0 means that it has none.
pub(super) fn place(at: Location) -> Place {
    Place { line: at.line.max(1), column: at.column.max(1) }
}

/// Where a name stands.
pub(super) fn start(name: &ast::ObjectName) -> Option<Place> {
    let ident = name.0.first().and_then(ast::ObjectNamePart::as_ident)?;
    (ident.span.start.line > 0).then(|| place(ident.span.start))
}
