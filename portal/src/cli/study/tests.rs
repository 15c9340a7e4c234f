//! The steward's commands on an office of their own: what they change, say and log.

mod people;

use arrow::datatypes::DataType;
use chrono::{DateTime, Utc};
use clap::{Parser, Subcommand};
use enclave::access::Access;
use enclave::audit::{self, AuditLog};
use enclave::catalog::{Class, Column, Table};
use enclave::ids::{HandlerId, StudyId};
use enclave::keys::KeyStore;
use enclave::login::Login;
use ring::rand::SystemRandom;
use serde_json::{Value, json};

use super::super::{handler, organisation, token};
use super::{Command, Office, OfficeTrouble};

/// As the real command line has them, `--home` included.
#[derive(Debug, Parser)]
struct Line {
    #[arg(long, global = true)]
    home: Option<String>,
    #[command(subcommand)]
    words: Words,
}

#[derive(Debug, Subcommand)]
enum Words {
    #[command(subcommand)]
    Organisation(organisation::Command),
    #[command(subcommand)]
    Handler(handler::Command),
    #[command(subcommand)]
    Study(Command),
    Token(token::Args),
}

struct House {
    folder: tempfile::TempDir,
    access: Access,
    login: Login,
    log: AuditLog,
}

/// Standard output and standard error.
type Said = (String, String);

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let access = Access::open(&folder.path().join("state.sqlite")).unwrap();
        let keys = KeyStore::open(folder.path()).unwrap().login_keys();
        let login = Login::open(&folder.path().join("login.sqlite"), keys).unwrap();
        let log = AuditLog::open(&folder.path().join("audit"), "test", &[1; 32], now()).unwrap();
        Self { folder, access, login, log }
    }

    fn run(&self, words: &str) -> Result<Said, OfficeTrouble> {
        let office = Office {
            access: &self.access,
            log: &self.log,
            now: now(),
            latest: &|name| match name.as_str() {
                "demo" => Ok(format!("{name}@0123456789ab").try_into().unwrap()),
                _ => Err("there are: demo".to_owned()),
            },
            tables: &|_| Ok(vec![table("visit", &["person", "sex", "cost"]), table("icd10", &["code"])]),
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        match Line::try_parse_from(words.split(' ')).unwrap_or_else(|error| panic!("{words}: {error}")).words
        {
            Words::Organisation(command) => organisation::run(&command, &office, &mut out)?,
            Words::Handler(command) => {
                handler::run(&command, &office, &self.login, &SystemRandom::new(), &mut out, &mut err)?;
            }
            Words::Study(command) => super::run(&command, &office, &mut out)?,
            Words::Token(args) => token::run(&args, &office, &SystemRandom::new(), &mut out, &mut err)?,
        }
        Ok((String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap()))
    }

    /// What the log has, as `action object`.
    fn logged(&self) -> Vec<String> {
        let entries = audit::show(&self.folder.path().join("audit")).unwrap();
        let entries = entries.map(|entry| serde_json::from_slice::<Value>(&entry.unwrap().bytes).unwrap());
        entries
            .map(|e| format!("{} {}", e["action"].as_str().unwrap(), e["object"].as_str().unwrap()))
            .collect()
    }
}

fn table(name: &str, columns: &[&str]) -> Table {
    let column = |&name: &&str| Column {
        name: name.to_owned(),
        data_type: DataType::Utf8,
        nullable: false,
        class: Class::Code,
    };
    Table { name: name.to_owned(), columns: columns.iter().map(column).collect(), municipality: None }
}

fn now() -> DateTime<Utc> {
    "2026-11-20T03:00:00Z".parse().unwrap()
}

