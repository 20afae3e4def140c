//! Ways that lead nowhere: what one part of the file asks for and no other gives.

use sekisho_domain::account::NameKind;
use sekisho_domain::insurer::{Forgot, Insurer};
use sekisho_domain::journey::steps::credentials::Field;
use sekisho_domain::journey::steps::identity;
use sekisho_domain::journey::{Fact, Journey, Step};

use super::report::Report;

/// Looks for ways that lead nowhere.
pub fn look(insurer: &Insurer, report: &mut Report) {
    second_factors(insurer, report);
    joining(insurer, report);
    given_ids(insurer, report);
    opt_ins(insurer, report);
    notices(insurer, report);
    ways_back(insurer, report);
    lifetimes(insurer, report);
    identities(insurer, report);
}

fn steps(insurer: &Insurer) -> impl Iterator<Item = &Step> {
    insurer.journeys().flat_map(Journey::steps)
}

/// Who registers must be able to sign in.
fn second_factors(insurer: &Insurer, report: &mut Report) {
    let asked = |step: &Step| matches!(step, Step::SecondFactor(_));
    if !insurer.login().steps().iter().any(asked) {
        return;
    }
    for journey in insurer.journeys().filter(|journey| journey.kind().registers()) {
        if !journey.steps().iter().any(|step| step.gives().contains(&Fact::SecondFactor)) {
            report.fault(format!(
                "journeys.login asks for a second factor, which journeys.{} does not set up",
                journey.kind().as_str()
            ));
        }
    }
}

/// A member of another insurer must be able to add this one.
fn joining(insurer: &Insurer, report: &mut Report) {
    if let Err(error) = insurer.join(Fact::OF_AN_ACCOUNT) {
        report.fault(format!("journeys.enrol: who has an account elsewhere cannot join: {error}"));
    }
}

fn given_ids(insurer: &Insurer, report: &mut Report) {
    let Some(given) = &insurer.given_ids else { return };
    let offered = |step: &Step| matches!(step, Step::Identity(rule) if rule.given_id);
    if insurer.activate().is_none() && !steps(insurer).any(offered) {
        report.warn(
            "given_ids: no journey takes these IDs: add journeys.activate, or given_id to a step identity",
        );
    }
    if given.positions.is_empty() || given.classes.is_empty() {
        report.fault("given_ids: nobody has one: name at least one position and one class");
    }
    report.notes.push(format!(
        "IDs of the form {} are reserved: nobody may choose one, and no other insurer gives out IDs that begin with {}",
        given.template,
        given.template.prefix()
    ));
}

fn opt_ins(insurer: &Insurer, report: &mut Report) {
    let asked = |step: &Step| matches!(step, Step::Credentials(rule) if rule.fields.contains(&Field::OptIns));
    if !insurer.opt_ins.is_empty() && !steps(insurer).any(asked) {
        let titles: Vec<&str> = insurer.opt_ins.iter().map(|opt_in| opt_in.title.ja.as_str()).collect();
        report.notes.push(format!(
            "opt_ins: chosen at the account, no registration asks for them ({})",
            titles.join("、")
        ));
    }
    for (index, opt_in) in insurer.opt_ins.iter().enumerate() {
        if insurer.opt_ins.iter().take(index).any(|earlier| earlier.id == opt_in.id) {
            report.fault(format!("opt_in {}: stands in the file twice", opt_in.id));
        }
    }
}

fn notices(insurer: &Insurer, report: &mut Report) {
    for notice in insurer.all_notices() {
        if let (Some(from), Some(until)) = (notice.from, notice.until)
            && until < from
        {
            report.fault(format!("notice of {}: is never shown: it ends before it begins", notice.date));
        }
    }
}

/// Who can forget an ID needs a way back.
fn ways_back(insurer: &Insurer, report: &mut Report) {
    let only_address = insurer.sign_in.names.iter().all(|name| *name == NameKind::Email);
    match insurer.sign_in.forgot {
        Forgot::Password if !only_address => {
            report
                .warn("sign_in.forgot: nothing helps who forgot their ID: say \"separate\" or \"combined\"");
        }
        Forgot::Separate | Forgot::Combined if only_address => {
            report.warn("sign_in.forgot: there is no ID to forget: people sign in with their address");
        }
        _ => {}
    }
}

