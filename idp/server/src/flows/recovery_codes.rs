//! Recovery codes: what a member keeps on paper for the day the second factor is lost.

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::factor::recovery::{self, RecoveryCode};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::Kind;
use sekisho_domain::session::Session;
use sekisho_store::{audit, factors};

use super::effects::Sender;
use super::visitor::Visitor;
use super::{Error, notices};
use crate::mail::Letter;
use crate::state::State;

/// Whether codes are of use: the insurer asks for a second factor.
pub fn are_of_use(insurer: &Insurer) -> bool {
    insurer.journey(Kind::LostFactor).is_some()
}

/// How many codes of an account were not used.
///
/// # Errors
/// When rows cannot be read.
pub async fn left(state: &State, account: AccountId) -> Result<usize, Error> {
    let rows = factors::of_account(&state.db, account).await?;
    Ok(rows.iter().filter(|row| row.kind == FactorKind::Recovery).count())
}

/// Makes new codes in place of those before, and tells every address of the account. They are shown this once.
///
/// # Errors
/// When rows cannot be written.
pub async fn make(
    state: &State,
    visitor: &Visitor,
    (insurer, session): (&Insurer, &Session),
    cx: &mut Cx,
) -> Result<Vec<RecoveryCode>, Error> {
    let account = session.account;
    let codes: Vec<RecoveryCode> = (0..recovery::COUNT).map(|_| RecoveryCode::draw(cx)).collect();
    let told = notices::addresses(state, account).await?;
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let mut tx = state.db.begin().await?;
    factors::end_kinds(&mut tx, account, &[FactorKind::Recovery], cx.now).await?;
    for code in &codes {
        let (id, digest) = (FactorId::draw(cx), code.digest());
        let secret = digest.as_bytes().as_slice();
        let new =
            factors::New { id, account, kind: FactorKind::Recovery, secret, last_step: None, at: cx.now };
        factors::insert(&mut tx, new).await?;
    }
    notices::tell(state, &mut tx, &sender, (&told, &Letter::CodesMade), cx).await?;
    let event = Event::factor_enrolled(insurer.code.clone(), account, FactorKind::Recovery);
    audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Those of some typed codes that are the account's and were not used: for the file that a member keeps.
///
/// # Errors
/// When rows cannot be read.
pub async fn own(state: &State, account: AccountId, typed: &str) -> Result<Vec<String>, Error> {
    let rows = factors::of_account(&state.db, account).await?;
    let is_own = |typed: &str| {
        let digest = recovery::digest(&recovery::fold(typed));
        rows.iter().any(|row| row.kind == FactorKind::Recovery && row.secret == digest.as_bytes())
    };
    Ok(typed.split_whitespace().filter(|code| is_own(code)).map(str::to_owned).collect())
}
