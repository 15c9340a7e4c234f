use super::*;

fn cell(share: f64, values: &[(f64, u32)]) -> Cell {
    Cell { share, digits: Digits::new(3).unwrap(), at_least: 1, values: values.to_vec() }
}

#[test]
fn the_value_and_who_lies_beyond() {
    let values = [(4.0, 1), (1.0, 2), (3.0, 2), (2.0, 3)];
    // R: quantile(c(1, 2, 3, 4), c(0.5, 0.9)) gives 2.5 and 3.7; nobody has these, so they are rounded.
    assert_eq!(cell(0.5, &values).result(), (Some(3.0), [2, 2, 0, 1]));
    assert_eq!(cell(0.9, &values).result(), (Some(4.0), [2, 1, 0, 1]));
    assert_eq!(cell(0.0, &values).result(), (Some(1.0), [0, 3, 1, 1]));
    assert_eq!(cell(1.0, &values).result(), (Some(4.0), [2, 0, 1, 1]));
    assert_eq!(cell(0.5, &[(7.0, 1), (7.0, 2)]).result(), (Some(7.0), [0, 0, 2, 2]));
    assert_eq!(cell(0.5, &[]).result(), (None, [0; 4]));
}

#[test]
fn steps_widen_until_enough_patients_share_what_is_left() {
    // The median is 1019.5; steps are 10, 20, 50, 100, 200, 500, 1000.
    let values: Vec<(f64, u32)> = (0..40_u32).map(|p| (1_000.0 + f64::from(p), p)).collect();
    let shown = |at_least: u32| Cell { at_least, ..cell(0.5, &values) }.result();
    assert_eq!(shown(10), (Some(1_020.0), [20, 20, 0, 10]));
    assert_eq!(shown(20), (Some(1_020.0), [20, 20, 0, 20]));
    assert_eq!(shown(30), (Some(1_000.0), [20, 20, 0, 40]));
    assert_eq!(shown(50).1, [20, 20, 0, 40]);
}

#[test]
fn a_shift_brings_nobody_out() {
    // Forty values from 1,000,000 on, shifted by a constant near the median: its digits are of the difference.
    let values: Vec<(f64, u32)> = (0..40_u32).map(|p| (f64::from(p * p) - 380.0, p)).collect();
    let (_, [.., same]) = Cell { at_least: 10, ..cell(0.5, &values) }.result();
    assert!(same < 10, "the step is too fine, and the gate suppresses");
}

#[test]
fn parts_put_together_are_the_whole() {
    let mut parts = [cell(0.25, &[(1.0, 1), (5.0, 2)]), cell(0.25, &[(2.0, 3), (9.0, 1)])];
    let mut whole = cell(0.25, &[]);
    for part in &mut parts {
        let states: Vec<ArrayRef> = part.state().unwrap().iter().map(|s| s.to_array().unwrap()).collect();
        whole.merge_batch(&states).unwrap();
    }
    assert_eq!(whole.result(), cell(0.25, &[(1.0, 1), (2.0, 3), (5.0, 2), (9.0, 1)]).result());
}
