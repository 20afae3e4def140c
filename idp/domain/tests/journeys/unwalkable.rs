//! Steps that make no journey are refused with a sentence that names the step.

use sekisho_domain::journey::{Journey, Kind, Step};

/// Steps written as in a file.
pub fn steps(text: &str) -> Vec<Step> {
    #[derive(serde::Deserialize)]
    struct File {
        steps: Vec<Step>,
    }
    let rules =
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| format!("{{ {line} }}"));
    let text = format!("steps = [{}]", rules.collect::<Vec<_>>().join(", "));
    toml::from_str::<File>(&text).unwrap_or_else(|error| panic!("{text}: {error}")).steps
}

fn refused(kind: Kind, text: &str) -> String {
    Journey::new(kind, steps(text)).err().unwrap_or_else(|| panic!("it can be walked: {text}")).to_string()
}

const IDENTITY: &str = "step = 'identity', fields = ['symbol', 'number', 'kana_name', 'birth_date']";

#[test]
fn a_step_whose_needs_nothing_gives_is_named() {
    for (kind, text, sentence) in [
        (
            Kind::Enrol,
            "step = 'email_code'",
            "step 1 (email_code) needs an e-mail address, which no step before it gives",
        ),
        (
            Kind::Enrol,
            "step = 'email_link', valid_minutes = 30, letter = 'begin'\nstep = 'credentials'",
            "step 1 (email_link) needs an e-mail address, which no step before it gives",
        ),
        (
            Kind::Enrol,
            "step = 'confirm'",
            "step 1 (confirm) needs an e-mail address, which no step before it gives",
        ),
        (
            Kind::Enrol,
            "step = 'credentials'\nstep = 'second_factor'",
            "step 2 (second_factor) needs an account, which no step before it gives",
        ),
        (
            Kind::Enrol,
            "step = 'credentials', fields = ['login_id', 'password']",
            "step 1 (credentials) needs a person found in the records, which no step before it gives",
        ),
        (
            Kind::Enrol,
            "step = 'credentials', email_from_record = true",
            "step 1 (credentials) needs a person found in the records, which no step before it gives",
        ),
        (
            Kind::Enrol,
            "step = 'credentials', shows = ['birth_date']",
            "step 1 (credentials) needs a person found in the records, which no step before it gives",
        ),
        (
            Kind::Enrol,
            "step = 'credentials', shows = ['email']",
            "step 1 (credentials) needs a proven e-mail address, which no step before it gives",
        ),
        (
            Kind::Enrol,
            "step = 'credentials', shows = ['login_id']",
            "step 1 (credentials) needs a name to sign in with, which no step before it gives",
        ),
        (
            Kind::Login,
            "step = 'second_factor'\nstep = 'password'",
            "step 1 (second_factor) needs an account, which no step before it gives",
        ),
    ] {
        assert_eq!(refused(kind, text), sentence);
    }
}

#[test]
fn a_journey_that_ends_without_what_it_is_for_is_refused() {
    let proven = "step = 'credentials'\nstep = 'email_code'";
    for (kind, text, sentence) in [
        (Kind::Enrol, "", "the journey ends without a proven e-mail address, which enrol must have"),
        (
            Kind::Enrol,
            proven,
            "the journey ends without a person found in the records, which enrol must have",
        ),
        (Kind::Enrol, IDENTITY, "the journey ends without a proven e-mail address, which enrol must have"),
        (
            Kind::Enrol,
            &format!("step = 'credentials'\n{IDENTITY}"),
            "the journey ends without a proven e-mail address, which enrol must have",
        ),
        (
            Kind::Enrol,
            &format!("step = 'credentials', fields = ['email']\nstep = 'email_code'\n{IDENTITY}"),
            "the journey ends without a first factor to sign in with, which enrol must have",
        ),
        (
            Kind::Enrol,
            &format!(
                "step = 'credentials', fields = ['email']\nstep = 'email_code'\nstep = 'credentials', fields = ['password']\n{IDENTITY}"
            ),
            "the journey ends without a name to sign in with, which enrol must have",
        ),
        (
            Kind::Activate,
            "step = 'given_id'\nstep = 'credentials', fields = ['email']",
            "the journey ends without a proven e-mail address, which activate must have",
        ),
        (Kind::Login, "", "the journey ends without an account, which login must have"),
        (
            Kind::Login,
            "step = 'terms', documents = ['terms']",
            "the journey ends without an account, which login must have",
        ),
        (
            Kind::Join,
            "step = 'setup_factor', choices = ['sms']",
            "the journey ends without a person found in the records, which join must have",
        ),
    ] {
        assert_eq!(refused(kind, text), sentence, "{text}");
    }
}

