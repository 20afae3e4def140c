//! Journeys in words: what each step asks, how long things live, how often they may be tried.

use std::fmt::Write as _;
use std::time::Duration;

use sekisho_domain::account::NameKind;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::insurer::{AfterEnrol, Insurer, Pages};
use sekisho_domain::journey::steps::{credentials, email_code, email_link, identity, terms};
use sekisho_domain::journey::{Kind, Step, code};
use sekisho_domain::member::BirthDateOf;

/// The journeys of an insurer, a line for each step.
pub fn of(insurer: &Insurer) -> Vec<String> {
    let mut lines = Vec::new();
    for journey in insurer.journeys() {
        lines.push(heading(insurer, journey.kind()));
        for (index, step) in journey.steps().iter().enumerate() {
            let before = journey.steps().get(..index).unwrap_or_default();
            lines.push(format!("  {}. {}", index + 1, sentence(insurer, step, (journey.kind(), before))));
        }
    }
    let lives = &insurer.lifetimes;
    lines.push(format!(
        "A registration may be interrupted for {}. A session ends after {} without use, and after {} in all.",
        span(lives.journey()),
        span(lives.session_idle()),
        span(lives.session())
    ));
    lines
}

fn heading(insurer: &Insurer, kind: Kind) -> String {
    let code = &insurer.code;
    let end = match insurer.after_enrol {
        AfterEnrol::SignedIn => "ends signed in",
        AfterEnrol::SignIn => "ends at the sign-in page",
    };
    match kind {
        Kind::Enrol => format!("Registration, at /signup?insurer={code}; {end}"),
        Kind::Activate => {
            format!("Registration with an ID that was given out, at /login?insurer={code}; {end}")
        }
        Kind::Login => format!("Sign-in, at /login?insurer={code}"),
        Kind::Join => "Joining with an account from elsewhere".to_owned(),
        Kind::Recover => format!("A new password, at /recover?insurer={code}; ends at the sign-in page"),
        Kind::LostFactor => {
            let hours = insurer.recovery.factor_delay_hours;
            format!(
                "A lost second factor, at /recover/factor?insurer={code}; the owner can object for {hours} hours"
            )
        }
        Kind::Restore => {
            "The new second factor, after that, by a mailed link; ends at the sign-in page".to_owned()
        }
        Kind::ChangeEmail => "Another e-mail address, at /account/email".to_owned(),
        Kind::ChangeFactor => "Another second factor, at /account/phone and /account/app".to_owned(),
    }
}

fn sentence(insurer: &Insurer, step: &Step, (kind, before): (Kind, &[Step])) -> String {
    match step {
        Step::Credentials(rule) => credentials(insurer, rule),
        Step::EmailCode(rule) => email_code(rule),
        Step::EmailLink(rule) => email_link(rule, before),
        Step::Identity(rule) => identity(insurer, rule),
        Step::GivenId(_) => format!(
            "Gives an ID of the form {}, and the date of birth (YYYYMMDD) as a temporary password.",
            template(insurer)
        ),
        Step::Terms(rule) => terms(insurer, rule, kind),
        Step::Confirm(_) => "Looks at everything once more, and corrects it or goes on.".to_owned(),
        Step::SetupFactor(rule) => {
            let kinds: Vec<&str> = rule
                .choices
                .iter()
                .map(|kind| match kind {
                    FactorKind::Sms => "SMS",
                    FactorKind::Totp => "an authenticator app",
                    other => other.as_str(),
                })
                .collect();
            let later = if rule.postpone { " It may be left for later." } else { "" };
            format!("Sets up a second factor: {}. By SMS {}.{later}", any(&kinds), code(&rule.code))
        }
        Step::Password(_) => {
            let names: Vec<&str> = insurer.sign_in.names.iter().map(|name| name_of(*name)).collect();
            let pages = match insurer.sign_in.pages {
                Pages::One => "on one page",
                Pages::Two => "on two pages",
            };
            format!("Gives {} and the password, {pages}.", any(&names))
        }
        Step::Account(_) => {
            "Gives the name of the account; mail goes to its proven address, or nowhere.".to_owned()
        }
        Step::ShowPassword(_) => "Shows the password once more.".to_owned(),
        Step::SecondFactor(rule) if rule.if_held => {
            format!("Shows the second factor, where there is one. By SMS {}.", code(&rule.code))
        }
        Step::SecondFactor(rule) => format!("Shows the second factor. By SMS {}.", code(&rule.code)),
    }
}

const fn name_of(kind: NameKind) -> &'static str {
    match kind {
        NameKind::Email => "the e-mail address",
        NameKind::Chosen => "the login ID of their own choice",
        NameKind::Given => "the ID that was given out",
    }
}

fn template(insurer: &Insurer) -> String {
    insurer.given_ids.as_ref().map(|given| given.template.to_string()).unwrap_or_default()
}

