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

/// The insured person whom the demo proposes. Every sample insurer has her.
pub const SHOKO: Person = Person {
    name: "健保 翔子",
    symbol: "91",
    number: "200001",
    branch: "00",
    family_name: "ケンポ",
    given_name: "ショウコ",
    birth_date: "20000121",
};

/// A sample insurer, as the greeting speaks of it.
struct Society {
    code: &'static str,
    name: &'static str,
    /// What there is to see.
    shows: &'static str,
    /// What to know before beginning.
    first: &'static str,
}

const SOCIETIES: [Society; 5] = [
    Society {
        code: "aoba",
        name: "青葉",
        shows: "address and password, a mailed code, SMS or an app",
        first: "新規登録 Register",
    },
    Society {
        code: "minato",
        name: "港",
        shows: "the same steps in another society's words",
        first: "新規登録 Register",
    },
    Society {
        code: "kaede",
        name: "楓",
        shows: "an ID that was given out, two pages, a link good for 24 hours",
        first: "ログイン Sign in: ID 7132-091200001, temporary password 20000121 (the date of birth)",
    },
    Society {
        code: "sora",
        name: "空",
        shows: "the address first, two links with a key, a code by mail at each sign-in",
        first: "新規登録 Register; she has the number 91-200001-00 in one field",
    },
    Society {
        code: "shinonome",
        name: "東雲",
        shows: "the insurer's word, an ID of one's own, QR codes and notices",
        first: "新規登録 Register with the word shinonome",
    },
];

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
        let Ports { idp, certificate, medical_costs, inbox, smtp } = self.ports;
        for Imported { insurer, records } in self.imported {
            writeln!(f, "Imported {records} sample members of {insurer}.")?;
        }
        writeln!(f, "\nSekisho is open. 関所は開いています。\n")?;
        writeln!(f, "  Inbox              受信箱         {}/  (SMTP on port {smtp})", Ports::address(inbox))?;
        writeln!(f, "  Identity provider  ログイン・登録   {}/\n", Ports::address(idp))?;
        writeln!(
            f,
            "Medical costs, for the same people; who is signed in at one portal is let into the other  医療費のお知らせ"
        )?;
        writeln!(f, "  {}/?insurer=aoba\n", Ports::address(medical_costs))?;
        writeln!(f, "Certificate portal, as five societies have it  資格確認書（5つの組合）\n")?;
        for Society { code, name, shows, first } in &SOCIETIES {
            writeln!(f, "  {}/?insurer={code}  {name}: {shows}", Ports::address(certificate))?;
            writeln!(f, "    {first}")?;
        }
        let Person { name, symbol, number, branch, family_name, given_name, birth_date } = SHOKO;
        writeln!(
            f,
            "\nBe this person at any of them (nobody real)  この人になってみてください（架空の人です）"
        )?;
        writeln!(f, "  {name}  記号 symbol {symbol}  番号 number {number}  枝番 branch {branch}")?;
        writeln!(f, "  カナ kana {family_name} {given_name}  生年月日 date of birth {birth_date}")?;
        writeln!(
            f,
            "  Any address and mobile number, such as shoko@example.jp and 090-0000-1111. Mail and SMS are"
        )?;
        writeln!(f, "  in the inbox. At the end, choose a reason: the certificate is valid for 48 hours.\n")?;
        write!(f, "Ctrl-C ends it. The data stay in their folder and are used again by the next start.")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_sample_insurer_is_greeted_and_served_by_the_portal() {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
        let mut codes: Vec<String> = std::fs::read_dir(config.join("insurers"))
            .unwrap()
            .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
            .collect();
        codes.sort();
        let mut greeted: Vec<&str> = SOCIETIES.iter().map(|society| society.code).collect();
        greeted.sort_unstable();
        assert_eq!(greeted, codes);
        let portal = std::fs::read_to_string(config.join("certificate.toml")).unwrap();
        let portal: sekisho_certificate::Config = toml::from_str(&portal).unwrap();
        assert_eq!(portal.insurers.into_keys().collect::<Vec<_>>(), codes);
        let portal = std::fs::read_to_string(config.join("medical-costs.toml")).unwrap();
        let portal: sekisho_medical_costs::Config = toml::from_str(&portal).unwrap();
        assert_eq!(portal.insurers.into_keys().collect::<Vec<_>>(), codes);
        for code in codes {
            for sample in ["members", "claims"] {
                assert!(config.join(format!("sample/{sample}-{code}.csv")).exists(), "{sample} {code}");
            }
        }
    }
}
