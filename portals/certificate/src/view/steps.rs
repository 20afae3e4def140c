//! The pages that are one form.

use askama::Template;
use sekisho_base::Speech;
use sekisho_portal_kit::front::Head;
use sekisho_site::page::{FieldError, Form, Shell};

use crate::rules::address::{Fault, Field, Typed};
use crate::rules::prefecture::Prefecture;

/// For whom.
#[derive(Template)]
#[template(path = "choose.html")]
pub struct Choose<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// The form.
    pub form: Form,
    /// What is missing.
    pub errors: Vec<FieldError>,
    /// Everyone who can be chosen.
    pub persons: Vec<ChosenPerson>,
}

/// One person to choose.
pub struct ChosenPerson {
    /// The value sent.
    pub mark: String,
    /// The control's id; the first one carries the name of the group.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// 本人 or 家族, in the reader's language.
    pub help: String,
    /// Whether it is chosen.
    pub chosen: bool,
    /// That a valid certificate exists; else empty.
    pub chip: String,
}

/// Why.
#[derive(Template)]
#[template(path = "reason.html")]
pub struct Reason<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// The form; its turn is the application's id.
    pub form: Form,
    /// What is missing.
    pub errors: Vec<FieldError>,
    /// For whom, where it could be somebody else.
    pub who: Option<String>,
    /// What the insurer says above its list.
    pub note: Option<String>,
    /// The insurer's list.
    pub reasons: Vec<OfferedReason>,
    /// Whether the person has moved.
    pub moved: bool,
}

/// One reason.
pub struct OfferedReason {
    /// The value sent.
    pub value: String,
    /// The control's id; the first one carries the name of the group.
    pub id: String,
    /// The insurer's words.
    pub text: String,
    /// More of them below; may be empty.
    pub hint: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Where to.
#[derive(Template)]
#[template(path = "address.html")]
pub struct Address<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// The form; its turn is the application's id.
    pub form: Form,
    /// What is to be put right.
    pub errors: Vec<FieldError>,
    /// The reason chosen before.
    pub reason: String,
    /// What was typed.
    pub typed: Typed,
    /// Whether that is the address on record, to be put right.
    pub known: bool,
    /// What can be chosen.
    pub prefectures: Vec<Prefecture>,
}

/// What to do about one field of the address.
pub fn fault_text(speech: &Speech<'_>, field: Field, fault: Fault) -> String {
    let item = speech.say(match field {
        Field::PostalCode => "portal.address.postal_code",
        Field::Prefecture => "portal.address.prefecture",
        Field::City => "portal.address.city",
        Field::Street => "portal.address.street",
        Field::Building => "portal.address.building",
        Field::Phone => "portal.address.phone",
    });
    let item = speech.pick(item.to_owned(), item.to_lowercase());
    let key = match (fault, field) {
        (Fault::Empty | Fault::Shape, Field::Prefecture) => "portal.address.prefecture_choose",
        (Fault::Empty, _) => "portal.address.empty",
        (Fault::MyNumber, _) => "portal.address.my_number",
        (Fault::TooLong, _) => "portal.address.too_long",
        (Fault::Shape, Field::PostalCode) => "portal.address.postal_code_shape",
        (Fault::Shape, Field::Phone) => "portal.address.phone_shape",
        (Fault::Shape, _) => "portal.address.shape",
    };
    speech.with(key, &[("item", item)])
}