#[test]
fn a_rule_that_contradicts_itself_is_named_with_its_step() {
    let link = |rest: &str| format!("step = 'credentials'\nstep = 'email_link', letter = 'begin', {rest}");
    let code = |rest: &str| format!("step = 'credentials'\nstep = 'email_code', code = {{ {rest} }}");
    let identity = |fields: &str| format!("step = 'identity', fields = [{fields}]");
    for (text, sentence) in [
        ("step = 'credentials', fields = []".to_owned(), "step 1 (credentials): there is nothing to ask"),
        (
            "step = 'credentials', fields = ['email_again', 'password']".to_owned(),
            "step 1 (credentials): what is typed again must be typed once",
        ),
        (
            "step = 'credentials', fields = ['email', 'password_again']".to_owned(),
            "step 1 (credentials): what is typed again must be typed once",
        ),
        (
            format!("{IDENTITY}\nstep = 'credentials', fields = ['password'], email_from_record = true"),
            "step 2 (credentials): email_from_record needs email among the fields, for who has none in the records",
        ),
        (link("valid_minutes = 4"), "step 2 (email_link): links can be opened for 5 minutes to 7 days"),
        (link("valid_minutes = 10081"), "step 2 (email_link): links can be opened for 5 minutes to 7 days"),
        (link("valid_minutes = 30, key_digits = 5"), "step 2 (email_link): keys have 6 to 8 digits"),
        (link("valid_minutes = 30, key_digits = 9"), "step 2 (email_link): keys have 6 to 8 digits"),
        (link("valid_minutes = 30, tries = 0"), "step 2 (email_link): 1 to 10 tries"),
        (link("valid_minutes = 30, tries = 11"), "step 2 (email_link): 1 to 10 tries"),
        (code("digits = 5"), "step 2 (email_code): codes have 6 to 8 digits"),
        (code("valid_seconds = 59"), "step 2 (email_code): codes are good for 1 to 60 minutes"),
        (code("valid_seconds = 3601"), "step 2 (email_code): codes are good for 1 to 60 minutes"),
        (code("tries = 0"), "step 2 (email_code): codes may be tried 1 to 10 times"),
        (
            identity("'symbol', 'kana_name'"),
            "step 1 (identity): a person is found by symbol and number: both must be among the fields",
        ),
        (
            identity("'symbol', 'number', 'birth_date'"),
            "step 1 (identity): a person is confirmed by the kana of the name: it must be among the fields",
        ),
        (
            identity("'symbol', 'number', 'family_name'"),
            "step 1 (identity): a person is confirmed by the kana of the name: it must be among the fields",
        ),
        (
            identity("'symbol_number_branch', 'branch', 'kana_name'"),
            "step 1 (identity): symbol, number and branch are asked in one field or in several, not both",
        ),
        (format!("{IDENTITY}, tries = 11"), "step 1 (identity): 1 to 10 tries"),
        ("step = 'terms', documents = []".to_owned(), "step 1 (terms): there is no document to accept"),
        (
            "step = 'terms', documents = ['a'], scroll_gate = ['b']".to_owned(),
            "step 1 (terms): scroll_gate names a document that is not among the documents",
        ),
        (
            "step = 'setup_factor', choices = []".to_owned(),
            "step 1 (setup_factor): there is nothing to choose from",
        ),
        (
            "step = 'setup_factor', choices = ['recovery']".to_owned(),
            "step 1 (setup_factor): a second factor is set up by passkey, sms or totp",
        ),
    ] {
        assert_eq!(refused(Kind::Enrol, &text), sentence, "{text}");
    }
}

#[test]
fn an_address_is_asked_for_once_so_that_the_proven_one_is_the_accounts() {
    let again = format!(
        "step = 'credentials'\nstep = 'email_code'\n{IDENTITY}\nstep = 'credentials', fields = ['email']"
    );
    assert!(refused(Kind::Enrol, &again).starts_with("step 4 (credentials): "));
    let own = format!(
        "step = 'credentials'\n{IDENTITY}\nstep = 'credentials', fields = ['login_id']\nstep = 'credentials', fields = ['email']\nstep = 'email_code'"
    );
    assert!(refused(Kind::Enrol, &own).starts_with("step 4 (credentials): "));
    // A code of a sign-in goes to the account's address, not to one that is typed.
    let typed = "step = 'password'\nstep = 'credentials', fields = ['email']\nstep = 'email_code'";
    assert!(refused(Kind::Login, typed).starts_with("step 2 (credentials): "));
}

#[test]
fn steps_of_the_sign_in_page_stand_first_and_only_there() {
    let enrol = format!("step = 'credentials'\nstep = 'email_code'\n{IDENTITY}");
    for (kind, text, step) in [
        (
            Kind::Login,
            "step = 'terms', documents = ['terms']\nstep = 'password'".to_owned(),
            "step 2 (password): ",
        ),
        (Kind::Login, "step = 'password'\nstep = 'password'".to_owned(), "step 2 (password): "),
        (Kind::Enrol, format!("step = 'password'\n{IDENTITY}"), "step 1 (password): "),
        (Kind::Enrol, format!("{enrol}\nstep = 'given_id'"), "step 4 (given_id): "),
        (Kind::Enrol, format!("step = 'given_id'\n{enrol}"), "step 1 (given_id): "),
        (
            Kind::Activate,
            format!("step = 'terms', documents = ['terms']\nstep = 'given_id'\n{enrol}"),
            "step 1 (terms): ",
        ),
        (Kind::Activate, enrol, "step 1 (credentials): "),
        (Kind::Join, format!("step = 'password'\n{IDENTITY}"), "step 1 (password): "),
    ] {
        let refusal = refused(kind, &text);
        assert!(refusal.starts_with(step), "{refusal}");
    }
}
