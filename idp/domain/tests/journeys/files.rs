//! Insurers' files: what is refused, and how it is said.

use jiff::civil::date;
use sekisho_domain::insurer::{Insurer, Insurers};
use sekisho_domain::journey::{Journey, Kind, Step};

use super::sample::{AOBA, KAEDE, MINATO, SHINONOME, SORA, insurer, parse};

/// The refusal of a file with one text replaced, which must be there.
fn refused(file: &str, from: &str, to: &str) -> String {
    assert!(file.contains(from), "there is no {from}");
    parse(&file.replacen(from, to, 1)).err().unwrap_or_else(|| panic!("{from} may be {to}"))
}

#[test]
fn all_files_are_read_and_stand_beside_each_other() {
    let all = [AOBA, MINATO, KAEDE, SORA, SHINONOME].map(insurer);
    let insurers = Insurers::new(all.to_vec()).unwrap();
    assert_eq!(insurers.iter().count(), 5);
    assert!(insurers.only().is_none());
    assert_eq!(insurers.reserving("7132-091200001").unwrap().code.as_str(), "kaede");
    assert_eq!(insurers.reserving("sora-09120000100").unwrap().code.as_str(), "sora");
    for free in ["7132-09120000", "sora-0912000010", "7132", "sora-fan", "shoko@example.jp"] {
        assert!(insurers.reserving(free).is_none(), "{free}");
    }
}

#[test]
fn rules_survive_their_row_and_are_known_by_their_digest() {
    for file in [AOBA, MINATO, KAEDE, SORA, SHINONOME] {
        for journey in insurer(file).journeys() {
            let kept = Journey::from_rules(journey.kind(), &journey.rules()).unwrap();
            assert_eq!(&kept, journey);
            assert_eq!(kept.digest(), journey.digest());
            assert!(journey.steps().iter().map(Step::word).all(|word| !word.is_empty()));
        }
    }
    assert!(Journey::from_rules(Kind::Enrol, "[]").is_err());
    assert!(Journey::from_rules(Kind::Enrol, "no rules").is_err());
    let login = insurer(KAEDE).login().rules();
    assert!(Journey::from_rules(Kind::Enrol, &login).is_err(), "one kind's rules are no other's");
}

#[test]
fn texts_do_not_change_what_rules_are_known_by() {
    let renamed = KAEDE.replacen("楓健康保険組合", "かえで健康保険組合", 1);
    assert_eq!(insurer(&renamed).enrol().digest(), insurer(KAEDE).enrol().digest());
    let other = KAEDE.replacen("tries = 5", "tries = 4", 1);
    assert_ne!(insurer(&other).enrol().digest(), insurer(KAEDE).enrol().digest());
}

#[test]
fn unknown_keys_are_refused_in_every_table() {
    for (file, from, to) in [
        (AOBA, "code = \"aoba\"", "code = \"aoba\"\ncolour = \"red\""),
        (AOBA, "[name]", "[name]\nfr = \"Aoba\""),
        (AOBA, "[office]", "[office]\nfax = \"03\""),
        (AOBA, "[lifetimes]", "[lifetimes]\njourney_days = 1"),
        (AOBA, "[household]", "[household]\nall_see_all = true"),
        (AOBA, "owner = \"insurer\"", "owner = \"insurer\"\nlawyer = \"x\""),
        (AOBA, "digits = 6,", "digits = 6, letters = 2,"),
        (AOBA, "step = \"credentials\"", "step = \"credentials\"\nfield = []"),
        (AOBA, "step = \"password\"", "step = \"password\"\nleast = 1"),
        (AOBA, "step = \"identity\"", "step = \"identity\"\nhint = \"x\""),
        (AOBA, "step = \"setup_factor\"", "step = \"setup_factor\"\nskip = true"),
        (KAEDE, "[sign_in]", "[sign_in]\nthree = 3"),
        (KAEDE, "\n[given_ids]", "\n[given_ids]\nprefix = \"x\""),
        (KAEDE, "[[opt_ins]]", "[[opt_ins]]\ndefault = true"),
        (KAEDE, "step = \"given_id\"", "step = \"given_id\"\ntries = 3"),
        (KAEDE, "step = \"confirm\"", "step = \"confirm\"\nskip = true"),
        (KAEDE, "step = \"email_link\"", "step = \"email_link\"\nsubject = \"x\""),
        (KAEDE, "step = \"terms\"", "step = \"terms\"\nskip = true"),
        (SORA, "[contacts]", "[contacts]\nunique_phone = true"),
        (SORA, "[journeys]", "[journeys]\nbefore_enrol = \"x\""),
        (SHINONOME, "[[notices]]", "[[notices]]\ncolour = \"red\""),
        (SHINONOME, "[proofing]", "[proofing]\nkana_of = \"insured\""),
    ] {
        let refusal = refused(file, from, to);
        assert!(refusal.contains("unknown field"), "{to}: {refusal}");
    }
    let word = refused(AOBA, "step = \"identity\"", "step = \"identify\"");
    assert!(word.contains("unknown variant"), "{word}");
}

