//! Accounts that add a membership, or take a new one in place of one whose numbers ended (row B40).

use jiff::civil::date;
use sekisho_domain::email::Email;
use sekisho_domain::journey::{Fact, Journey, Kind, Reason, Refusal, Step, Turn, Unwalkable};
use sekisho_domain::member::{Class, Marks, Record, renews};

use super::sample::{AOBA, KAEDE, MINATO, SHINONOME, SORA, TODAY, but, form, haru, insurer, junichi, shoko};
use super::turns::words;
use super::walker::Walker;

const HARU: &[(&str, &str)] = &[
    ("symbol", "900"),
    ("number", "77"),
    ("insurer_number", "06999023"),
    ("kana_name", "すずき はる"),
    ("birth_date", "19700505"),
];
const BOTH: &[(&str, &str)] = &[("accept_privacy", "yes"), ("accept_terms", "yes")];

fn facts(with_second_factor: bool) -> Vec<Fact> {
    let mut facts = Fact::OF_AN_ACCOUNT.to_vec();
    if with_second_factor {
        facts.push(Fact::SecondFactor);
    }
    facts
}

#[test]
fn only_what_the_account_lacks_is_asked() {
    for (file, second_factor, steps) in [
        (AOBA, false, vec!["identity", "terms", "setup_factor"]),
        (AOBA, true, vec!["identity", "terms"]),
        (MINATO, true, vec!["identity", "terms"]),
        (KAEDE, false, vec!["identity", "terms"]),
        (SORA, false, vec!["identity"]),
        (SHINONOME, true, vec!["identity"]),
    ] {
        let journey = insurer(file).join(&facts(second_factor)).unwrap();
        assert_eq!(journey.kind(), Kind::Join);
        assert_eq!(journey.steps().iter().map(Step::word).collect::<Vec<_>>(), steps);
        let kept = Journey::from_rules(Kind::Join, &journey.rules()).unwrap();
        assert_eq!(kept, journey);
    }
}

#[test]
fn an_account_that_has_a_person_already_has_nothing_to_join_by() {
    let mut facts = facts(true);
    facts.push(Fact::Person);
    assert_eq!(
        insurer(SORA).join(&facts).err(),
        Some(Unwalkable::Ends { kind: Kind::Join, fact: Fact::Person })
    );
}

/// Somebody signed in who joins kaede.
fn joining(old: Option<Record>) -> Walker {
    let kaede = insurer(KAEDE);
    let journey = kaede.join(&facts(false)).unwrap();
    let people = [shoko(&kaede), junichi(&kaede), haru(&kaede)];
    let mut walker = Walker::on(kaede, journey).among(people);
    walker.holder.email = Some(Email::parse("haru@example.jp").unwrap());
    walker.holder.record = old;
    walker
}

#[test]
fn an_account_adds_a_membership_of_another_insurer() {
    let mut walker = joining(None);
    let session = walker.signed_in();
    let progress = walker.begin(session);
    assert_eq!(progress.at, 0);
    let progress = walker.onward(progress, HARU);
    let evidence = walker.arrived(progress, BOTH);
    assert_eq!(words(&evidence), ["signed_in", "identity", "terms"]);
    let joining = walker.joined(&evidence).unwrap();
    assert_eq!(joining.membership.person.as_str(), "P3");
    assert_eq!(joining.membership.insurer.as_str(), "kaede");
    assert!(joining.factors.is_empty() && joining.own_address.is_none());
    assert_eq!(joining.acceptances.len(), 3);
    assert!(walker.registered(&evidence).is_none(), "no second account comes into being");
}

#[test]
fn where_addresses_are_one_members_only_the_accounts_own_is_claimed() {
    let sora = insurer(SORA);
    let journey = sora.join(&facts(false)).unwrap();
    let shoko = shoko(&sora);
    let mut walker = Walker::on(sora, journey).among([shoko]);
    walker.holder.email = Some(Email::parse("shoko@example.jp").unwrap());
    let session = walker.signed_in();
    let progress = walker.begin(session);
    let evidence = walker.arrived(progress, &[("login_id", "sora-09120000100"), ("password", "20000121")]);
    let joining = walker.joined(&evidence).unwrap();
    assert_eq!(joining.own_address.unwrap().as_str(), "shoko@example.jp");
}

