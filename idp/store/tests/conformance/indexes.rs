//! No look-up reads a whole table, or all that an insurer has, as it would go unseen until there are many members.

use std::fs;
use std::path::Path;

use sekisho_site::db::{Db, sql};

use super::coverage::files;
use super::house::House;

/// What may be read as a whole: clients, documents and keys are few, unsealed events (`u`) wait a second, a constant row is none, and whoever verifies the
/// audit trail wants all of its seals, heads (`h`) and events.
const WHOLE: [&str; 8] = [
    "SCAN clients USING INDEX",
    "SCAN terms_published",
    "SCAN signing_keys USING INDEX",
    "SCAN u",
    "SCAN h",
    "SCAN audit_seals USING COVERING INDEX",
    "SCAN e\n",
    "SCAN CONSTANT ROW",
];

/// The statements that stand whole in a source file, save those that count what there is.
fn statements(source: &str) -> impl Iterator<Item = String> {
    let texts = source.split('"').skip(1).step_by(2).map(|text| text.replace("\\\n", ""));
    texts.filter(|text| {
        let begins = ["select ", "update ", "delete "].iter().any(|word| text.starts_with(word));
        begins && !text.contains('{') && !text.contains("count(*)")
    })
}

/// How `SQLite`, which decides without statistics, carries a statement out; nothing when it is only a part of one.
async fn plan(db: &Db, statement: &str) -> Vec<String> {
    let explain: &'static str = format!("explain query plan {statement}").leak();
    let rows = db.fetch_all(sql(explain)).await.unwrap_or_default();
    rows.iter().map(|row| row.get("detail").unwrap()).collect()
}

fn reads_too_much(step: &str) -> bool {
    let all = step.starts_with("SCAN ") && !WHOLE.iter().any(|known| format!("{step}\n").starts_with(known));
    all || step.starts_with("SEARCH members ") && step.ends_with("(insurer=?)")
}

#[tokio::test]
async fn no_look_up_reads_a_whole_table() {
    let [house, _] = House::both().await;
    let (mut faults, mut explained) = (Vec::new(), 0);
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for statement in statements(&fs::read_to_string(&path).unwrap()) {
            let steps = plan(&house.db, &statement).await;
            explained += usize::from(!steps.is_empty());
            let bad = steps.iter().filter(|step| reads_too_much(step));
            faults.extend(bad.map(|step| format!("{}: {step}: {statement}", path.display())));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    assert!(explained > 60, "{explained}");
}