#[test]
fn values_that_mean_nothing_are_refused() {
    for (file, from, to, reason) in [
        (AOBA, "06999015", "06999016", "check digit"),
        (AOBA, "seal = \"青葉\"", "seal = \"\"", "a seal has one to four characters"),
        (AOBA, "seal = \"青葉\"", "seal = \"青葉健康保\"", "a seal has one to four characters"),
        (AOBA, "oshirase@aoba.example.jp", "oshirase", "oshirase is no e-mail address"),
        (AOBA, "madoguchi@aoba.example.jp", "madoguchi@", "madoguchi@ is no e-mail address"),
        (KAEDE, "pages = 2", "pages = 3", "sign_in.pages is 1 or 2"),
        (KAEDE, "forgot = \"separate\"", "forgot = \"never\"", "unknown variant"),
        (KAEDE, "names = [\"given\", \"email\"]", "names = [\"phone\"]", "unknown variant"),
        (KAEDE, "7132-{symbol:0>3}", "71{symbol:0>3}", "begins with at least three characters"),
        (KAEDE, "{number:0>6}", "{number}", "a place is symbol, number or branch"),
        (KAEDE, "{number:0>6}", "{number:0>6", "a place is written"),
        (SORA, "after_enrol = \"sign_in\"", "after_enrol = \"party\"", "unknown variant"),
        (SHINONOME, "birth_date_of = \"insured\"", "birth_date_of = \"employer\"", "unknown variant"),
        (SHINONOME, "from = \"2026-11-01\"", "from = \"2026-11-31\"", "2026-11-31"),
    ] {
        let refusal = refused(file, from, to);
        assert!(refusal.contains(reason), "{to}: {refusal}");
    }
}

#[test]
fn what_no_part_can_see_alone_is_looked_at_together() {
    for (file, from, to, reason) in [
        (
            AOBA,
            "documents = [\"terms\", \"privacy\"]",
            "documents = [\"rules\"]",
            "step terms: there is no document \"rules\"",
        ),
        (
            KAEDE,
            "consent = \"inquiry\"",
            "consent = \"enquiry\"",
            "step identity: there is no document \"enquiry\"",
        ),
        (SHINONOME, "documents = [\"platform-terms\"]", "documents = [\"x\"]", "there is no document \"x\""),
        (
            SHINONOME,
            "step = \"identity\"",
            "step = \"identity\"\ngiven_id = true",
            "given_id needs the table [given_ids]",
        ),
        (
            KAEDE,
            "journey_minutes = 1500",
            "journey_minutes = 1439",
            "shorter than the 1440 minutes that mailed links of journey enrol promise",
        ),
        (
            SORA,
            "journey_minutes = 300",
            "journey_minutes = 209",
            "shorter than the 210 minutes that mailed links of journey enrol promise",
        ),
        (KAEDE, "names = [\"given\", \"email\"]", "names = [\"email\"]", "sign_in.names lacks \"given\""),
        (KAEDE, "names = [\"given\", \"email\"]", "names = [\"given\"]", "sign_in.names lacks \"email\""),
        (
            KAEDE,
            "names = [\"given\", \"email\"]",
            "names = [\"given\", \"email\", \"chosen\"]",
            "sign_in.names has \"chosen\"",
        ),
        (SORA, "names = [\"chosen\"]", "names = [\"email\"]", "sign_in.names lacks \"chosen\""),
    ] {
        let refusal = refused(file, from, to);
        assert!(refusal.contains(reason), "{to}: {refusal}");
        assert!(refusal.starts_with("file.toml: "), "{refusal}");
    }
    assert!(parse(&KAEDE.replacen("journey_minutes = 1500", "journey_minutes = 1440", 1)).is_ok());
}