/// Links are compared when the file is read; codes are not, since they end with their page.
fn lifetimes(insurer: &Insurer, report: &mut Report) {
    for journey in insurer.journeys() {
        for step in journey.steps() {
            if let Step::EmailCode(rule) = step
                && rule.code.valid() > insurer.lifetimes.journey()
            {
                report.warn(format!(
                    "lifetimes.journey_minutes: journeys.{} ends before its code by mail does",
                    journey.kind().as_str()
                ));
            }
        }
    }
}

fn identities(insurer: &Insurer, report: &mut Report) {
    for step in steps(insurer) {
        if let Step::Identity(rule) = step
            && !rule.fields.contains(&identity::Field::BirthDate)
        {
            report.warn("step identity: the date of birth is not asked: whoever sees a card can register");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn report(file: &str, changes: &[(&str, &str)]) -> Report {
        let mut report = Report::default();
        look(&sample::altered(file, changes), &mut report);
        report
    }

    const FACTOR: &str = "[[journeys.login]]\nstep = \"second_factor\"\n";
    const SETUP: &str = "[[journeys.enrol]]\nstep = \"setup_factor\"\nchoices = [\"sms\", \"totp\"]\n";

    #[test]
    fn the_samples_lead_everywhere() {
        for code in ["aoba", "minato", "kaede", "sora", "shinonome"] {
            let report = report(code, &[]);
            assert_eq!((report.faults, report.warnings), (Vec::new(), Vec::new()), "{code}");
        }
    }

    #[test]
    fn a_second_factor_that_nobody_sets_up_is_a_dead_end() {
        assert_eq!(
            report("minato", &[(SETUP, "")]).faults,
            ["journeys.login asks for a second factor, which journeys.enrol does not set up"]
        );
        let asked = [(
            "[[journeys.login]]\nstep = \"password\"\n",
            &*format!("[[journeys.login]]\nstep = \"password\"\n\n{FACTOR}"),
        )];
        assert_eq!(report("kaede", &asked).faults.len(), 2);
    }

    #[test]
    fn ids_that_no_journey_takes_are_doubtful() {
        let unused = [("given_id = true\n", "")];
        assert_eq!(
            report("sora", &unused).warnings,
            ["given_ids: no journey takes these IDs: add journeys.activate, or given_id to a step identity"]
        );
        assert!(
            report("sora", &[]).notes[0].ends_with("no other insurer gives out IDs that begin with sora-")
        );
    }

    #[test]
    fn mails_that_no_registration_asks_for_are_named() {
        let silent = [(", \"opt_ins\"]", "]")];
        let notes = report("kaede", &silent).notes;
        assert!(notes.iter().any(|note| note.starts_with("opt_ins: chosen at the account")), "{notes:?}");
        let twice = [("id = \"events\"", "id = \"health-news\"")];
        assert_eq!(report("kaede", &twice).faults, ["opt_in health-news: stands in the file twice"]);
    }

    #[test]
    fn a_notice_is_shown_on_some_day() {
        let never = [("until = \"2027-03-31\"", "until = \"2026-10-31\"")];
        assert_eq!(
            report("shinonome", &never).faults,
            ["notice of 2026-11-01: is never shown: it ends before it begins"]
        );
    }

    #[test]
    fn who_forgets_an_id_finds_help() {
        let stuck = [("forgot = \"combined\"", "forgot = \"password\"")];
        assert!(report("sora", &stuck).warnings[0].starts_with("sign_in.forgot: nothing helps"));
        let idle = [("[sign_in]", "[sign_in]\nforgot = \"separate\"")];
        assert!(report("aoba", &idle).warnings[0].starts_with("sign_in.forgot: there is no ID"));
    }

    #[test]
    fn a_registration_outlives_its_codes() {
        let short = [
            ("[name]", "[lifetimes]\njourney_minutes = 35\n\n[name]"),
            ("valid_seconds = 1800", "valid_seconds = 2400"),
        ];
        assert_eq!(
            report("shinonome", &short).warnings,
            ["lifetimes.journey_minutes: journeys.enrol ends before its code by mail does"]
        );
    }

    #[test]
    fn numbers_and_a_name_alone_are_doubtful() {
        let bare = [(", \"kana_name\", \"birth_date\"]", ", \"kana_name\"]")];
        assert!(
            report("sora", &bare).warnings[0].starts_with("step identity: the date of birth is not asked")
        );
    }
}
