//! What the mails about a change of one's own account say.

use super::{Mail, Writer};

impl Mail {
    /// A code that a change waits for, within so many minutes: `kind` is the last part of its keys.
    pub fn change_code(writer: &Writer<'_>, kind: &'static str, (code, minutes): (&str, u64)) -> Self {
        let mut mail = Self::begun(writer, kind);
        mail.code = Some(code.to_owned());
        mail.lines = writer.lines(&format!("mail.{kind}.text"), &[("minutes", minutes)]);
        mail.foot = writer.own(&format!("mail.{kind}.foot"));
        mail
    }

    /// Somebody wanted the reader's address for another account; nothing came of it.
    pub fn address_wanted(writer: &Writer<'_>) -> Self {
        let mut mail = Self::begun(writer, "address_wanted");
        mail.foot = writer.own("mail.address_wanted.foot");
        mail
    }

    /// Mail goes to another address now, `to`; `undo` is a link that brings it back until `until`.
    pub fn address_changed(writer: &Writer<'_>, to: &str, (undo, until): (&str, &str)) -> Self {
        let mut mail = Self::begun(writer, "address_changed");
        mail.lines = writer.lines("mail.address_changed.text", &[("to", to), ("until", until)]);
        mail.button = Some(writer.button("mail.address_changed.button", undo));
        mail.foot = writer.own("mail.address_changed.foot");
        mail
    }

    /// The account was closed and ends on `on`; who signs in before can keep it, at `login`.
    pub fn closing(writer: &Writer<'_>, on: &str, login: &str) -> Self {
        let mut mail = Self::begun(writer, "account_closing");
        mail.lines = writer.lines("mail.account_closing.text", &[("on", on)]);
        mail.button = Some(writer.button("mail.account_closing.button", login));
        mail.foot = writer.own("mail.changed_foot");
        mail
    }

    /// The account has ended.
    pub fn ended(writer: &Writer<'_>) -> Self {
        let mut mail = Self::begun(writer, "account_ended");
        mail.foot = writer.own("mail.account_ended.foot");
        mail
    }
}