#[test]
fn mails_to_choose_are_asked_for_where_there_are_some() {
    let asks = AOBA.replacen(
        "# fields = [\"email\", \"password\"]",
        "fields = [\"email\", \"password\", \"opt_ins\"]",
        1,
    );
    assert!(parse(&asks).is_ok());
    let from = asks.find("\n[[opt_ins]]").unwrap();
    let length = asks[from..].find("\n\n").unwrap();
    let without = format!("{}{}", &asks[..from], &asks[from + length..]);
    assert!(parse(&without).unwrap_err().contains("the file has no [[opt_ins]]"));
}

#[test]
fn an_activation_needs_the_ids_that_were_given_out() {
    let from = KAEDE.find("\n[given_ids]").unwrap();
    let length = KAEDE[from + 1..].find("\n[").unwrap();
    let without = format!("{}{}", &KAEDE[..from], &KAEDE[from + 1 + length..]);
    assert!(parse(&without).unwrap_err().contains("journey activate needs the table [given_ids]"));
}

#[test]
fn a_document_without_its_text_is_named_with_its_file() {
    let refused =
        Insurer::parse("kaede.toml", KAEDE, &|file| (file != "kaede-terms.en.md").then(|| "text".to_owned()));
    let refused = refused.unwrap_err().to_string();
    assert_eq!(refused, "kaede.toml: document terms: there is no file kaede-terms.en.md");
}

#[test]
fn insurers_with_one_code_one_number_or_overlapping_ids_are_refused() {
    let with = |file: &str, changes: &[(&str, &str)]| {
        let text = changes.iter().fold(file.to_owned(), |text, (from, to)| text.replace(from, to));
        insurer(&text)
    };
    let kaede = insurer(KAEDE);
    for (other, reason) in [
        (with(MINATO, &[("code = \"minato\"", "code = \"kaede\"")]), "two insurers have the code kaede"),
        (with(KAEDE, &[("code = \"kaede\"", "code = \"momiji\"")]), "have the same insurer number"),
        (
            with(SORA, &[("\"sora-{symbol", "\"7132-9{symbol")]),
            "kaede and sora give out IDs that begin alike",
        ),
        (with(SORA, &[("\"sora-{symbol", "\"713{symbol")]), "give out IDs that begin alike"),
    ] {
        let refused = Insurers::new(vec![kaede.clone(), other.clone()]).unwrap_err();
        assert!(refused.contains(reason), "{refused}");
        let refused = Insurers::new(vec![other, kaede.clone()]);
        assert!(refused.is_err(), "in either order");
    }
    assert!(Insurers::new(vec![kaede, with(SORA, &[("\"sora-{symbol", "\"7133-{symbol")])]).is_ok());
}

#[test]
fn notices_are_shown_by_day_newest_first() {
    let shinonome = insurer(SHINONOME);
    let titles = |day| shinonome.notices(day).map(|notice| notice.date).collect::<Vec<_>>();
    let (maintenance, browsers) = (date(2026, 11, 1), date(2026, 10, 1));
    assert_eq!(titles(date(2026, 10, 31)), [browsers]);
    assert_eq!(titles(date(2026, 11, 1)), [maintenance, browsers]);
    assert_eq!(titles(date(2027, 3, 31)), [maintenance, browsers]);
    assert_eq!(titles(date(2027, 4, 1)), [browsers]);
    assert_eq!(shinonome.all_notices().len(), 2);
    assert_eq!(insurer(AOBA).notices(date(2026, 11, 1)).count(), 0);
}
