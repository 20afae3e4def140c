//! An account that there is gains a membership, or changes one for another whose numbers are new (row B40).

use sekisho_base::Cx;
use sekisho_domain::account::Joining;
use sekisho_domain::email::Email;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::{Effect, Kind, Reason, Refusal, arrival};
use sekisho_domain::session::{Event, MembershipRef, Session, acr_of, merged};
use sekisho_site::db::Tx;
use sekisho_store::{accounts, audit, contacts, memberships};

use super::super::Error;
use super::super::clients::highest;
use super::super::effects::{self, NOTICE, Sender};
use super::super::journeys::Outcome;
use super::super::visitor::Visitor;
use super::session::Entry;
use super::{Arrived, Arriving, arrived, conclude, session, trail};
use crate::mail::Letter;
use crate::state::State;

/// Ends a journey that has a row.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn joined<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, evidence, effects, request, .. } = arriving;
    let Some(place) = Place::of(state, visitor, at.insurer, &evidence, cx).await? else {
        return Ok(over(at.insurer, Reason::StartAgain));
    };
    let mut tx = state.db.begin().await?;
    let sender = Sender::of(at.insurer.code.clone(), visitor.language);
    if !conclude(state, &mut tx, (&at, &sender, effects), cx).await? {
        return Ok(Outcome::Stay(at.id));
    }
    place.write((state, tx), (visitor, &sender), request, cx).await
}

/// Ends a journey of one page, which never had a row.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn joined_at_once<'a>(
    state: &State,
    visitor: &Visitor,
    insurer: &'a Insurer,
    (evidence, effects, request): (Vec<Evidence>, Vec<Effect>, Option<String>),
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Some(place) = Place::of(state, visitor, insurer, &evidence, cx).await? else {
        return Ok(over(insurer, Reason::StartAgain));
    };
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let mut tx = state.db.begin().await?;
    if !effects::store(state, &mut tx, &sender, effects, cx).await? {
        return Ok(over(insurer, Reason::StartAgain));
    }
    place.write((state, tx), (visitor, &sender), request, cx).await
}

/// Who joins what.
struct Place<'a> {
    insurer: &'a Insurer,
    session: Session,
    joining: Joining,
    events: Vec<Event>,
    email: Option<Email>,
    present: Option<MembershipRef>,
}

impl<'a> Place<'a> {
    /// None when the browser is not signed in any more, or as somebody else.
    async fn of(
        state: &State,
        visitor: &Visitor,
        insurer: &'a Insurer,
        evidence: &[Evidence],
        cx: &mut Cx,
    ) -> Result<Option<Self>, Error> {
        let account = evidence.iter().find_map(Evidence::account);
        let Some(session) = visitor.session.clone().filter(|session| Some(session.account) == account) else {
            return Ok(None);
        };
        let email = contacts::of_account(&state.db, session.account).await?.email;
        let present = memberships::live(&state.db, session.account, &insurer.code).await?;
        let joined = arrival::joined(evidence, insurer, email.as_ref(), cx);
        Ok(joined.map(|(joining, events)| Self { insurer, session, joining, events, email, present }))
    }

    async fn write(
        self,
        (state, mut tx): (&State, Tx),
        (visitor, sender): (&Visitor, &Sender),
        request: Option<String>,
        cx: &mut Cx,
    ) -> Result<Outcome<'a>, Error> {
        let Self { insurer, session: old, joining, events, email, present } = self;
        let secrets = state.seal_factors(&joining.factors, cx)?;
        if let Some(present) = &present {
            memberships::end(&mut tx, present, cx.now).await?;
        }
        match accounts::join(&mut tx, old.account, &joining, &secrets, cx.now).await {
            Ok(()) => {}
            Err(sekisho_store::Error::Conflict { .. }) => return Ok(over(insurer, Reason::Enrolled)),
            Err(error) => return Err(error.into()),
        }
        if let Some(to) = &email {
            let letter = (to.as_str(), &Letter::Joined, cx.now + NOTICE);
            effects::mail(state, &mut tx, sender, letter, cx).await?;
        }
        for event in trail(old.account, &joining) {
            audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
        }
        // What was shown before still counts. Where members show more at sign-in than was shown, the session stays where
        // it was: they sign in there first.
        let is_enough = acr_of(&merged(&old.events, &events)) >= highest(insurer);
        let membership = if is_enough { Some(joining.membership) } else { old.membership };
        let entry = Entry { insurer, account: old.account, membership, events, is_told: true };
        let opened = session::open(state, &mut tx, visitor, entry, cx).await?;
        tx.commit().await?;
        let insurer = insurer.code.clone();
        let (session, device) = (Some(opened.session), Some(opened.device_cookie));
        Ok(arrived(Arrived { session, device, kind: Kind::Join, insurer, request, client: None, to: None }))
    }
}

const fn over(insurer: &Insurer, reason: Reason) -> Outcome<'_> {
    Outcome::Over { refusal: Refusal::page(reason), insurer }
}
