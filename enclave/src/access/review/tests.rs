//! What votes come to, as a table; and reviews in the register.

use super::*;
use crate::access::tests::{Register, at, receipt, study};
use crate::audit::Action;

/// Every criterion met, one vote of each category for it.
pub fn approving() -> ReviewForm {
    let finding = || Finding { met: true, note: String::new() };
    ReviewForm {
        decided: "2026-11-19".parse().unwrap(),
        conditions: Vec::new(),
        criteria: Criterion::ALL.into_iter().map(|criterion| (criterion, finding())).collect(),
        votes: votes("+ + + +"),
    }
}

/// `+` for, `-` against, `x` barred; a word for each category in its order, in it a sign for each member.
fn votes(signs: &str) -> Vec<Ballot> {
    let of_category = Category::ALL.into_iter().zip(signs.split(' '));
    let signs = of_category.flat_map(|(category, signs)| signs.chars().map(move |sign| (category, sign)));
    let ballot = |(number, (category, sign))| Ballot {
        member: format!("member {number}"),
        category,
        vote: match sign {
            '+' => Vote::For,
            '-' => Vote::Against,
            'x' => Vote::Barred,
            _ => panic!("{sign}"),
        },
    };
    signs.filter(|(_, sign)| *sign != '0').enumerate().map(ballot).collect()
}

fn reviewed(form: ReviewForm) -> Review {
    Review::new(form, at("08:00:00")).unwrap()
}

#[test]
fn votes_come_to_a_decision() {
    use Decision::{Approved, Rejected};
    let silent = |category| Rejected(Why::NoVote(category));
    for (signs, expected) in [
        ("+ + + +", Approved),
        ("++ + + +-", Approved),
        // More than half of those that count, not half.
        ("+ - + +", Approved),
        ("+ - + -", Rejected(Why::NoMajority)),
        ("- - - -", Rejected(Why::NoMajority)),
        ("++ -- + -", Rejected(Why::NoMajority)),
        // A barred vote is not counted, for the majority or for its category.
        ("+x + + +", Approved),
        ("+ +x - -x", Rejected(Why::NoMajority)),
        ("++ +xxxx - -", Approved),
        ("x + + +", silent(Category::NaturalScience)),
        ("+ + + x", silent(Category::Outside)),
        ("+ 0 + +", silent(Category::Humanities)),
        ("+ + 0 +", silent(Category::Lay)),
        ("0 0 0 0", silent(Category::NaturalScience)),
    ] {
        let review = reviewed(ReviewForm { votes: votes(signs), ..approving() });
        assert_eq!(Decision::of(&review), expected, "{signs}");
        let conditions = vec!["publish as a preprint".to_owned()];
        let review = reviewed(ReviewForm { votes: votes(signs), conditions, ..approving() });
        let expected = if expected == Approved { Decision::WithConditions } else { expected };
        assert_eq!(Decision::of(&review), expected, "{signs} with a condition");
        for criterion in Criterion::ALL {
            let mut form = ReviewForm { votes: votes(signs), ..approving() };
            form.criteria.get_mut(&criterion).unwrap().met = false;
            let decision = Decision::of(&reviewed(form));
            assert_eq!(decision, Rejected(Why::Unmet(criterion)), "{signs}");
            assert!(!decision.approves() && decision.words().ja.contains(&criterion.words().ja));
        }
    }
}

#[test]
fn a_review_that_is_not_whole_is_none() {
    let without = |criterion| {
        let mut form = approving();
        form.criteria.remove(&criterion);
        form
    };
    let mut forms: Vec<_> = Criterion::ALL.into_iter().map(without).collect();
    let mut twice = approving();
    twice.votes.push(Ballot { member: " member 1".to_owned(), ..twice.votes[0].clone() });
    twice.votes[1].member = "member 1 ".to_owned();
    let mut nobody = approving();
    nobody.votes[2].member = " ".to_owned();
    let nothing = ReviewForm { conditions: vec![String::new()], ..approving() };
    let mut long = approving();
    long.criteria.get_mut(&Criterion::Harm).unwrap().note = "x".repeat(LONGEST + 1);
    forms.extend([twice, nobody, nothing, long]);
    for form in forms {
        assert!(matches!(Review::new(form.clone(), at("08:00:00")), Err(AccessError::Review(_))), "{form:?}");
    }
}

#[test]
fn the_latest_review_counts() {
    let Register { access, .. } = &Register::new();
    let s = study("s");
    assert_eq!(access.review(&s).unwrap(), None);
    let record = |form| {
        let review = Review::new(form, at("08:00:00"))?;
        access.record_review(&s, &review, &receipt(Action::StudyReview)).map(|()| review)
    };
    let mut against = approving();
    against.votes = votes("-x - + -");
    against.criteria.get_mut(&Criterion::Law).unwrap().note = "第5条".to_owned();
    let first = record(against).unwrap();
    assert_eq!(access.review(&s).unwrap(), Some(first));
    assert_eq!(access.study(&s).unwrap().decision, Some(Decision::Rejected(Why::NoMajority)));
    let second =
        record(ReviewForm { conditions: vec!["a".to_owned(), "b".to_owned()], ..approving() }).unwrap();
    assert_eq!(access.review(&s).unwrap(), Some(second));
    assert_eq!(access.studies().unwrap()[0].decision, Some(Decision::WithConditions));

    // In Japan it is the 20th from 15:00 UTC on the 19th.
    let later = |day: &str| record(ReviewForm { decided: day.parse().unwrap(), ..approving() });
    assert!(later("2026-11-20").is_ok());
    assert!(matches!(later("2026-11-21"), Err(AccessError::Review(_))));
    let review = reviewed(approving());
    let other = access.record_review(&s, &review, &receipt(Action::Grant));
    assert!(matches!(other, Err(AccessError::Receipt)));
    let unknown = access.record_review(&study("t"), &review, &receipt(Action::StudyReview));
    assert!(matches!(unknown, Err(AccessError::UnknownStudy { .. })));
}

#[test]
fn a_form_reads_from_toml() {
    let criteria: String =
        Criterion::ALL.iter().map(|one| format!("[criteria.{}]\nmet = true\n", one.code())).collect();
    let text = format!(
        "decided = \"2026-11-19\"\n{criteria}\n[[votes]]\nmember = \"青木\"\ncategory = \"lay\"\nvote = \"barred\"\n"
    );
    let form: ReviewForm = toml::from_str(&text).unwrap();
    assert_eq!((form.criteria.len(), form.votes[0].vote), (5, Vote::Barred));
    for wrong in ["vote = \"maybe\"", "vote = \"for\"\nweight = 2"] {
        assert!(toml::from_str::<ReviewForm>(&text.replace("vote = \"barred\"", wrong)).is_err());
    }
}