#[test]
fn who_was_found_and_is_bound_to_an_account_is_not_bound_to_another() {
    let mut walker = joining(None);
    walker.bound = vec!["P3".parse().unwrap()];
    let session = walker.signed_in();
    let progress = walker.begin(session);
    assert_eq!(walker.over(progress, HARU), Reason::Enrolled);
}

/// Haru before leaving: general cover under other numbers.
fn haru_before(lost_on: Option<jiff::civil::Date>) -> Record {
    Record {
        person: "P0".parse().unwrap(),
        symbol: Marks::new("091"),
        number: Marks::new("4567"),
        class: Class::General,
        lost_on,
        ..haru(&insurer(KAEDE))
    }
}

#[test]
fn b40_a_renewal_under_new_numbers_is_for_the_same_person_whose_cover_ended() {
    for (old, allowed) in [
        (haru_before(Some(date(2026, 11, 1))), true),
        (haru_before(Some(TODAY)), true),
        (haru_before(None), false),
        (haru_before(Some(date(2026, 12, 1))), false),
        (Record { birth_date: date(1970, 5, 6), ..haru_before(Some(date(2026, 11, 1))) }, false),
    ] {
        let mut walker = joining(Some(old.clone()));
        let session = walker.signed_in();
        let progress = walker.begin(session);
        if allowed {
            let progress = walker.onward(progress, HARU);
            assert_eq!(progress.at, 1);
        } else {
            let refusals = walker.refused(&progress, HARU);
            assert_eq!(refusals, [Refusal::page(Reason::NoMatch)], "{:?} {}", old.lost_on, old.birth_date);
        }
    }
}

#[test]
fn b40_a_record_that_names_the_old_numbers_may_follow_at_once() {
    let kaede = insurer(KAEDE);
    let born_otherwise = Record { birth_date: date(1970, 5, 6), ..haru_before(None) };
    for (former, old, allowed) in [
        ("091-4567", haru_before(None), true),
        ("０９１－４５６７", haru_before(None), true),
        ("0914567", haru_before(None), true),
        ("091-4568", haru_before(None), false),
        ("91-4567", haru_before(None), false),
        ("", haru_before(None), false),
        ("091-4567", born_otherwise, false),
    ] {
        let new = Record { former_marks: former.to_owned(), ..haru(&kaede) };
        assert_eq!(renews(&old, &new, TODAY), allowed, "{former}");
        let mut walker = joining(Some(old));
        walker.records = vec![new];
        let session = walker.signed_in();
        let progress = walker.begin(session);
        let turn = walker.send(progress, HARU);
        assert_eq!(matches!(turn, Turn::Onward(..)), allowed, "{former}");
    }
}

#[test]
fn other_tries_of_a_member_to_bind_somebody_else_are_counted_and_end_at_the_office() {
    let mut walker = joining(Some(haru_before(None)));
    let session = walker.signed_in();
    let mut progress = walker.begin(session);
    for _ in 0..4 {
        progress = walker.again(progress, HARU);
        assert_eq!(walker.done, ["record"], "the audit trail knows");
    }
    assert_eq!(walker.over(progress, &but(HARU, "number", "077")), Reason::NoMatchLast);
}

#[test]
fn nothing_leads_back_behind_the_session_that_joins() {
    let mut walker = joining(None);
    let session = walker.signed_in();
    let mut progress = walker.begin(session);
    for act in ["back", "other", "resend"] {
        progress = match walker.send(progress, &[("do", act)]) {
            Turn::Again(progress, _) => progress,
            _ => panic!("{act} is taken"),
        };
        assert_eq!((progress.at, words(&progress.evidence)), (0, vec!["signed_in".to_owned()]));
        assert_eq!(progress.draft, form(&[]));
    }
}

#[test]
fn a_session_is_not_taken_back_even_where_the_first_page_has_a_way_back() {
    let mut walker = joining(None);
    let confirm = insurer(KAEDE).enrol().steps().iter().find(|step| step.word() == "confirm").cloned();
    let steps = confirm.into_iter().chain(walker.journey.steps().iter().cloned()).collect();
    walker.journey = Journey::new(Kind::Join, steps).unwrap();
    let session = walker.signed_in();
    let progress = walker.begin(session);
    assert_eq!(walker.over(progress, &[("do", "back")]), Reason::StartAgain);
}
