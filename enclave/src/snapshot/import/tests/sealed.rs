//! What is on disk: encrypted, signed, without identifiers, complete.

use super::*;
use crate::ids::SnapshotName;
use crate::snapshot::{SnapshotError, latest, list};

const TABLES: &str = "[[table]]\nname='t'\nsource='t.csv'\npatient='id'\ndrop=['name']\n";

fn house() -> House {
    let house = House::new();
    let rows: String = (0..50).map(|i| format!("IDENT{i},NAME{i},plaintext{i}\n")).collect();
    house.file("t.csv", format!("id,name,x\n{rows}"));
    house
}

fn all_bytes(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend(if path.is_dir() { all_bytes(&path) } else { std::fs::read(&path).unwrap() });
    }
    bytes
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

#[test]
fn no_identifier_and_no_value_is_in_the_bytes() {
    let house = house();
    let imported = house.import(TABLES).unwrap();
    let bytes = all_bytes(house.open(&imported).dir());
    for text in ["IDENT", "NAME", "plaintext", "ARROW:schema"] {
        assert!(!contains(&bytes, text), "{text}");
    }
    assert!(column_names(&imported).eq(["id", "x"]));
}

fn column_names(imported: &Imported) -> impl Iterator<Item = &str> {
    imported.tables[0].columns.iter().map(|c| c.name.as_str())
}

#[test]
fn dropped_columns_are_not_even_in_the_decrypted_files() {
    let house = house();
    let imported = house.import(TABLES).unwrap();
    let rows = house.rows(&imported, "t");
    assert_eq!(rows.len(), 50);
    assert!(rows.iter().flatten().all(|v| !v.contains("NAME") && !v.contains("IDENT")));
}

#[test]
fn what_is_prepared_and_dropped_leaves_nothing() {
    let house = house();
    let manifest = house.file("m.toml", format!("name='p'\npolicy='./test.toml'\n{TABLES}"));
    let now = DateTime::from_timestamp(0, 0).unwrap();
    let (home, keys, sizes) = (house.home.path(), house.keys(), Sizes::default());
    let prepared = prepare(home, &manifest, &keys, now, &SystemRandom::new(), &|_| (), &sizes).unwrap();
    let id = prepared.imported().id.clone();
    assert!(list(home, &keys.manifest_key().unwrap()).unwrap().snapshots.is_empty());
    drop(prepared);
    assert!(house.names("snapshots").is_empty());
    assert!(!folder(home, &id).exists());
}

#[test]
fn another_key_reads_nothing() {
    let house = house();
    let imported = house.import(TABLES).unwrap();
    let snapshot = house.open(&imported);
    let part = &snapshot.parts("t")[0].file;
    let open = |key: &DataKey| {
        let file = File::open(part).unwrap();
        ParquetRecordBatchReaderBuilder::try_new_with_options(file, options(key)).is_ok()
    };
    assert!(open(&house.keys().data_key(snapshot.data_key_id()).unwrap()));
    assert!(!open(&DataKey::from_bytes([0; 32])));
    let file = File::open(part).unwrap();
    assert!(ParquetRecordBatchReaderBuilder::try_new(file).is_err(), "nor does no key");
}

#[test]
fn a_changed_manifest_is_refused() {
    let house = house();
    let imported = house.import(TABLES).unwrap();
    let path = house.open(&imported).dir().join("manifest.json");
    let key = house.keys().manifest_key().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("patients = 10"), "the policy is in it");
    std::fs::write(&path, text.replace("patients = 10", "patients = 02")).unwrap();
    let dir = path.parent().unwrap();
    assert!(matches!(Snapshot::open(dir, &key), Err(SnapshotError::Signature(_))));
    std::fs::write(&path, &text).unwrap();
    assert!(Snapshot::open(dir, &key).is_ok());

    let stranger = House::new();
    let stranger = stranger.keys().manifest_key().unwrap();
    assert!(matches!(Snapshot::open(dir, &stranger), Err(SnapshotError::Signature(_))));
    let renamed = dir.with_file_name("demo@000000000000");
    std::fs::rename(dir, &renamed).unwrap();
    assert!(matches!(Snapshot::open(&renamed, &key), Err(SnapshotError::Manifest { .. })));
}

#[test]
fn missing_cut_and_changed_files_are_found() {
    let house = house();
    let imported = house.import(TABLES).unwrap();
    let snapshot = house.open(&imported);
    let key = house.keys().manifest_key().unwrap();
    snapshot.verify_files().unwrap();

    let part = &snapshot.parts("t")[0].file;
    let whole = std::fs::read(part).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    std::fs::write(part, &changed).unwrap();
    assert!(matches!(snapshot.verify_files(), Err(SnapshotError::File(_))));
    std::fs::write(part, &whole[1..]).unwrap();
    assert!(matches!(Snapshot::open(snapshot.dir(), &key), Err(SnapshotError::File(_))));
}

#[test]
fn record_keys_stay_and_everything_else_differs_between_two_imports() {
    let house = house();
    let (one, two) = (house.import(TABLES).unwrap(), house.import(TABLES).unwrap());
    assert_ne!(one.id, two.id);
    let (one, two) = (house.open(&one), house.open(&two));
    assert_eq!(roster(&house, &one), roster(&house, &two));
    assert_eq!(roster(&house, &one).len(), 50);
    assert_ne!(one.data_key_id(), two.data_key_id());

    // A patient keeps the record key in a snapshot with other patients.
    house.file("t.csv", "id,name,x\nIDENT7,n,y\n");
    let three = house.open(&house.import(TABLES).unwrap());
    assert!(roster(&house, &one).contains(&roster(&house, &three)[0]));
}

#[test]
fn lists_show_the_newest_and_name_what_is_damaged() {
    let house = house();
    let imported = house.import(TABLES).unwrap();
    let key = house.keys().manifest_key().unwrap();
    let home = house.home.path();
    assert_eq!(latest(home, imported.id.name(), &key).unwrap(), imported.id);
    let other = SnapshotName::new("other").unwrap();
    let error = latest(home, &other, &key).unwrap_err().to_string();
    assert!(error.contains("demo"), "{error}");

    std::fs::create_dir(home.join("snapshots/broken")).unwrap();
    let listing = list(home, &key).unwrap();
    assert_eq!((listing.snapshots.len(), listing.damaged.len()), (1, 1));
    assert_eq!((listing.snapshots[0].rows, listing.snapshots[0].patients), (50, 50));
}

#[test]
fn progress_grows_to_the_whole() {
    let house = house();
    let seen = std::sync::Mutex::new(Vec::new());
    let manifest = house.file("m.toml", format!("name='p'\npolicy='./test.toml'\n{TABLES}"));
    let report = |p: &Progress<'_>| seen.lock().unwrap().push((p.done, p.total, p.step));
    let now = DateTime::from_timestamp(0, 0).unwrap();
    import(house.home.path(), &manifest, &house.keys(), now, &SystemRandom::new(), &report).unwrap();
    let seen = seen.into_inner().unwrap();
    assert!(seen.is_sorted_by_key(|(done, ..)| *done));
    let (done, total, step) = *seen.last().unwrap();
    assert!(done * 10 >= total * 9 && total > 0, "{done} of {total}");
    assert_eq!(step, Step::Write);
}
