//! The signed-in member before the portal's rows.

use jiff::civil::Date;
use sekisho_base::{Digest, Timestamp};
use sekisho_portal_kit::Session;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;

use crate::rows::{self, Certificate, Revocation, Whose};
use crate::rules::person::{Cover, Person, persons};

/// What can go wrong in a flow.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rows.
    #[error(transparent)]
    Rows(#[from] rows::Error),
    /// The database, outside a row.
    #[error("the database: {0}")]
    Db(#[from] sekisho_site::db::Error),
    /// There is no such person or certificate for this member. Which of the two is nobody's business (RP-08).
    #[error("nothing of that name is this member's")]
    Unknown,
}

/// How a person is called in addresses: it means nothing elsewhere, and nothing to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(String);

impl Mark {
    /// The mark, as it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Everything a flow needs: the member's session, the rows, the moment.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The database.
    pub db: &'a Db,
    /// The master keys.
    pub ring: &'a Ring,
    /// Who is signed in.
    pub session: &'a Session,
    /// The account: issuer and subject.
    applicant: &'a str,
    /// The moment of the request.
    pub now: Timestamp,
}

impl<'a> Desk<'a> {
    /// A desk for a session. `applicant` is [`applicant_of`] that session.
    pub fn new(db: &'a Db, ring: &'a Ring, session: &'a Session, applicant: &'a str, now: Timestamp) -> Self {
        Self { db, ring, session, applicant, now }
    }

    /// The day in Japan.
    pub fn today(&self) -> Date {
        self.now.date_in_tokyo()
    }

    /// Whose certificates this member sees.
    pub fn whose(&self) -> Whose<'a> {
        Whose {
            insurer: &self.session.insurer,
            applicant: self.applicant,
            own_key: &self.session.claims.membership.person_key,
        }
    }

    /// How a person is called in this member's addresses.
    pub fn mark(&self, key: &str) -> Mark {
        let named = [self.session.insurer.as_str(), self.applicant, key].join("\n");
        Mark(Digest::from_bytes(self.ring.mac("certificate-person", named.as_bytes())).short_hex(8))
    }

    /// The persons the member may ask for who have cover today.
    pub fn persons(&self) -> Vec<Person> {
        crate::rules::person::covered(&self.session.claims, self.today())
    }

    /// The person of a mark.
    ///
    /// # Errors
    /// [`Error::Unknown`] when it is nobody this member may ask for, whether or not they have cover.
    pub fn person(&self, mark: &str) -> Result<Person, Error> {
        persons(&self.session.claims)
            .into_iter()
            .find(|person| self.mark(&person.key).as_str() == mark)
            .ok_or(Error::Unknown)
    }

    /// The certificates of a person, the newest first.
    pub async fn certificates(&self, person: &Person) -> Result<Vec<Certificate>, Error> {
        Ok(rows::of_person(self.db, self.ring, self.whose(), &person.key).await?)
    }

    /// Lets the standing certificates follow what the claims say: who has lost cover, or is no longer one of
    /// the household, has none; whose cover will end has one that ends with it.
    pub async fn settle(&self) -> Result<(), Error> {
        let known = persons(&self.session.claims);
        for certificate in rows::standing(self.db, self.ring, self.whose(), self.now).await? {
            let person = known.iter().find(|person| person.key == certificate.person_key);
            match follow(&certificate, person, self.today()) {
                Follow::Keep => {}
                Follow::Revoke(why) => rows::revoke(self.db, certificate.id, &why, self.now).await?,
                Follow::End(at) => rows::note_cover_end(self.db, certificate.id, at).await?,
            }
        }
        Ok(())
    }
}

/// Who applies, as it is kept: a person is issuer and subject, never an address (RP-06).
pub fn applicant_of(session: &Session) -> String {
    format!("{} {}", session.issuer, session.subject)
}

/// What becomes of a standing certificate.
#[derive(Debug, PartialEq, Eq)]
enum Follow {
    Keep,
    Revoke(Revocation),
    End(Option<Timestamp>),
}

fn follow(certificate: &Certificate, person: Option<&Person>, today: Date) -> Follow {
    let Some(person) = person else { return Follow::Revoke(Revocation::Household) };
    match person.cover(today) {
        Cover::Ended(_) | Cover::NotYet(_) => Follow::Revoke(Revocation::Cover),
        Cover::Live if certificate.span.cover_ends_at == person.cover_ends_at() => Follow::Keep,
        Cover::Live => Follow::End(person.cover_ends_at()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::validity::{LIFETIME, Span};
    use sekisho_base::Cx;

    fn person(lost_on: Option<&str>) -> Person {
        serde_json::from_value(serde_json::json!({
            "key": "A1", "standing": "insured", "symbol": "91", "number": "1", "name": "健保", "kana": "ケンポ",
            "birth_date": "2000-01-21", "acquired_on": "2022-04-01", "lost_on": lost_on
        }))
        .unwrap()
    }

    fn certificate() -> Certificate {
        Certificate {
            id: crate::rows::CertificateId::draw(&mut Cx::seeded(Timestamp::from_seconds(0), 1)),
            person_key: "A1".into(),
            serial: "7K2M-94QX".into(),
            person: person(None),
            reason: "card-lost".into(),
            span: Span::issued(Timestamp::from_seconds(1_795_224_276), LIFETIME, None),
            revoked: None,
        }
    }

    #[test]
    fn rp_12_a_certificate_follows_the_cover_of_its_person() {
        let today: Date = "2026-11-21".parse().unwrap();
        assert_eq!(follow(&certificate(), Some(&person(None)), today), Follow::Keep);
        assert_eq!(
            follow(&certificate(), Some(&person(Some("2026-11-21"))), today),
            Follow::Revoke(Revocation::Cover)
        );
        assert_eq!(follow(&certificate(), None, today), Follow::Revoke(Revocation::Household));
        let ending = person(Some("2026-11-22"));
        assert_eq!(follow(&certificate(), Some(&ending), today), Follow::End(ending.cover_ends_at()));
        let mut known = certificate();
        known.span.cover_ends_at = ending.cover_ends_at();
        assert_eq!(follow(&known, Some(&ending), today), Follow::Keep);
        assert_eq!(follow(&known, Some(&person(None)), today), Follow::End(None));
    }
}