#[test]
fn a_study_is_made_with_its_local_handler_and_listed() {
    let house = House::new();
    assert!(house.run("x study list").unwrap().0.contains("study create"));
    let (said, _) = house.run("x study create s1 --snapshot demo --until 2026-12-31 --route vdi").unwrap();
    assert!(said.contains("demo@0123456789ab"), "{said}");
    let permit = |time: &str| {
        let (local, s1) = (HandlerId::new("local").unwrap(), StudyId::new("s1").unwrap());
        house.access.permit(&local, &s1, time.parse().unwrap())
    };
    assert!(permit("2026-12-31T14:59:59Z").is_ok() && permit("2026-12-31T15:00:00Z").is_err());

    house.run("x study create s2 --snapshot demo").unwrap();
    assert_eq!(
        house.logged(),
        ["handler_add local", "study_create demo@0123456789ab", "study_create demo@0123456789ab"]
    );
    let listed: Value = serde_json::from_str(&house.run("x study list --json").unwrap().0).unwrap();
    assert_eq!(listed[0]["route"], "vdi");
    assert_eq!(listed[0]["period"], json!({"from": null, "until": "2026-12-31T15:00:00Z"}));
    assert_eq!(listed[1]["handlers"][0]["handler"], "local");
    assert_eq!(listed[1]["handlers"][0]["tables"], "all");
    let table = house.run("x study list").unwrap().0;
    assert!(table.contains("2026-12-31") && table.contains("local"), "{table}");
}

#[test]
fn grants_put_handlers_on_the_roster_and_can_be_taken_back() {
    let house = House::new();
    house.run("x study create s --snapshot demo").unwrap();
    house
        .run("x study grant s sato --tables visit,icd10 --training-until 2027-03-31 --display 佐藤花子")
        .unwrap();
    let table = house.run("x study list").unwrap().0;
    assert!(table.contains("sato 佐藤花子 [icd10, visit] 研修 training – 2027-03-31"), "{table}");
    // Granting again without them keeps training and display name, and logs no change of the roster.
    house.run("x study grant s sato").unwrap();
    let sato = house.access.handler(&HandlerId::new("sato").unwrap()).unwrap().unwrap();
    assert_eq!((sato.display.as_str(), sato.training_until.is_some()), ("佐藤花子", true));
    house.run("x study revoke s sato").unwrap();
    assert!(house.run("x study list").unwrap().0.contains("revoked"));
    assert_eq!(house.logged()[2..], ["handler_add sato", "grant sato", "grant sato", "grant_revoke sato"]);
}

#[test]
fn what_cannot_be_done_is_not_logged_and_says_what_there_is() {
    let house = House::new();
    house.run("x study create s --snapshot demo").unwrap();
    let before = house.logged();
    for (words, says) in [
        ("x study create s --snapshot demo", "already"),
        ("x study create t --snapshot dmeo", "there are: demo"),
        ("x study create t --snapshot demo --organisation z", "`organisation add`"),
        ("x study grant s sato --organisation z", "`organisation add`"),
        ("x organisation revoke z", "`organisation add`"),
        ("x study create t --snapshot demo --from 2026-12-31 --until 2026-01-01", "end after it begins"),
        ("x study grant t sato", "There are: s."),
        ("x study grant s sato --tables visit,lab", "there are: visit, icd10"),
        ("x study grant s sato --tables visit(sex,age)", "there are: person, sex, cost"),
        ("x study review t FILE", "There are: s."),
        ("x study review s /nowhere.toml", "/nowhere.toml"),
        ("x study revoke s sato", "Who may: local."),
        ("x token --study t --handler local", "There are: s."),
        ("x token --study s --handler sato", "Who may: local."),
        ("x token revoke 0123456789ab", "token list"),
        ("x token --study s --handler local list", "for making a token only"),
    ] {
        let error = house.run(words).unwrap_err().to_string();
        assert!(error.contains(says), "{words}: {error}");
        assert_eq!(house.logged(), before, "{words}");
    }
    for usage in [
        "x study create",
        "x study create a/b --snapshot demo",
        "x study create t --snapshot demo --route x",
        "x study create t --snapshot demo --until soon",
        "x study create t --snapshot demo --joint z",
        "x study grant s sato --tables visit(sex",
        "x study review s",
        "x organisation add z",
        "x organisation add z --certificate 1 --type 3",
        "x token",
        "x token --study s --handler local --days 0",
        "x token revoke short",
        "x token --study s list",
        "x token --handler local",
    ] {
        assert!(Line::try_parse_from(usage.split(' ')).is_err(), "{usage}");
    }
}

