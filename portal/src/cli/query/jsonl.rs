//! Questions and answers a line each: the contract for other programs.

use std::fmt;
use std::io::{self, BufRead, Read, Write};

use enclave::query::Held;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Deserializer, Value};

use crate::show;

/// A longer line is not read into memory. SQL has a far lower limit of its own, with words of its own.
const LONGEST_LINE: u64 = 32 << 20;

/// Answers every line of `input` in order, each before the next is read.
///
/// # Errors
/// When `input` cannot be read or `output` cannot be written.
pub async fn answer_all(
    mut input: impl BufRead,
    mut output: impl Write,
    ask: impl AsyncFn(String) -> Held,
) -> io::Result<()> {
    while let Some(line) = next_line(&mut input)? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = match parse(&line) {
            Ok(Question { id, sql }) => show::line(Some(id), &ask(sql).await),
            Err(id) => show::bad_line(id),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

/// The next line without reading more than the limit of it; the rest of a longer one is thrown away.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if !line.ends_with(b"\n") {
        skip_line(input)?;
    }
    Ok(Some(line))
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|b| *b == b'\n');
        let used = end.map_or(buffer.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() || used == 0 {
            return Ok(());
        }
    }
}

#[derive(Debug, PartialEq)]
struct Question {
    id: Value,
    sql: String,
}

/// Reads a line. The error is the identifier as far as the line could be read, else null.
fn parse(line: &[u8]) -> Result<Question, Value> {
    let mut seen = Seen::default();
    let mut json = Deserializer::from_slice(line);
    let whole = Fields(&mut seen).deserialize(&mut json).and_then(|()| json.end());
    match (whole, seen) {
        (Ok(()), Seen { id: Some(id), sql: Some(sql) }) => Ok(Question { id, sql }),
        (_, Seen { id, .. }) => Err(id.unwrap_or(Value::Null)),
    }
}

/// What was read of a line so far; it outlives an error further on in the line.
#[derive(Debug, Default)]
struct Seen {
    id: Option<Value>,
    sql: Option<String>,
}

struct Fields<'a>(&'a mut Seen);

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with id and sql")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => self.0.id = Some(identifier(map.next_value()?)?),
                "sql" => self.0.sql = Some(map.next_value()?),
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(())
    }
}

/// A string, or a number, which is given back as a number.
fn identifier<E: Error>(id: Value) -> Result<Value, E> {
    if id.is_string() || id.is_number() { Ok(id) } else { Err(E::custom("an id is a string")) }
}

#[cfg(test)]
mod tests {
    use enclave::gate::Verdict;
    use enclave::ids::{SnapshotId, SnapshotName};
    use enclave::policy::BundleId;
    use enclave::words::{Refusal, RefusalCode};
    use serde_json::json;

    use super::*;

    fn id_of_bad(line: &str) -> Value {
        parse(line.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_line_is_read_with_extra_keys_in_any_order() {
        let question = parse(br#" {"x": {"id": 3}, "sql": "SELECT 1", "id": "q1"} "#).unwrap();
        assert_eq!(question, Question { id: json!("q1"), sql: "SELECT 1".to_owned() });
        assert_eq!(parse(br#"{"id": 7, "sql": ""}"#).unwrap().id, json!(7));
    }

    #[test]
    fn a_bad_line_keeps_its_identifier_if_it_can_be_told() {
        for line in [
            r#"{"id": "q1"}"#,
            r#"{"id": "q1", "sql": 3}"#,
            r#"{"id": "q1", "sql": "SELECT"#,
            r#"{"id": "q1", "sql": "SELECT 1"} and more"#,
            r#"{"sql": "SELECT 1", "id": "q1", "x": }"#,
        ] {
            assert_eq!(id_of_bad(line), "q1", "{line}");
        }
        for line in ["", "[1]", "null", r#""q1""#, r#"{"sql": "SELECT 1"}"#, r#"{"id": ["q1"], "sql": ""}"#] {
            assert_eq!(id_of_bad(line), Value::Null, "{line}");
        }
        assert_eq!(parse(b"{\"id\": \"q1\", \"sql\": \"\xff\"}").unwrap_err(), "q1");
    }

    fn answers(input: &[u8]) -> Vec<Value> {
        let mut output = Vec::new();
        let held = Held {
            verdict: Verdict::Refused(Refusal::new(RefusalCode::RawRows, "")),
            policy: BundleId { name: "jisedai".to_owned(), version: 1 },
            snapshot: SnapshotId::new(SnapshotName::new("s").unwrap(), "0123456789ab").unwrap(),
            audit: Some(17),
        };
        let all = answer_all(input, &mut output, async |_| held.clone());
        futures::executor::block_on(all).unwrap();
        String::from_utf8(output).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    #[test]
    fn the_run_goes_on_after_a_bad_line_and_skips_blank_ones() {
        let lines = answers(b"{\"id\":\"a\",\"sql\":\"\"}\n\n \r\nrubbish\n{\"id\":\"b\",\"sql\":\"\"}");
        let ids: Vec<_> = lines.iter().map(|l| (l["id"].clone(), l["verdict"].clone())).collect();
        assert_eq!(
            ids,
            [(json!("a"), json!("refused")), (Value::Null, json!("failed")), (json!("b"), json!("refused"))]
        );
        assert_eq!(lines[1]["failure"]["code"], "bad_line");
    }

    #[test]
    fn keys_stand_in_the_order_of_the_contract() {
        let lines = answers(b"{\"id\":\"a\",\"sql\":\"\"}\nrubbish\n");
        let keys = |line: &Value| line.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&lines[0]), ["id", "verdict", "refusal", "policy", "snapshot", "audit"]);
        assert_eq!(keys(&lines[1]), ["id", "verdict", "failure", "policy", "snapshot", "audit"]);
        assert_eq!(keys(&lines[0]["refusal"]), ["code", "message", "remedy"]);
    }

    #[test]
    fn an_endless_line_is_skipped_and_the_next_one_read() {
        let mut input = vec![b'x'; usize::try_from(LONGEST_LINE).unwrap() + 10];
        input.extend_from_slice(b"\n{\"id\":\"b\",\"sql\":\"\"}\n");
        let lines = answers(&input);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1]["id"], "b");
    }
}
