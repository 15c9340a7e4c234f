//! The list of people: for people, and as JSON.

use std::io::Write;

use comfy_table::{Table, presets};
use enclave::access::Handler;
use enclave::login::{Login, Standing};
use serde::Serialize;

use super::super::study::{Office, OfficeTrouble, shown, shown_end};

/// Somebody's entry on the roster, with their login's.
#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    handler: Handler,
    login: Standing,
}

/// Prints everybody, by name.
pub fn print(
    office: &Office<'_>,
    login: &Login,
    json: bool,
    out: &mut impl Write,
) -> Result<(), OfficeTrouble> {
    let listed = |handler: Handler| {
        let login = login.standing(&handler.handler, office.now)?;
        Ok(Listed { handler, login })
    };
    let all = office.access.handlers()?.into_iter().map(listed).collect::<Result<Vec<_>, OfficeTrouble>>()?;
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string(&all).map_err(std::io::Error::from)?)?);
    }
    if all.is_empty() {
        let none = "取扱者はまだいません。`handler add` で登録できます / nobody yet: put people on the roster with `handler add`";
        return Ok(writeln!(out, "{none}")?);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "取扱者 handler",
        "名前 name",
        "所属 organisation",
        "役割 roles",
        "研修 training",
        "ログイン login",
    ]);
    for Listed { handler, login } in &all {
        let dash = || "–".to_owned();
        let roles = handler.roles.to_string();
        table.add_row([
            handler.handler.to_string(),
            handler.display.clone(),
            handler.organisation.as_ref().map_or_else(dash, ToString::to_string),
            if roles.is_empty() { dash() } else { roles },
            handler.training_until.map_or_else(dash, |end| format!("– {}", shown_end(end))),
            state(login),
        ]);
    }
    Ok(writeln!(out, "{table}")?)
}

fn state(login: &Standing) -> String {
    let has_one = login
        .enrolled
        .map(|_| format!("有効 good, 回復コード recovery codes: {}", login.recovery_codes_left));
    let invited = login.invited_until.map(|until| format!("招待中 invited – {}", shown(until)));
    let both: Vec<String> = has_one.into_iter().chain(invited).collect();
    if both.is_empty() { "–".to_owned() } else { both.join("\n") }
}
