//! Mailed links, opened here and elsewhere: what was only typed before is proven again, and who opens a stranger's
//! link learns nothing.

use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::steps::email_link::{Of, Proof};
use sekisho_domain::journey::{Challenge, Kind, Notice, Progress, Reason, Refusal, Turn};

use super::kaede;
use super::sample::but;
use super::sora;
use super::turns::{arrives, ends, goes_on, stays};
use super::walker::{Sent, Walker};

fn proof(progress: &Progress) -> Option<Proof> {
    match &progress.challenge {
        Challenge::EmailLink(challenge) => challenge.proof,
        _ => None,
    }
}

#[test]
fn opened_elsewhere_with_nothing_but_an_address_typed_the_way_goes_on_there() {
    let mut walker = sora::walker(Kind::Enrol);
    let progress = sora::to_first_link(&mut walker);
    let progress = goes_on(walker.open(progress, true));
    assert_eq!(progress.at, 2);
    assert!(progress.is_moved());
    assert_eq!(progress.request, None, "the request is sealed for the browser that was left");
    assert!(progress.client.is_some(), "whose portal it was is known still");
}

#[test]
fn opened_here_the_way_goes_on_with_its_request() {
    let mut walker = kaede::walker(Kind::Activate);
    let progress = kaede::activating(&mut walker);
    let progress = goes_on(walker.open(progress, false));
    assert!(!progress.is_moved());
    assert_eq!(progress.request.as_deref(), Some("sealed"));
}

#[test]
fn the_key_of_the_screen_is_asked_wherever_the_link_is_opened() {
    for elsewhere in [false, true] {
        let mut walker = sora::walker(Kind::Enrol);
        let progress = sora::to_second_link(&mut walker);
        let key = sora::key(&progress);
        assert!(key.len() == 6 && key.bytes().all(|byte| byte.is_ascii_digit()), "{key}");
        let progress = stays(walker.open(progress, elsewhere));
        assert_eq!(proof(&progress), Some(Proof { of: Of::Key, elsewhere }));
        assert_eq!(progress.is_moved(), elsewhere);
        assert_eq!(walker.refused(&progress, &[]), [Refusal::at("auth_key", Reason::Empty)]);
        let mut wrong = progress.clone();
        for left in [4, 3, 2, 1] {
            wrong = walker.again(wrong, &[("auth_key", "000000")]);
            assert_eq!(wrong.refusals, [Refusal::at("auth_key", Reason::KeyWrong { left })]);
        }
        assert_eq!(walker.over(wrong, &[("auth_key", "000000")]), Reason::StartAgain);
        let wide: String = key.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        let progress = walker.onward(progress, &[("auth_key", &wide)]);
        assert_eq!((progress.at, progress.is_moved()), (4, elsewhere));
    }
}

#[test]
fn opened_elsewhere_the_chosen_password_is_asked_again() {
    let mut walker = kaede::walker(Kind::Enrol);
    let progress = kaede::enrolling(&mut walker);
    let progress = stays(walker.open(progress, true));
    assert_eq!(proof(&progress), Some(Proof { of: Of::Password, elsewhere: true }));
    let refusals = walker.refused(&progress, &[("password", "nagai yoru no hosh")]);
    assert_eq!(refusals, [Refusal::at("password", Reason::ProofWrong { left: 4 })]);
    let refusals = walker.refused(&progress, &[("password", " nagai yoru no hoshi")]);
    assert_eq!(refusals, [Refusal::at("password", Reason::ProofWrong { left: 4 })], "nothing is trimmed");
    let evidence = arrives(walker.send(progress, &[("password", "nagai yoru no hoshi")]));
    assert!(walker.registered(&evidence).is_some());
}

#[test]
fn opened_elsewhere_with_no_password_chosen_yet_the_birth_date_is_asked() {
    let mut walker = kaede::walker(Kind::Activate);
    let progress = kaede::activating(&mut walker);
    let progress = stays(walker.open(progress, true));
    assert_eq!(proof(&progress), Some(Proof { of: Of::BirthDate, elsewhere: true }));
    for (typed, reason) in [
        ("", Reason::Empty),
        ("yesterday", Reason::DateShape),
        ("2000-01-22", Reason::ProofWrong { left: 4 }),
    ] {
        assert_eq!(walker.refused(&progress, &[("birth_date", typed)]), [Refusal::at("birth_date", reason)]);
    }
    for typed in ["20000121", "平成12年1月21日", "２０００／１／２１"] {
        let progress = walker.onward(progress.clone(), &[("birth_date", typed)]);
        assert_eq!(progress.at, 5);
        assert!(progress.is_moved());
    }
}

#[test]
fn who_began_with_somebody_elses_address_gets_nowhere_by_any_act() {
    let mut walker = kaede::walker(Kind::Enrol);
    let mut progress = kaede::enrolling(&mut walker);
    for act in ["", "other", "resend"] {
        progress = stays(walker.send(progress, &[("do", act), ("password", "x"), ("auth_key", "000000")]));
        assert_eq!(progress.at, 4, "{act}");
    }
    let mut walker = sora::walker(Kind::Enrol);
    let waiting = sora::to_second_link(&mut walker);
    let key = sora::key(&waiting);
    let waiting = stays(walker.send(waiting, &[("auth_key", &key)]));
    assert_eq!((waiting.at, proof(&waiting)), (3, None), "the key alone, without the mail, opens nothing");
}

