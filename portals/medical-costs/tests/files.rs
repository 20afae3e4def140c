//! Files as their readers get them: signatures are verified by `xmlsec1`, papers read by `pdftotext`.

#![cfg(test)]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use jiff::civil::date;
use sekisho_base::{Cx, Timestamp};
use sekisho_medical_costs::files::{Document, Layout, eligibility_paper, xml, year_paper};
use sekisho_medical_costs::rows::signing_keys::{self, StoredKey};
use sekisho_medical_costs::rows::{self, MIGRATIONS};
use sekisho_medical_costs::rules::amounts::{Amounts, Yen};
use sekisho_medical_costs::rules::bill::Bill;
use sekisho_medical_costs::rules::calendar::Calendar;
use sekisho_medical_costs::rules::eligibility::Eligibility;
use sekisho_medical_costs::rules::household::seen;
use sekisho_medical_costs::rules::kind::Kind;
use sekisho_medical_costs::rules::month::Month;
use sekisho_medical_costs::rules::year::{Delivered, Filter, Material, Year};
use sekisho_medical_costs::signing::{self, SigningKey};
use sekisho_portal_kit::claims::Insurance;
use sekisho_portal_kit::front::pdf::{Fonts, Settings};
use sekisho_site::db::trial::Trial;
use sekisho_site::seal::Ring;

const NOW: Timestamp = Timestamp::from_seconds(1_795_224_276);

fn claims() -> Insurance {
    serde_json::from_value(serde_json::json!({
        "insurer": { "code": "aoba", "number": "06999015", "name": "青葉健康保険組合" },
        "membership": {
            "person_key": "A1", "symbol": "91", "number": "200001", "branch": "00", "relationship": "self",
            "name": "健保　翔子", "name_kana": "ケンポ ショウコ", "birth_date": "2000-01-21", "acquired_on": "2022-04-01",
            "burden": "2", "burden_from": "2026-03-01"
        },
        "household": [{ "person_key": "A2", "name": "健保　純一", "purposes": ["medical_costs"] }]
    }))
    .unwrap()
}

fn bill(person_key: &str, month: i8, institution: &str) -> Bill {
    Bill {
        person_key: person_key.to_owned(),
        month: Month::new(2026, month).unwrap(),
        institution: institution.to_owned(),
        kind: Kind::MedicalInpatient,
        days: 2,
        amounts: Amounts {
            total: Yen(174_940),
            meal_total: Yen(18_630),
            insurer: Yen(127_318),
            patient: Yen(52_482),
            meal_copay: Yen(13_770),
            refund: Yen(38_384),
            ..Amounts::default()
        },
        paid_on: Some(date(2026, 10, 1)),
        corrected: false,
    }
}

fn document(bills: Vec<Bill>) -> Document {
    let today = date(2026, 11, 21);
    let material = Material {
        year: 2026,
        persons: seen(&claims(), today),
        bills,
        delivered: Some(Delivered {
            since: Month::new(2025, 1).unwrap(),
            until: Month::new(2026, 9).unwrap(),
        }),
        revision: 3,
        today,
    };
    let year = Year::of(material, Filter::default(), &Calendar::default());
    Document::of(&year, &claims(), NOW)
}

fn run(program: &str, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap_or_else(|error| panic!("{program}: {error}"));
    running.stdin.take().unwrap().write_all(input).unwrap();
    running.wait_with_output().unwrap()
}

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new(key: &SigningKey) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key.pem"), key.public_pem()).unwrap();
        Self { folder }
    }

    /// What an XML signature's reader says, given the published key.
    fn verifies(&self, kid: &str, xml: &str) -> bool {
        let path = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("notice.xml"), xml).unwrap();
        let key = format!("--pubkey-pem:{kid}");
        run("xmlsec1", &["--verify", &key, &path("key.pem"), &path("notice.xml")], b"").status.success()
    }

    fn fits_the_schema(&self, xml: &str) -> Output {
        let path = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("notice.xml"), xml).unwrap();
        let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/medical-cost-notice.xsd");
        run("xmllint", &["--noout", "--nonet", "--schema", schema, &path("notice.xml")], b"")
    }
}

async fn key() -> SigningKey {
    let trial = Trial::sqlite().await.unwrap();
    trial.db.migrate(&MIGRATIONS).await.unwrap();
    let mut cx = Cx::seeded(NOW, 1);
    let ring = Ring::generate(&mut cx);
    SigningKey::open(&trial.db, &ring, &mut cx).await.unwrap()
}

