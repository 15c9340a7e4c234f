use super::*;

fn cell(share: f64, values: &[(f64, u32)]) -> Cell {
    Cell { share, values: values.to_vec() }
}

#[test]
fn the_value_and_who_lies_beyond() {
    let values = [(4.0, 1), (1.0, 2), (3.0, 2), (2.0, 3)];
    // R: quantile(c(1, 2, 3, 4), c(0.5, 0.9)) gives 2.5 and 3.7.
    assert_eq!(cell(0.5, &values).result(), (Some(2.5), [2, 2, 0]));
    let (nine, sides) = cell(0.9, &values).result();
    assert!((nine.unwrap() - 3.7).abs() < 1e-12);
    assert_eq!(sides, [2, 1, 0]);
    assert_eq!(cell(0.0, &values).result(), (Some(1.0), [0, 3, 1]));
    assert_eq!(cell(1.0, &values).result(), (Some(4.0), [2, 0, 1]));
    assert_eq!(cell(0.5, &[(7.0, 1), (7.0, 2)]).result(), (Some(7.0), [0, 0, 2]));
    assert_eq!(cell(0.5, &[]).result(), (None, [0; 3]));
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
