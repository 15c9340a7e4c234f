//! Why a session is no longer, or never was.

use super::super::LoginError;
use crate::words::Bilingual;

/// Why a session is no longer, or never was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// There is none under this key, or it is long forgotten.
    Unknown,
    /// Nothing was asked for too long.
    Idle,
    /// It was open for as long as one may be.
    Expired,
    /// Its person signed out.
    SignedOut,
    /// Its person signed in somewhere else.
    Elsewhere,
    /// Its person chose a new password by an invitation.
    LoginReset,
    /// Its person's login was withdrawn.
    Withdrawn,
    /// Staff stopped it.
    Stopped,
    /// It is open, but belongs to another zone.
    OtherZone,
    /// The file of sessions cannot be read.
    Unreadable,
}

impl Ended {
    /// Those that are written down; the others are worked out when asked.
    const WRITTEN: [Self; 5] =
        [Self::SignedOut, Self::Elsewhere, Self::LoginReset, Self::Withdrawn, Self::Stopped];

    /// The code in the file and in the log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Idle => "idle",
            Self::Expired => "expired",
            Self::SignedOut => "signed_out",
            Self::Elsewhere => "elsewhere",
            Self::LoginReset => "login_reset",
            Self::Withdrawn => "withdrawn",
            Self::Stopped => "stopped",
            Self::OtherZone => "other_zone",
            Self::Unreadable => "unreadable",
        }
    }

    /// What the person is told.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (ja, en) = match self {
            Self::Unknown => ("ログインしてください。", "Please sign in."),
            Self::Idle => (
                "しばらく操作がなかったため、ログアウトしました。もう一度ログインしてください。",
                "You were signed out because nothing was done for a while. Please sign in again.",
            ),
            Self::Expired => (
                "ログインの有効時間が終わりました。もう一度ログインしてください。",
                "Your session has reached its longest time. Please sign in again.",
            ),
            Self::SignedOut => ("ログアウトしました。", "You have signed out."),
            Self::Elsewhere => (
                "別の場所でログインしたため、ここではログアウトしました。心当たりがないときは、すぐに登録担当者に連絡してください。",
                "You signed in somewhere else, so you were signed out here. If that was not you, tell the registrar at once.",
            ),
            Self::LoginReset => (
                "招待により新しいパスワードが設定されたため、ログアウトしました。心当たりがないときは、すぐに登録担当者に連絡してください。",
                "A new password was chosen by an invitation, so you were signed out. If that was not you, tell the registrar at once.",
            ),
            Self::Withdrawn => (
                "ログインの権限がなくなりました。登録担当者に連絡してください。",
                "Your login was withdrawn. Ask the registrar.",
            ),
            Self::Stopped => (
                "監査担当者がこのログインを終了しました。監査担当者に連絡してください。",
                "Security staff ended this session. Please contact them.",
            ),
            Self::OtherZone => (
                "このログインは別の区域のものです。ここでもう一度ログインしてください。",
                "This session belongs to another zone. Please sign in here.",
            ),
            Self::Unreadable => (
                "ログインの状態を確かめられません。管理者に連絡してください。",
                "Your session cannot be checked. Tell the administrator.",
            ),
        };
        Bilingual::new(ja, en)
    }

    /// Fails closed, and leaves what went wrong to the gatehouse's own log.
    pub(super) fn unreadable(error: &LoginError) -> Self {
        tracing::error!(%error, "sessions cannot be read");
        Self::Unreadable
    }
}

impl TryFrom<String> for Ended {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::WRITTEN.into_iter().find(|ended| ended.code() == code).ok_or("no such reason")
    }
}
