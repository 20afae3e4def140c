//! What the mails about the way back say.

use super::{LinkKind, Mail, Writer};

impl Mail {
    /// A code that proves the owner of an account, within `minutes`.
    pub fn owner_code(writer: &Writer<'_>, code: &str, minutes: u64) -> Self {
        let mut mail = Self::begun(writer, "owner_code");
        mail.code = Some(code.to_owned());
        mail.lines = writer.lines("mail.owner_code.text", &[("minutes", minutes)]);
        mail.foot = writer.own("mail.changed_foot");
        mail
    }

    /// A link to a new password, good for `minutes`.
    pub fn reset(writer: &Writer<'_>, href: &str, minutes: u64) -> Self {
        let mut mail = Self::begun(writer, LinkKind::Reset.name());
        let valid = crate::web::view::lifetime(&writer.speech, minutes);
        mail.lines = writer.lines("mail.link_reset.text", &[("valid", valid)]);
        mail.button = Some(writer.button("mail.link_reset.button", href));
        mail.foot = writer.own("mail.link_reset.foot");
        mail
    }

    /// Something about the account has changed: `kind` is the last part of its keys.
    pub fn changed(writer: &Writer<'_>, kind: &'static str) -> Self {
        let mut mail = Self::begun(writer, kind);
        mail.foot = writer.own("mail.changed_foot");
        mail
    }

    /// Somebody signed in on a `device` on which the account was never used, at the moment `at`.
    pub fn new_device(writer: &Writer<'_>, device: &str, at: &str) -> Self {
        let mut mail = Self::begun(writer, "new_device");
        mail.lines = writer.lines("mail.new_device.text", &[("device", device), ("at", at)]);
        mail.foot = writer.own("mail.changed_foot");
        mail
    }

    /// What `client` may read was ended, because somebody else may hold its key.
    pub fn access_ended(writer: &Writer<'_>, client: &str) -> Self {
        let mut mail = Self::begun(writer, "access_ended");
        mail.lines = writer.lines("mail.access_ended.text", &[("client", client)]);
        mail.foot = writer.own("mail.changed_foot");
        mail
    }

    /// The second factor is said to be lost: `stop` ends that at once, else it can be replaced from `ready` on.
    pub fn factor_lost(writer: &Writer<'_>, stop: &str, ready: &str) -> Self {
        let mut mail = Self::begun(writer, "factor_lost");
        mail.lines = writer.lines("mail.factor_lost.text", &[("ready", ready)]);
        mail.button = Some(writer.button("mail.factor_lost.button", stop));
        mail.foot = writer.own("mail.factor_lost.foot");
        mail
    }

    /// The lost second factor can be replaced by `link`, until `until`.
    pub fn factor_ready(writer: &Writer<'_>, link: &str, until: &str) -> Self {
        let mut mail = Self::begun(writer, "factor_ready");
        mail.lines = writer.lines("mail.factor_ready.text", &[("until", until)]);
        mail.button = Some(writer.button("mail.factor_ready.button", link));
        mail.foot = writer.own("mail.changed_foot");
        mail
    }

    /// What the reader signs in with; `login` is the sign-in page.
    pub fn login_ids(writer: &Writer<'_>, ids: &[String], login: &str) -> Self {
        let mut mail = Self::begun(writer, "login_ids");
        mail.quote = Some(ids.join("\n"));
        mail.button = Some(writer.button("mail.login_ids.button", login));
        mail.foot = writer.own("mail.login_ids.foot");
        mail
    }

    /// The office made the account un-enrolled; `signup` is where to register anew.
    pub fn account_reset(writer: &Writer<'_>, signup: &str) -> Self {
        let mut mail = Self::begun(writer, "account_reset");
        mail.button = Some(writer.button("mail.account_reset.button", signup));
        mail.foot = writer.own("mail.changed_foot");
        mail
    }
}