fn credentials(insurer: &Insurer, rule: &credentials::Rule) -> String {
    use credentials::{Field, Shown};
    let fields: Vec<String> = rule
        .fields
        .iter()
        .map(|field| match field {
            Field::Email if rule.email_from_record => {
                "an e-mail address, unless the member record has one, which is taken as it is".to_owned()
            }
            Field::Email if insurer.contacts.unique_email => {
                "an e-mail address that no other member uses".to_owned()
            }
            Field::Email => "an e-mail address".to_owned(),
            Field::EmailAgain => "the address again".to_owned(),
            Field::LoginId => "a login ID".to_owned(),
            Field::Password => {
                let policy = &insurer.password;
                format!("a password of {} to {} characters", policy.least, policy.most)
            }
            Field::PasswordAgain => "the password again".to_owned(),
            Field::Nickname => "a nickname".to_owned(),
            Field::OptIns => {
                let titles: Vec<&str> =
                    insurer.opt_ins.iter().map(|opt_in| opt_in.title.ja.as_str()).collect();
                format!("which mails to receive ({})", titles.join("、"))
            }
        })
        .collect();
    let shown: Vec<&str> = rule
        .shows
        .iter()
        .map(|shown| match shown {
            Shown::KanaName => "name in kana",
            Shown::BirthDate => "date of birth",
            Shown::LoginId => "ID",
            Shown::Email => "e-mail address",
        })
        .collect();
    let chosen = format!("Enters {}.", all(&fields));
    if shown.is_empty() { chosen } else { format!("{chosen} Sees {}.", all(&shown)) }
}

fn code(rule: &code::Rule) -> String {
    format!(
        "{} digits, good for {}, {} tries, another one after {}",
        rule.digits,
        span(rule.valid()),
        rule.tries,
        span(Duration::from_secs(rule.resend_seconds))
    )
}

fn email_code(rule: &email_code::Rule) -> String {
    let code = format!("Enters a code from a mail: {}.", code(&rule.code));
    if rule.one_at_a_time { format!("{code} Beginning anew ends the code.") } else { code }
}

fn email_link(rule: &email_link::Rule, before: &[Step]) -> String {
    let about = match rule.letter {
        email_link::Letter::Begin => "to begin",
        email_link::Letter::Proven => "to go on once the person was found",
        email_link::Letter::Activate => "to complete the registration",
        email_link::Letter::Reset => "to choose a new password",
    };
    let opened = format!("Opens a mailed link {about}: good for {}, on any device.", span(rule.valid()));
    let found = |step: &Step| matches!(step, Step::Identity(_) | Step::GivenId(_));
    let chosen = |step: &Step| matches!(step, Step::Credentials(rule) if rule.fields.contains(&credentials::Field::Password));
    let tries = rule.tries;
    if let Some(digits) = rule.key_digits {
        format!(
            "{opened} The screen shows a key of {digits} digits, which the link's page asks for: {tries} tries."
        )
    } else if before.iter().any(chosen) {
        format!("{opened} Elsewhere it asks for the chosen password: {tries} tries.")
    } else if before.iter().any(found) {
        format!("{opened} Elsewhere it asks for the person's date of birth: {tries} tries.")
    } else {
        opened
    }
}

fn identity(insurer: &Insurer, rule: &identity::Rule) -> String {
    use identity::{Card, Field};
    let fields: Vec<&str> = rule
        .fields
        .iter()
        .map(|field| match field {
            Field::InsurerCode => "the insurer's code word",
            Field::Symbol => "symbol",
            Field::Number => "number",
            Field::Branch => "branch (may be left empty)",
            Field::SymbolNumberBranch => "symbol, number and branch in one",
            Field::InsurerNumber => "the insurer's number",
            Field::FamilyName => "family name in kana",
            Field::GivenName => "given name in kana",
            Field::KanaName => "name in kana",
            Field::BirthDate if insurer.proofing.birth_date_of == BirthDateOf::Insured => {
                "the insured person's date of birth"
            }
            Field::BirthDate => "date of birth",
        })
        .collect();
    let mut words = format!("Is found in the records by {}: {} tries.", all(&fields), rule.tries);
    if rule.given_id {
        let _ = write!(
            words,
            " Who has an ID of the form {} may give that and the date of birth instead.",
            template(insurer)
        );
    }
    if let Some(document) = &rule.consent {
        let _ = write!(words, " The button accepts {}.", title(insurer, document, ""));
    }
    if rule.cards.contains(&Card::Paper) {
        words += " Pictures show a plastic card and one of paper.";
    }
    words
}

fn terms(insurer: &Insurer, rule: &terms::Rule, kind: Kind) -> String {
    let titles: Vec<String> = rule
        .documents
        .iter()
        .map(|id| title(insurer, id, if rule.scroll_gate.contains(id) { ", read to its end" } else { "" }))
        .collect();
    let when = if kind == Kind::Login { " Each version once." } else { "" };
    format!("Accepts {}.{when}", all(&titles))
}

fn title(insurer: &Insurer, id: &str, how: &str) -> String {
    insurer.document(id).map_or_else(
        || id.to_owned(),
        |document| format!("「{}」 ({}{how})", document.title.ja, document.version),
    )
}

fn all<S: AsRef<str>>(parts: &[S]) -> String {
    listed(parts, " and ")
}

fn any<S: AsRef<str>>(parts: &[S]) -> String {
    listed(parts, " or ")
}

fn listed<S: AsRef<str>>(parts: &[S], last: &str) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match parts.split_last() {
        Some((end, start)) if !start.is_empty() => format!("{}{last}{end}", start.join(", ")),
        Some((only, _)) => (*only).to_owned(),
        None => "nothing".to_owned(),
    }
}

/// A time in the largest unit that leaves no rest.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (count, unit) = match seconds {
        0 => (0, "second"),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}