#[test]
fn who_opens_a_strangers_link_learns_nothing_and_gets_nowhere_without_the_proof() {
    type Begin = fn(&mut Walker) -> Progress;
    let walks: [(Kind, Begin, &str); 2] =
        [(Kind::Enrol, kaede::enrolling, "password"), (Kind::Activate, kaede::activating, "birth_date")];
    for (kind, begin, control) in walks {
        let mut walker = kaede::walker(kind);
        let progress = begin(&mut walker);
        let mut progress = stays(walker.open(progress, true));
        assert_eq!((progress.refusals.len(), progress.draft.clone()), (0, super::sample::form(&[])));
        for act in ["back", "resend", "other"] {
            let (at, evidence) = (progress.at, progress.evidence.len());
            progress = stays(walker.send(progress, &[("do", act)]));
            assert_eq!((progress.at, progress.evidence.len()), (at, evidence), "{act}");
            assert_eq!(progress.refusals, [Refusal::at(control, Reason::Empty)], "{act}");
        }
        // Opening it once more does not take the question away.
        for elsewhere in [true, false] {
            progress = stays(walker.open(progress, elsewhere));
            assert!(proof(&progress).is_some_and(|proof| proof.elsewhere));
        }
        for left in [4, 3, 2, 1] {
            progress = walker.again(progress, &[(control, "19011111")]);
            assert_eq!(progress.refusals, [Refusal::at(control, Reason::ProofWrong { left })]);
        }
        assert_eq!(walker.over(progress, &[(control, "19011111")]), Reason::StartAgain);
    }
}

#[test]
fn a_key_page_that_is_opened_elsewhere_after_all_counts_as_moved() {
    let mut walker = sora::walker(Kind::Enrol);
    let progress = sora::to_second_link(&mut walker);
    let key = sora::key(&progress);
    let progress = stays(walker.open(progress, false));
    let progress = walker.again(progress, &[("auth_key", "000000")]);
    let progress = stays(walker.open(progress, true));
    assert_eq!(proof(&progress), Some(Proof { of: Of::Key, elsewhere: true }));
    let Challenge::EmailLink(challenge) = &progress.challenge else { panic!("no link") };
    assert_eq!(challenge.failures, 1);
    let progress = walker.onward(progress, &[("auth_key", &key)]);
    assert!(progress.is_moved());
}

#[test]
fn another_mail_waits_longer_each_time_and_four_is_all() {
    let mut walker = kaede::walker(Kind::Activate);
    let mut progress = kaede::activating(&mut walker);
    let mut tokens = vec![];
    for pause in [60, 120, 240, 480] {
        walker.later(pause - 1);
        let early = [Refusal::page(Reason::ResendEarly { seconds: 1 })];
        assert_eq!(walker.refused(&progress, &[("do", "resend")]), early, "{pause}");
        walker.later(1);
        progress = walker.again(progress, &[("do", "resend")]);
        assert_eq!(progress.notice, Some(Notice::Resent));
    }
    walker.later(86_400);
    assert_eq!(walker.over(progress, &[("do", "resend")]), Reason::StartAgain);
    for sent in &walker.sent {
        let Sent::Link { token, .. } = sent else { panic!("only links are mailed") };
        assert!(!tokens.contains(token), "each link is another");
        tokens.push(token.clone());
    }
    assert_eq!(tokens.len(), 5);
}

#[test]
fn a_link_opens_nothing_at_a_step_that_waits_for_none() {
    let mut walker = kaede::walker(Kind::Activate);
    let waiting = kaede::activating(&mut walker);
    let back = walker.again(waiting, &[("do", "back")]);
    assert!(matches!(walker.open(back, false), Turn::Over(..)));
}

#[test]
fn a_link_of_an_earlier_address_does_not_prove_one_that_is_known() {
    let mut walker = kaede::walker(Kind::Enrol);
    let progress = kaede::enrolling(&mut walker);
    let back = walker.again(progress, &[("do", "back")]);
    let back = walker.again(back, &[("do", "back")]);
    walker.owners.insert("victim@example.jp".to_owned(), sekisho_domain::journey::Owner::Member);
    let typed = [
        ("email", "victim@example.jp"),
        ("email_again", "victim@example.jp"),
        ("password", "nagai yoru no hoshi"),
        ("password_again", "nagai yoru no hoshi"),
    ];
    let progress = walker.onward(back, &typed);
    let progress = walker.onward(progress, &[]);
    assert_eq!(ends(walker.open(progress.clone(), false)), Reason::StartAgain);
    assert_eq!(ends(walker.open(progress, true)), Reason::StartAgain);
}

#[test]
fn a_progress_that_was_moved_says_so_and_others_do_not() {
    let mut walker = sora::walker(Kind::Enrol);
    let progress = sora::to_first_link(&mut walker);
    assert!(!progress.is_moved());
    let progress = goes_on(walker.open(progress, true));
    let claim = walker.again(progress, &[("do", "other")]);
    let wrong = walker.again(claim.clone(), &but(sora::SHOKO, "birth_date", "20000122"));
    assert!(wrong.is_moved());
    let progress = walker.onward(claim, sora::SHOKO);
    assert!(progress.is_moved());
    assert!(matches!(progress.evidence[1], Evidence::EmailLink(ref link) if link.elsewhere));
}
