//! Landlock: the snapshot can be read, the spill folder written, nothing else of either kind.
//!
//! See <https://docs.kernel.org/userspace-api/landlock.html> for what each version of its
//! interface can bind. Each right is asked for where the kernel has it, and reported where not.

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, PathBeneath, RestrictionStatus, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope,
};

use super::{Bounds, Confinement, Measure, folder, why};

/// The newest interface whose rights we ask for; version 7 adds none.
const ASKED: ABI = ABI::V6;
/// The first version that binds truncation, without which "read only" is not.
const FILES_SINCE: ABI = ABI::V3;
const NETWORK_SINCE: ABI = ABI::V4;
const SCOPE_SINCE: ABI = ABI::V6;

pub(super) fn restrict(bounds: &Bounds, report: &mut Confinement) {
    let outcome = apply(bounds).map(|status| version(&status));
    for (measure, since) in
        [(Measure::Files, FILES_SINCE), (Measure::Network, NETWORK_SINCE), (Measure::Scope, SCOPE_SINCE)]
    {
        report.note(
            measure,
            match &outcome {
                Ok(version) if *version >= since => Ok(()),
                Ok(version) => Err(format!("this kernel's Landlock is version {version}, it needs {since}")),
                Err(why) => Err(why.clone()),
            },
        );
    }
}

fn apply(bounds: &Bounds) -> Result<RestrictionStatus, String> {
    let snapshot = folder(&bounds.snapshot)?;
    let spill = folder(&bounds.spill)?;
    let enforce = || -> Result<RestrictionStatus, RulesetError> {
        Ruleset::default()
            .handle_access(AccessFs::from_all(ASKED))?
            .handle_access(AccessNet::from_all(ASKED))?
            .scope(Scope::from_all(ASKED))?
            .create()?
            .add_rule(PathBeneath::new(snapshot, AccessFs::ReadFile | AccessFs::ReadDir))?
            .add_rule(PathBeneath::new(spill, spilling()))?
            .restrict_self()
    };
    enforce().map_err(why)
}

/// Files are made, written, read and unlinked; no folders, no links, no execution.
fn spilling() -> BitFlags<AccessFs> {
    AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::MakeReg | AccessFs::RemoveFile | AccessFs::Truncate
}

fn version(status: &RestrictionStatus) -> ABI {
    match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => effective_abi,
        LandlockStatus::NotEnabled | LandlockStatus::NotImplemented => ABI::Unsupported,
    }
}
