//! What whoever started the demo reads: where everything is, who to be, and what to press.

use std::fmt;

use crate::house::{House, Imported, Ports};

/// A person of the sample extracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name in kanji.
    pub name: &'static str,
    /// 記号.
    pub symbol: &'static str,
    /// 番号.
    pub number: &'static str,
    /// 枝番.
    pub branch: &'static str,
    /// The family name in kana.
    pub family_name: &'static str,
    /// The given name in kana.
    pub given_name: &'static str,
    /// The date of birth, as eight digits.
    pub birth_date: &'static str,
}

/// The insured person of the sample `aoba` whom the demo proposes.
pub const SHOKO: Person = Person {
    name: "健保 翔子",
    symbol: "91",
    number: "200001",
    branch: "00",
    family_name: "ケンポ",
    given_name: "ショウコ",
    birth_date: "20000121",
};

/// The words printed once everything answers.
pub struct Greeting<'a> {
    ports: Ports,
    imported: &'a [Imported],
}

impl<'a> Greeting<'a> {
    /// The greeting of a house.
    pub fn of(house: &'a House) -> Self {
        Self { ports: house.ports, imported: &house.imported }
    }
}

impl fmt::Display for Greeting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ports { idp, certificate, inbox, smtp } = self.ports;
        for Imported { insurer, records } in self.imported {
            writeln!(f, "Imported {records} sample members of {insurer}.")?;
        }
        writeln!(f, "\nSekisho is open. 関所は開いています。\n")?;
        writeln!(f, "  Certificate portal  資格確認書    {}/?insurer=aoba", Ports::address(certificate))?;
        writeln!(
            f,
            "  Inbox               受信箱        {}/  (mail and SMS; SMTP on port {smtp})",
            Ports::address(inbox)
        )?;
        writeln!(f, "  Identity provider   ログイン・登録  {}/\n", Ports::address(idp))?;
        let Person { name, symbol, number, branch, family_name, given_name, birth_date } = SHOKO;
        writeln!(f, "Be this person (nobody real)  この人になってみてください（架空の人です）")?;
        writeln!(f, "  {name}  記号 symbol {symbol}  番号 number {number}  枝番 branch {branch}")?;
        writeln!(f, "  カナ kana {family_name} {given_name}  生年月日 date of birth {birth_date}")?;
        writeln!(
            f,
            "  Any e-mail address and a Japanese mobile number, such as shoko@example.jp and 090-0000-1111\n"
        )?;
        writeln!(f, "What to press")?;
        writeln!(
            f,
            "  1. Portal: 新規登録 (Register). Choose an address and a password of 8 characters or more."
        )?;
        writeln!(
            f,
            "  2. Read the code in the inbox, enter it; then symbol, number, name in kana and date of birth."
        )?;
        writeln!(
            f,
            "  3. Agree to both texts, choose SMS, enter a number, and read the code in the inbox again."
        )?;
        writeln!(f, "  4. Back at the portal: choose a reason. The certificate is valid for 48 hours.\n")?;
        write!(f, "Ctrl-C ends it. The data stay in their folder and are used again by the next start.")
    }
}
