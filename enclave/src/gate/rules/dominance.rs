//! One or two contributors make up most of a sum or mean.
//!
//! The (n,k) rule with n = 2, and the p% rule. Shares are sizes without sign, so a negative amount
//! elsewhere hides nobody. Source: Handbook on Statistical Disclosure Control (Hundepool et al.),
//! chapter 4.

use super::super::cells::Evidence;
use super::super::norms::Norms;
use crate::evidence::Shares;
use crate::policy::DominanceRule;

pub(in crate::gate) fn suppresses(evidence: &Evidence<'_>, row: usize, norms: &Norms) -> bool {
    let Some(rule) = norms.bundle.dominance else { return false };
    if !evidence.is_amount() {
        return false;
    }
    let by_institution = evidence.by_institution().iter().filter(|_| rule.institutions);
    evidence.by_patient().into_iter().chain(by_institution).any(|shares| dominated(shares, row, rule))
}

fn dominated(shares: &Shares<'_>, row: usize, rule: DominanceRule) -> bool {
    let part = |of: &[f64]| of.get(row).copied();
    match (part(shares.top1), part(shares.top2), part(shares.total)) {
        (Some(first), Some(second), Some(total)) => {
            let rest = total - first - second;
            // Written so that a number that cannot be compared suppresses.
            let within =
                first + second <= rule.two_largest.fraction() * total && rest >= rule.p.fraction() * first;
            !within
        }
        _ => true,
    }
}