#[tokio::test]
async fn a_signature_is_verified_by_the_published_key_and_by_no_other_content() {
    let key = key().await;
    let files = Files::new(&key);
    let hostile = "a&b</Treatment><!-- x -->\"'>]]>\u{a0}𠮷〜\tb";
    for bills in [
        vec![],
        vec![bill("A1", 9, "例町病院")],
        vec![bill("A1", 9, hostile), bill("A2", 1, ""), bill("A2", 1, " 空白 ")],
    ] {
        let signed = xml(&document(bills), &key).unwrap();
        assert!(files.verifies(key.kid(), &signed), "{signed}");
        let fits = files.fits_the_schema(&signed);
        assert!(fits.status.success(), "{}", String::from_utf8_lossy(&fits.stderr));
        let raised = signed.replacen("<Revision>3<", "<Revision>4<", 1);
        assert_ne!(raised, signed);
        assert!(!files.verifies(key.kid(), &raised));
    }
    let signed = xml(&document(vec![bill("A1", 9, "例町病院")]), &key).unwrap();
    let cheaper = signed.replace("<AmountPaid>66252<", "<AmountPaid>96252<");
    assert!(cheaper != signed && !files.verifies(key.kid(), &cheaper));
}

#[tokio::test]
async fn of_nodes_that_make_the_first_key_together_all_take_the_same() {
    for trial in Trial::both().await.unwrap() {
        trial.db.migrate(&MIGRATIONS).await.unwrap();
        let ring = Ring::generate(&mut Cx::seeded(NOW, 1));
        assert_eq!(signing_keys::get(&trial.db).await.unwrap(), None);
        let opening: Vec<_> = (0..6)
            .map(|node| {
                let (db, ring) = (trial.db.clone(), ring.clone());
                tokio::spawn(async move {
                    SigningKey::open(&db, &ring, &mut Cx::seeded(NOW, node)).await.unwrap().kid().to_owned()
                })
            })
            .collect();
        let mut kids = Vec::new();
        for opened in opening {
            kids.push(opened.await.unwrap());
        }
        kids.dedup();
        assert_eq!(kids.len(), 1);
        let other = StoredKey { kid: "other".into(), body: vec![1], public_key: vec![2] };
        let kept = signing_keys::put_first(&trial.db, &other, NOW).await.unwrap();
        assert_eq!(kept.kid, kids[0]);
        let stranger = Ring::generate(&mut Cx::seeded(NOW, 9));
        let refused = SigningKey::open(&trial.db, &stranger, &mut Cx::seeded(NOW, 9)).await;
        assert!(matches!(
            refused,
            Err(signing::Error::Rows(rows::Error::Damaged { table: "signing_keys", .. }))
        ));
    }
}

fn text_of(pdf: &[u8]) -> String {
    assert!(pdf.starts_with(b"%PDF-"));
    String::from_utf8(run("pdftotext", &["-layout", "-", "-"], pdf).stdout).unwrap()
}

#[test]
fn the_paper_for_the_tax_office_has_the_six_legal_items_and_no_numbers_of_the_insured() {
    let fonts = Fonts::read(&Settings::default()).unwrap();
    let document = document(vec![bill("A1", 9, "例町病院"), bill("A2", 1, "髙﨑𠮷クリニック")]);
    let tax = text_of(&year_paper(&fonts, &document, Layout::Tax).unwrap());
    for item in [
        "健保 翔子",
        "2026年9月",
        "健保 純一",
        "例町病院",
        "髙﨑𠮷クリニック",
        "66,252",
        "青葉健康保険組合",
        "2026年1月～2026年9月",
    ] {
        assert!(tax.contains(item), "{item}: {tax}");
    }
    for hidden in ["200001", "06999015", "記号・番号 "] {
        assert!(!tax.contains(hidden), "{hidden}: {tax}");
    }
    let own = text_of(&year_paper(&fonts, &document, Layout::Own).unwrap());
    for item in ["91・200001", "医科入院", "193,570", "127,318", "高額療養費", "76,768円", "132,504円"]
    {
        assert!(own.contains(item), "{item}: {own}");
    }
}

#[test]
fn a_year_of_many_visits_goes_over_several_sheets_and_one_without_any_says_so() {
    let fonts = Fonts::read(&Settings::default()).unwrap();
    let visit =
        |visit: u8| bill("A1", 1 + i8::try_from(visit % 9).unwrap(), &format!("見本クリニック{visit}"));
    let bills = (0..200).map(visit).collect();
    let many = text_of(&year_paper(&fonts, &document(bills), Layout::Own).unwrap());
    assert!(many.matches('\u{c}').count() > 3 && many.contains("見本クリニック199"));
    let none = text_of(&year_paper(&fonts, &document(vec![]), Layout::Tax).unwrap());
    assert!(none.contains("受診の知らせはありません") && none.contains("2026年10月分から"), "{none}");
}

#[test]
fn the_notice_of_eligibility_information_says_what_is_on_record_and_what_it_is_not() {
    let fonts = Fonts::read(&Settings::default()).unwrap();
    let notice = Eligibility::of(&claims(), date(2026, 11, 21)).unwrap();
    let text = text_of(&eligibility_paper(&fonts, &notice, NOW).unwrap());
    for item in [
        "200001",
        "06999015",
        "ケンポ ショウコ",
        "平成12年（2000年）1月21日",
        "2割",
        "このお知らせだけでは受診できません",
    ] {
        assert!(text.contains(item), "{item}: {text}");
    }
}
