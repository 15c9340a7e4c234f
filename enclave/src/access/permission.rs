//! Who may do what: one table.
//!
//! A role that a row does not name may not. Out of scope: in which study and when (`permit`), and that nobody checks
//! the output of a study that they work on (release).

use super::role::{Role, Roles};

/// Something that a page or a command does for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Open a study, and so start its session.
    OpenStudy,
    /// Ask a question.
    Ask,
    /// Write in a study's notebooks.
    EditNotebook,
    /// Ask for results to be let out.
    RequestRelease,
    /// See what data there are, with their gated profiles.
    SeeCatalogue,
    /// Judge what is to be let out.
    CheckOutput,
    /// See who is signed in and what runs.
    SeeSessions,
    /// Stop somebody's session.
    StopSession,
    /// Read the audit log.
    ReadLog,
    /// Load a snapshot.
    ImportSnapshot,
    /// Put a snapshot at the studies' disposal.
    PublishSnapshot,
    /// Take a snapshot back.
    WithdrawSnapshot,
    /// See usage and fees.
    SeeUsage,
    /// See organisations, rosters, studies and grants.
    SeeRegister,
    /// Change them.
    KeepRegister,
    /// Invite somebody to choose a password, also anew.
    Invite,
    /// Take somebody's login away.
    WithdrawLogin,
}

impl Act {
    /// Every act, in the order of the table.
    pub const ALL: [Self; 17] = [
        Self::OpenStudy,
        Self::Ask,
        Self::EditNotebook,
        Self::RequestRelease,
        Self::SeeCatalogue,
        Self::CheckOutput,
        Self::SeeSessions,
        Self::StopSession,
        Self::ReadLog,
        Self::ImportSnapshot,
        Self::PublishSnapshot,
        Self::WithdrawSnapshot,
        Self::SeeUsage,
        Self::SeeRegister,
        Self::KeepRegister,
        Self::Invite,
        Self::WithdrawLogin,
    ];

    /// The table. Columns as in [`Role::ALL`].
    #[rustfmt::skip]
    const fn row(self) -> [bool; 5] {
        const Y: bool = true;
        const N: bool = false;
        match self {
            //                       researcher  output   security  data     registrar
            //                                   checker  staff     steward
            Self::OpenStudy        => [   Y,        N,       N,        N,       N    ],
            Self::Ask              => [   Y,        N,       N,        N,       N    ],
            Self::EditNotebook     => [   Y,        N,       N,        N,       N    ],
            Self::RequestRelease   => [   Y,        N,       N,        N,       N    ],
            Self::SeeCatalogue     => [   Y,        Y,       N,        Y,       Y    ],
            Self::CheckOutput      => [   N,        Y,       N,        N,       N    ],
            Self::SeeSessions      => [   N,        N,       Y,        N,       N    ],
            Self::StopSession      => [   N,        N,       Y,        N,       N    ],
            Self::ReadLog          => [   N,        N,       Y,        N,       N    ],
            Self::ImportSnapshot   => [   N,        N,       N,        Y,       N    ],
            Self::PublishSnapshot  => [   N,        N,       N,        Y,       N    ],
            Self::WithdrawSnapshot => [   N,        N,       N,        Y,       N    ],
            Self::SeeUsage         => [   N,        N,       N,        Y,       Y    ],
            Self::SeeRegister      => [   N,        N,       Y,        Y,       Y    ],
            Self::KeepRegister     => [   N,        N,       N,        N,       Y    ],
            Self::Invite           => [   N,        N,       N,        N,       Y    ],
            Self::WithdrawLogin    => [   N,        N,       N,        N,       Y    ],
        }
    }
}

impl Role {
    /// Whether this role allows an act.
    #[must_use]
    pub fn may(self, act: Act) -> bool {
        Self::ALL.into_iter().zip(act.row()).any(|(role, allowed)| role == self && allowed)
    }
}

impl Roles {
    /// Whether one of the roles allows an act.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        self.iter().any(|role| role.may(act))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by role, where the code writes by act: two hands must agree.
    const EXPECTED: [(Role, &[Act]); 5] = [
        (
            Role::Researcher,
            &[Act::OpenStudy, Act::Ask, Act::EditNotebook, Act::RequestRelease, Act::SeeCatalogue],
        ),
        (Role::OutputChecker, &[Act::SeeCatalogue, Act::CheckOutput]),
        (Role::SecurityStaff, &[Act::SeeSessions, Act::StopSession, Act::ReadLog, Act::SeeRegister]),
        (
            Role::DataSteward,
            &[
                Act::SeeCatalogue,
                Act::ImportSnapshot,
                Act::PublishSnapshot,
                Act::WithdrawSnapshot,
                Act::SeeUsage,
                Act::SeeRegister,
            ],
        ),
        (
            Role::Registrar,
            &[
                Act::SeeCatalogue,
                Act::SeeUsage,
                Act::SeeRegister,
                Act::KeepRegister,
                Act::Invite,
                Act::WithdrawLogin,
            ],
        ),
    ];

    #[test]
    fn the_table_is_what_each_role_is_for() {
        for act in Act::ALL {
            let marks = Role::ALL.map(|role| if role.may(act) { "yes" } else { "–" });
            println!("{:<18}{}", format!("{act:?}"), marks.map(|mark| format!("{mark:<6}")).concat());
        }
        for (role, acts) in EXPECTED {
            let allowed: Vec<Act> = Act::ALL.into_iter().filter(|&act| role.may(act)).collect();
            assert_eq!(allowed, acts, "{role:?}");
        }
    }

    #[test]
    fn several_roles_allow_what_one_of_them_allows() {
        let both = Roles::from([Role::Registrar, Role::SecurityStaff]);
        for act in Act::ALL {
            let either = Role::Registrar.may(act) || Role::SecurityStaff.may(act);
            assert_eq!(both.may(act), either, "{act:?}");
            assert!(!Roles::default().may(act));
        }
    }
}