#[test]
fn a_study_of_a_certified_user_is_for_its_own_handlers() {
    let house = House::new();
    assert!(house.run("x organisation list").unwrap().0.contains("organisation add"));
    for words in [
        "x organisation add todai --certificate R7-001 --display 東都大学 --until 2027-03-31",
        "x organisation add seiyaku --certificate R7-002",
        "x study create s --snapshot demo --organisation todai --joint seiyaku",
        "x study grant s sato",
        "x study grant s mori --organisation seiyaku",
    ] {
        house.run(words).unwrap();
    }
    let permit = |handler: &str| {
        let (handler, s) = (HandlerId::new(handler).unwrap(), StudyId::new("s").unwrap());
        house.access.permit(&handler, &s, now())
    };
    assert!(permit("sato").unwrap_err().message.en.contains("not judged"));
    assert!(house.run("x study list").unwrap().0.contains("未審査 none yet"));
    let form = house.folder.path().join("review.toml");
    let review = |text: &str| {
        std::fs::write(&form, text).unwrap();
        house.run(&format!("x study review s {}", form.display()))
    };
    assert!(review("decided = 1").unwrap_err().to_string().contains("review.toml"));
    let filled = filled();
    for (text, listed) in [
        (filled.replace("law      = { met = true", "law      = { met = false"), "不承認 rejected"),
        (filled.replace("conditions = []", "conditions = [\"x\"]"), "条件付き承認 with conditions"),
        (filled.clone(), "承認 approved"),
    ] {
        review(&text).unwrap();
        assert!(house.run("x study list").unwrap().0.contains(listed), "{listed}");
        assert_eq!(permit("sato").is_ok(), !listed.contains("rejected"), "{listed}");
    }
    assert!(review(&filled.replace("2026-10-01", "2026-12-01")).is_err(), "a day to come");
    assert!(permit("mori").is_ok());
    assert!(permit("local").is_err(), "nobody of the house's own");
    assert!(house.run("x study list").unwrap().0.contains("todai, seiyaku"));
    let listed = house.run("x organisation list").unwrap().0;
    assert!(listed.contains("東都大学") && listed.contains("– 2027-03-31"), "{listed}");
    house.run("x organisation revoke todai").unwrap();
    assert!(permit("sato").is_err() && permit("mori").is_err());
    assert!(house.run("x organisation list").unwrap().0.contains("revoked"));
    let listed: Value = serde_json::from_str(&house.run("x organisation list --json").unwrap().0).unwrap();
    assert_eq!(listed[1]["certificate"]["user_type"], "type-2");
    assert_eq!(
        house.logged()[..3],
        ["organisation_add todai", "organisation_add seiyaku", "study_create demo@0123456789ab"]
    );
}

/// The form as the help shows it, with one vote of each category.
fn filled() -> String {
    let form = super::review::FORM.split("Approved:").next().unwrap();
    let form: String = form.lines().skip(2).map(|line| format!("{}\n", line.trim_start())).collect();
    let others = ["humanities", "lay", "outside"].map(|category| {
        format!("[[votes]]\nmember = \"{category}\"\ncategory = \"{category}\"\nvote = \"for\"\n")
    });
    form + &others.concat()
}

#[test]
fn a_token_stands_alone_on_standard_output_until_it_is_revoked() {
    let house = House::new();
    house.run("x study create s --snapshot demo").unwrap();
    assert!(house.run("x token --home d list").unwrap().0.contains("no tokens"));
    let (out, err) = house.run("x token --study s --handler local --days 2").unwrap();
    let token = out.strip_suffix('\n').unwrap();
    assert!(token.starts_with("sekisho_") && token.len() == 72 && !err.contains(token), "{err}");
    assert!(house.access.bearer(token, "2026-11-22T02:59:59Z".parse().unwrap()).is_ok());
    assert!(house.access.bearer(token, "2026-11-22T03:00:00Z".parse().unwrap()).is_err());

    let listed: Value = serde_json::from_str(&house.run("x token list --json").unwrap().0).unwrap();
    let id = listed[0]["token"].as_str().unwrap().to_owned();
    assert!(house.run("x token list").unwrap().0.contains("有効 good"));
    house.run(&format!("x token revoke {id}")).unwrap();
    assert!(house.access.bearer(token, now()).is_err());
    assert!(house.run("x token list").unwrap().0.contains("失効 revoked"));
    assert!(house.run(&format!("x token revoke {id}")).is_err());
    let logged = house.logged();
    assert_eq!(logged[2..], [format!("token_issue {id}"), format!("token_revoke {id}")]);
    assert!(!logged.concat().contains(&token[8..]));
}
