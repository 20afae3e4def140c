//! Passkeys within a journey: one that is made, and one that is shown beside the password.

use axum::response::Response;
use sekisho_base::Cx;
use sekisho_domain::journey::Kind;

use super::pages::Dress;
use crate::flows::journeys::Walk;
use crate::flows::passkeys;
use crate::web::Error;
use crate::web::page::html;
use crate::web::view;

impl Dress<'_> {
    /// A passkey is made, for the account at hand or for the one that will be.
    pub(super) fn passkey(self, walk: &Walk<'_>, other: bool) -> Result<Response, Error> {
        let mut cx: Cx = self.frame.state.cx();
        let world = walk.world();
        let known = world.known(walk.progress.language, &walk.progress.evidence);
        let address = known.address().map(|address| address.email.as_str().to_owned());
        let name = known.given_id().map(str::to_owned).or(address).unwrap_or_default();
        let asked = (known.account(), name.as_str(), walk.holder.passkeys.as_slice());
        let ask = passkeys::ask_new(self.frame.state, self.browser, asked, &mut cx)?;
        let ask = view::PasskeyAsk { options: ask.options, sealed: ask.sealed };
        let Self { shell, form, errors, callback, .. } = self;
        let purpose = view::PasskeyFor::Registration { other };
        let (name, back_href) = (String::new(), None);
        html(&view::PasskeyCreate { shell, form, errors, ask, purpose, name, back_href }, callback)
    }

    /// A passkey of the account is shown.
    pub(super) fn prove(self, walk: &Walk<'_>, other: bool) -> Result<Response, Error> {
        let world = walk.world();
        let known = world.known(walk.progress.language, &walk.progress.evidence);
        let account = known.account().ok_or(Error::NotFound)?;
        let asked = (account, walk.holder.passkeys.as_slice());
        let ask = passkeys::ask_owner(self.frame.state, self.browser, asked, &mut self.frame.state.cx())?;
        let ask = view::PasskeyAsk { options: ask.options, sealed: ask.sealed };
        let signs_in = walk.journey.kind() == Kind::Login;
        let lost_href = signs_in.then(|| self.frame.href("/recover/factor"));
        let Self { shell, form, errors, callback, .. } = self;
        html(&view::PasskeyProve { shell, form, errors, ask, other, lost_href }, callback)
    }
}
