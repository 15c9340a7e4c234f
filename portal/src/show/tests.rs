use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use enclave::gate::{Suppressed, Verdict};
use enclave::ids::{SnapshotId, SnapshotName};
use enclave::policy::BundleId;
use enclave::query::Held;
use enclave::words::{Bilingual, FailCode, Failure, Notice, Place, Reason, Refusal, RefusalCode};
use serde_json::{Map, Value, json};

use super::*;

const PLAIN: Ink = Ink { colour: false };

/// Labels in two scripts, a suppressed and a missing figure, an awkward real.
fn batch() -> RecordBatch {
    let columns: [(&str, ArrayRef); 5] = [
        ("area", Arc::new(StringArray::from(vec!["東京", "Ōsaka", "x\u{1b}[2J"]))),
        ("n", Arc::new(Int64Array::from(vec![Some(1_234), None, None]))),
        ("mean", Arc::new(Float64Array::from(vec![Some(0.1), Some(f64::NAN), Some(1234.56789)]))),
        ("day", Arc::new(Date32Array::from(vec![Some(0), Some(20_000), None]))),
        ("yen", Arc::new(Decimal128Array::from(vec![1_250, 0, -5]).with_precision_and_scale(10, 2).unwrap())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap()
}

fn with_figures<T>(test: impl FnOnce(Figures<'_>) -> T) -> T {
    let batch = batch();
    let schema = batch.schema();
    let suppressed = [Suppressed { row: 1, column: 1, reason: Reason::Patients }];
    let notices = [Notice {
        code: "groups_left_out".to_owned(),
        message: Bilingual::new("表示しない区分があります。", "Some groups are left out."),
    }];
    // Two batches, so that row numbers run on across them.
    let batches = [batch.slice(0, 1), batch.slice(1, 2)];
    test(Figures { schema: &schema, batches: &batches, suppressed: &suppressed, notices: &notices })
}

fn held() -> Held {
    Held {
        verdict: Verdict::Failed(Failure::new(FailCode::Internal)),
        policy: BundleId { name: "jisedai".to_owned(), version: 1 },
        snapshot: SnapshotId::new(SnapshotName::new("demo").unwrap(), "0123456789ab").unwrap(),
        audit: Some(17),
    }
}

#[test]
fn json_rows_hold_what_the_contract_says() {
    let mut object = Map::new();
    let notices = with_figures(|f| json::put_figures(&mut object, f));
    assert_eq!(notices[0]["code"], "groups_left_out");
    let expected = json!({
        "columns": [
            {"name": "area", "type": "Utf8"}, {"name": "n", "type": "Int64"}, {"name": "mean", "type": "Float64"},
            {"name": "day", "type": "Date32"}, {"name": "yen", "type": "Decimal128(10, 2)"}
        ],
        "rows": [
            ["東京", 1234, 0.1, "1970-01-01", "12.50"],
            ["Ōsaka", null, null, "2024-10-04", "0.00"],
            ["x\u{1b}[2J", null, 1234.56789, null, "-0.05"]
        ],
        "suppressed": [{"row": 1, "column": 1, "reason": "patients"}]
    });
    assert_eq!(Value::Object(object).to_string(), expected.to_string());
}

#[test]
fn csv_leaves_suppressed_cells_empty_and_tells_why_when_asked() {
    let csv = |reasons| {
        let mut out = Vec::new();
        with_figures(|f| write_csv(f, reasons, &mut out)).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(csv(false).lines().nth(2), Some("Ōsaka,,NaN,2024-10-04,0.00"));
    let with = csv(true);
    assert_eq!(
        with.lines().next(),
        Some("area,area__reason,n,n__reason,mean,mean__reason,day,day__reason,yen,yen__reason")
    );
    assert_eq!(with.lines().nth(2), Some("Ōsaka,,,patients,NaN,,2024-10-04,,0.00,"));
}

#[test]
fn a_table_lines_up_and_explains_its_marks() {
    let text = with_figures(|f| draw(f, &held(), Language::Both, PLAIN));
    let grid: Vec<_> = text.lines().take_while(|l| !l.starts_with("3 rows")).collect();
    assert!(grid.iter().all(|l| marks::width(l) == marks::width(grid[0])), "{text}");
    assert_eq!(text.matches("‹patients›").count(), 2, "in its cell and in the legend:\n{text}");
    assert_eq!(text.matches("NULL").count(), 2, "a suppressed cell is not NULL:\n{text}");
    for part in
        ["jisedai@1", "log entry 17", "Too few patients", "患者数", "Group more coarsely", "※ Some groups"]
    {
        assert!(text.contains(part), "{part} in:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "a label must not steer the terminal:\n{text}");
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    let text = with_figures(|f| draw(f, &held(), Language::En, Ink { colour: true }));
    assert!(text.contains("\u{1b}[33m‹patients›\u{1b}[0m"), "{text}");
    assert!(!text.contains("患者数"), "only the reader's language:\n{text}");
}

#[test]
fn a_caret_stands_under_the_place() {
    let at = Some(Place::new(2, 8));
    let refusal = Refusal::new(RefusalCode::Function, "random").at(at);
    let text = draw_refusal(&refusal, Some("SELECT\n  '患者', random()\n"), Language::En, PLAIN);
    let lines: Vec<_> = text.lines().collect();
    let sql = lines.iter().position(|l| l.contains("random()")).unwrap();
    let before = |line: &str, what: &str| marks::width(&line[..line.find(what).unwrap()]);
    assert_eq!(before(lines[sql + 1], "^"), before(lines[sql], " random()"), "{text}");
    assert!(text.contains("refused (function)") && text.contains('→'), "{text}");
}

#[test]
fn a_place_in_a_very_long_line_is_shown_in_a_window() {
    let sql = format!("SELECT {}", "患+".repeat(100_000));
    let refusal = Refusal::new(RefusalCode::Node, "").at(Some(Place::new(1, 90_000)));
    let text = draw_refusal(&refusal, Some(&sql), Language::En, PLAIN);
    assert!(text.lines().all(|l| marks::width(l) < 130), "{text}");
    assert!(text.contains('^') && text.contains('…'));
}

#[test]
fn a_place_outside_the_text_draws_no_caret() {
    for at in [Place::new(9, 1), Place::new(0, 0)] {
        let refusal = Refusal::new(RefusalCode::Node, "").at(Some(at));
        assert!(!draw_refusal(&refusal, Some("SELECT 1"), Language::En, PLAIN).contains('^'));
    }
}

#[test]
fn the_locale_decides_the_language() {
    assert_eq!(Language::of_locale("ja_JP.UTF-8"), Language::Ja);
    assert_eq!(Language::of_locale("en_GB"), Language::En);
    assert_eq!(Language::of_locale("C.UTF-8"), Language::Both);
}
