//! Where a member goes on after signing in (guide rows A9, A10, A27–A29, A31; design §6.1).

use super::{Desk, Error, Mark};
use crate::rows::Certificate;
use crate::rules::person::{Cover, Person};

/// The page a member is led to.
#[derive(Debug)]
pub enum Next {
    /// There is more than one person to ask for.
    Choose(Vec<Choice>),
    /// There is one, so nobody is asked.
    Person(Mark),
    /// Nobody has cover.
    NoCover(Cover),
}

/// One person to choose.
#[derive(Debug)]
pub struct Choice {
    /// How the person is called in addresses.
    pub mark: Mark,
    /// The person.
    pub person: Person,
    /// Whether a valid certificate exists.
    pub valid: bool,
}

/// Decides where to go: choosing is skipped when there is exactly one person.
pub async fn next(desk: Desk<'_>) -> Result<Next, Error> {
    desk.settle().await?;
    let mut persons = desk.persons();
    match persons.len() {
        0 => {
            let own = Person::own(&desk.session.claims.membership);
            // Someone whose cover has ended still sees what became of their certificate.
            if let Cover::Ended(_) = own.cover(desk.today())
                && !desk.certificates(&own).await?.is_empty()
            {
                return Ok(Next::Person(desk.mark(&own.key)));
            }
            Ok(Next::NoCover(own.cover(desk.today())))
        }
        1 => Ok(Next::Person(desk.mark(&persons.remove(0).key))),
        _ => {
            let mut choices = Vec::new();
            for person in persons {
                let valid = newest(&desk.certificates(&person).await?, desk).is_some();
                choices.push(Choice { mark: desk.mark(&person.key), person, valid });
            }
            Ok(Next::Choose(choices))
        }
    }
}

/// The certificate that can be shown now, if there is one.
pub fn newest<'c>(certificates: &'c [Certificate], desk: Desk<'_>) -> Option<&'c Certificate> {
    certificates.first().filter(|certificate| certificate.span.state(desk.now).is_valid())
}

/// What a person's page leads to.
#[derive(Debug)]
pub enum Door {
    /// A valid certificate exists: display it, or apply again.
    Menu(Box<Certificate>),
    /// None is valid, and the person may apply.
    Apply {
        /// The last one, if there ever was one.
        last: Option<Box<Certificate>>,
    },
    /// None is valid, and there is no cover to apply for.
    NoCover {
        /// What became of the cover.
        cover: Cover,
        /// The last certificate, if there ever was one.
        last: Option<Box<Certificate>>,
    },
}

/// Decides what a person's page shows: with a valid certificate Display and Reapply, without one the reason again.
pub async fn door(desk: Desk<'_>, person: &Person) -> Result<Door, Error> {
    desk.settle().await?;
    let certificates = desk.certificates(person).await?;
    let last = certificates.into_iter().next();
    let cover = person.cover(desk.today());
    Ok(match last {
        Some(valid) if valid.span.state(desk.now).is_valid() => Door::Menu(Box::new(valid)),
        last if cover == Cover::Live => Door::Apply { last: last.map(Box::new) },
        last => Door::NoCover { cover, last: last.map(Box::new) },
    })
}
