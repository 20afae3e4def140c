//! Reading the page's controls, each with its own refusals.

use secrecy::{ExposeSecret as _, SecretString};

use super::{Answer, Field, Rule, opt_in_control};
use crate::email::{Email, EmailError};
use crate::factor::password;
use crate::insurer::Insurer;
use crate::journey::{Form, Known, Reason, Refusal};
use crate::login_id::{LoginId, LoginIdError};

/// The longest nickname, in characters.
const NICKNAME: usize = 32;

/// Reads the fields of a rule.
///
/// # Errors
/// What is missing or misshapen, in the order of the fields.
pub fn read(rule: &Rule, form: &Form, known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
    let mut answer = Answer { email: recorded(rule, known), ..Answer::default() };
    let fixed = answer.email.is_some();
    let mut refusals = Vec::new();
    for field in &rule.fields {
        let read = match field {
            Field::Email | Field::EmailAgain if fixed => Ok(()),
            Field::Email => email(form, known).map(|email| answer.email = Some(email)),
            Field::EmailAgain => same_email(form),
            Field::LoginId => login_id(form, &answer, known).map(|id| answer.login_id = Some(id)),
            Field::Password => password(form, &answer, known).map(|typed| answer.password = Some(typed)),
            Field::PasswordAgain => same_password(form),
            Field::Nickname => nickname(form).map(|nickname| answer.nickname = nickname),
            Field::OptIns => {
                answer.opt_ins = opt_ins(form, known.insurer);
                Ok(())
            }
        };
        refusals.extend(read.err());
    }
    if refusals.is_empty() { Ok(answer) } else { Err(refusals) }
}

/// The address of the person's record, where the rule uses it.
pub fn recorded(rule: &Rule, known: &Known<'_>) -> Option<Email> {
    known.person().filter(|_| rule.email_from_record).and_then(|found| found.email.clone())
}

fn email(form: &Form, known: &Known<'_>) -> Result<Email, Refusal> {
    let control = Field::Email.control();
    if form.is_empty(control) {
        return Err(Refusal::at(control, Reason::Empty));
    }
    let email = Email::parse(form.get(control)).map_err(|error| {
        let reason = match error {
            EmailError::Shape => Reason::EmailShape,
            EmailError::Dots => Reason::EmailAtRisk,
        };
        Refusal::at(control, reason)
    })?;
    let own = known.holder.email.as_ref().filter(|_| known.is_change());
    if own.is_some_and(|own| own.folded() == email.folded()) {
        return Err(Refusal::at(control, Reason::EmailOwn));
    }
    Ok(email)
}

fn same_email(form: &Form) -> Result<(), Refusal> {
    let control = Field::EmailAgain.control();
    if form.is_empty(control) {
        return Err(Refusal::at(control, Reason::Empty));
    }
    let read = |control| Email::parse(form.get(control)).ok();
    match (read(Field::Email.control()), read(control)) {
        (Some(one), Some(two)) if one.folded() == two.folded() => Ok(()),
        // The first is refused already; saying more would be noise.
        (None, _) => Ok(()),
        _ => Err(Refusal::at(control, Reason::EmailDiffers)),
    }
}

fn login_id(form: &Form, answer: &Answer, known: &Known<'_>) -> Result<LoginId, Refusal> {
    let control = Field::LoginId.control();
    let typed = form.get(control);
    if typed.is_empty() {
        return Err(Refusal::at(control, Reason::Empty));
    }
    // Only a proven address may be chosen as an ID (RC-12); one of this page is not proven yet.
    let proven = if answer.email.is_some() { None } else { known.address().map(|address| address.email) };
    LoginId::choose(typed, proven).map_err(|error| {
        let reason = match error {
            LoginIdError::Short => Reason::LoginIdShort { least: LoginId::LEAST },
            LoginIdError::Long => Reason::LoginIdLong { most: LoginId::MOST },
            LoginIdError::Alphabet => Reason::LoginIdShape,
            LoginIdError::OthersAddress => Reason::LoginIdAddress,
        };
        Refusal::at(control, reason)
    })
}

fn password(form: &Form, answer: &Answer, known: &Known<'_>) -> Result<SecretString, Refusal> {
    new_password(form, &known.insurer.password, &context(form, answer, known))
}

/// The new password of a form, within a policy; `context` are words that everybody would try first.
///
/// # Errors
/// When there is none, or the policy refuses it.
pub fn new_password(
    form: &Form,
    policy: &password::Policy,
    context: &[String],
) -> Result<SecretString, Refusal> {
    let control = Field::Password.control();
    // Verified exactly as received: no trimming.
    let typed = SecretString::from(form.raw(control).to_owned());
    if typed.expose_secret().is_empty() {
        return Err(Refusal::at(control, Reason::Empty));
    }
    policy.judge(&typed, context).map_err(|refusal| {
        let reason = match refusal {
            password::Refusal::Short { least } => Reason::PasswordShort { least },
            password::Refusal::Long { most } => Reason::PasswordLong { most },
            password::Refusal::Known => Reason::PasswordKnown,
            password::Refusal::Kinds => Reason::PasswordKinds,
        };
        Refusal::at(control, reason)
    })?;
    Ok(typed)
}

/// What everybody would try first for this person: the temporary password among it (row B38).
fn context(form: &Form, answer: &Answer, known: &Known<'_>) -> Vec<String> {
    let email = answer.email.as_ref().or_else(|| known.address().map(|address| address.email));
    let mut words = known.insurer.password_context(email);
    words.extend(known.given_id().map(str::to_owned));
    if let Some(found) = known.person() {
        words.push(found.birth_date.strftime("%Y%m%d").to_string());
        words.extend(found.kana.split_whitespace().map(str::to_owned));
    }
    let named = [Field::LoginId, Field::Nickname].map(|field| form.get(field.control()).to_owned());
    words.extend(named.into_iter().filter(|word| word.chars().count() >= 4));
    words
}

/// Whether the new password was typed the same twice.
///
/// # Errors
/// When it was not.
pub fn same_password(form: &Form) -> Result<(), Refusal> {
    let control = Field::PasswordAgain.control();
    match form.raw(control) {
        "" => Err(Refusal::at(control, Reason::Empty)),
        again if again == form.raw(Field::Password.control()) => Ok(()),
        _ => Err(Refusal::at(control, Reason::PasswordDiffers)),
    }
}

/// What one wants to be called; it may stay empty.
///
/// # Errors
/// When it is too long, or not one line.
pub fn nickname(form: &Form) -> Result<String, Refusal> {
    let control = Field::Nickname.control();
    let typed = form.get(control);
    if typed.chars().count() > NICKNAME || typed.chars().any(char::is_control) {
        return Err(Refusal::at(control, Reason::NicknameLong { most: NICKNAME }));
    }
    Ok(typed.to_owned())
}

/// The ids of what is ticked, of an insurer's own.
pub fn opt_ins(form: &Form, insurer: &Insurer) -> Vec<String> {
    let chosen = insurer.opt_ins.iter().filter(|opt_in| form.has(&opt_in_control(&opt_in.id)));
    chosen.map(|opt_in| opt_in.id.clone()).collect()
}
