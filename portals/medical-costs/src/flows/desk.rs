//! The signed-in member before the portal's rows.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sekisho_base::{Digest, Timestamp};
use sekisho_portal_kit::Session;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;

use crate::rows;
use crate::rules::bill;
use crate::rules::calendar::Calendar;
use crate::rules::eligibility::Eligibility;
use crate::rules::household::{self, Person};
use crate::rules::kind::Kind;
use crate::rules::month::Month;
use crate::rules::year::{Filter, Material, Year};

/// What can go wrong in a flow.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rows.
    #[error(transparent)]
    Rows(#[from] rows::Error),
    /// There is no such person, year, month or kind for this member. Which of them is nobody's business (RP-08).
    #[error("nothing of that name is this member's")]
    Unknown,
}

/// What an address asks for, as it is written there. Empty is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The year; this one when none is named.
    pub year: Option<i16>,
    /// The mark of a person, as [`Desk::mark`] gives it.
    pub person: Option<String>,
    /// The month, 1 to 12.
    pub month: Option<String>,
    /// The code of a kind.
    pub kind: Option<String>,
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
    /// When bills arrive and for how long they are kept.
    pub calendar: &'a Calendar,
    /// The moment of the request.
    pub now: Timestamp,
}

impl Desk<'_> {
    /// The day in Japan.
    pub fn today(&self) -> Date {
        self.now.date_in_tokyo()
    }

    /// The persons whom the member sees, the member first; nobody once the member's cover has ended.
    pub fn persons(&self) -> Vec<Person> {
        household::seen(&self.session.claims, self.today())
    }

    /// How a person is called in this member's addresses: it means nothing elsewhere, and nothing to others.
    pub fn mark(&self, key: &str) -> String {
        let session = self.session;
        let named = [session.insurer.as_str(), &session.issuer, &session.subject, key].join("\n");
        Digest::from_bytes(self.ring.mac("medical-costs-person", named.as_bytes())).short_hex(8)
    }

    /// The years that can be shown, the newest first.
    pub fn years(&self) -> Vec<i16> {
        self.calendar.years(self.today())
    }

    /// The year that an address asks for.
    ///
    /// # Errors
    /// [`Error::Unknown`] when it asks for what is not this member's, or [`Error::Rows`].
    pub async fn year(&self, asked: &Asked) -> Result<Year, Error> {
        let persons = self.persons();
        let year = asked.year.unwrap_or_else(|| self.today().year());
        if persons.is_empty() || !self.years().contains(&year) {
            return Err(Error::Unknown);
        }
        let filter = self.filter(asked, &persons)?;
        let months = Month::new(year, 1).zip(Month::new(year, 12)).ok_or(Error::Unknown)?;
        let (mut entries, mut imports) = (Vec::new(), BTreeSet::new());
        for person in &persons {
            let rows = rows::bills::of_person(self.db, &self.session.insurer, &person.key, months).await?;
            entries.extend(rows.entries);
            if filter.person.as_ref().is_none_or(|chosen| *chosen == person.key) {
                imports.extend(rows.imports);
            }
        }
        let material = Material {
            year,
            persons,
            bills: bill::stand(entries),
            delivered: rows::imports::delivered(self.db, &self.session.insurer).await?,
            revision: u32::try_from(imports.len()).unwrap_or(u32::MAX),
            today: self.today(),
        };
        Ok(Year::of(material, filter, self.calendar))
    }

    fn filter(&self, asked: &Asked, persons: &[Person]) -> Result<Filter, Error> {
        let find = |mark: &str| persons.iter().find(|person| self.mark(&person.key) == mark);
        let person = chosen(asked.person.as_deref(), |mark| find(mark).map(|person| person.key.clone()))?;
        let month = chosen(asked.month.as_deref(), |month| {
            month.parse().ok().filter(|month| (1..=12).contains(month))
        })?;
        let kind = chosen(asked.kind.as_deref(), Kind::of_code)?;
        Ok(Filter { person, month, kind })
    }

    /// The member's own notice of eligibility information.
    ///
    /// # Errors
    /// [`Error::Unknown`] once the cover has ended.
    pub fn eligibility(&self) -> Result<Eligibility, Error> {
        Eligibility::of(&self.session.claims, self.today()).ok_or(Error::Unknown)
    }

    /// The name of the insured.
    pub fn insured_name(&self) -> String {
        household::insured_name(&self.session.claims)
    }
}

/// What was chosen, if anything was.
fn chosen<T>(written: Option<&str>, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Error> {
    match written {
        None | Some("") => Ok(None),
        Some(written) => read(written).map(Some).ok_or(Error::Unknown),
    }
}
