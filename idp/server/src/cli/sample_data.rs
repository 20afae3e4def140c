//! `sample-data`: extracts of people who do not exist, for trying an insurer's file out and for measuring.
//!
//! The same seed gives the same people. Phone numbers begin with 090-0, which is never assigned, addresses end in
//! example.jp, and nothing but insurers of prefecture 99 is written for.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use sekisho_base::{Cx, Timestamp};
use sekisho_domain::insurer::Insurer;

use crate::config::Files;
use crate::startup;

/// What is written.
#[derive(Debug, Args)]
pub struct SampleData {
    /// How many persons, insured and dependents together.
    #[arg(long, value_name = "N")]
    members: u32,
    /// The insurer's file, or its code in the configuration's folder.
    #[arg(long, value_name = "FILE|CODE")]
    insurer: String,
    /// Where to write, in CP932 as host systems do; standard output when not given.
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Other people by another number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Family names, in half-width kana and kanji.
const FAMILIES: [(&str, &str); 12] = [
    ("ｱｵｷ", "青木"),
    ("ｲﾄｳ", "伊藤"),
    ("ｳｴﾉ", "上野"),
    ("ｵｶﾞﾜ", "小川"),
    ("ｶﾄｳ", "加藤"),
    ("ｻｻｷ", "佐々木"),
    ("ｼﾐｽﾞ", "清水"),
    ("ﾀｶﾊｼ", "高橋"),
    ("ﾅｶﾑﾗ", "中村"),
    ("ﾊｯﾄﾘ", "服部"),
    ("ﾏﾂﾓﾄ", "松本"),
    ("ﾜﾀﾅﾍﾞ", "渡辺"),
];
/// Given names, in half-width kana and kanji, with the sex they are written with.
const GIVEN: [(&str, &str, &str); 12] = [
    ("ｱｵｲ", "葵", "2"),
    ("ｲﾁﾛｳ", "一郎", "1"),
    ("ｶｵﾙ", "薫", "2"),
    ("ｹﾝｼﾞ", "健二", "1"),
    ("ｻｸﾗ", "桜", "2"),
    ("ｼﾞｭﾝ", "純", "1"),
    ("ﾁﾊﾙ", "千春", "2"),
    ("ﾅｵｷ", "直樹", "1"),
    ("ﾊﾅｺ", "花子", "2"),
    ("ﾏｺﾄ", "誠", "1"),
    ("ﾕｲ", "結衣", "2"),
    ("ﾘｸ", "陸", "1"),
];

/// Writes an extract.
///
/// # Errors
/// When the insurer's file cannot be read or names a real insurer, or the extract cannot be written.
pub fn run(files: &Files, wanted: &SampleData) -> anyhow::Result<()> {
    let named = PathBuf::from(&wanted.insurer);
    let path = if named.exists() { named } else { files.insurers.join(format!("{}.toml", wanted.insurer)) };
    let insurer = startup::insurer(&path, &files.terms)?;
    if !insurer.number.is_fictional() {
        bail!("{} is no insurer of prefecture 99: nobody is made up for a real one", insurer.number);
    }
    let out: Box<dyn Write> = match &wanted.out {
        Some(path) => Box::new(File::create(path).with_context(|| path.display().to_string())?),
        None => Box::new(io::stdout()),
    };
    let mut out = BufWriter::new(out);
    write(&insurer, (wanted.members, wanted.seed), &mut out)?;
    Ok(out.flush()?)
}

/// Writes rows of `members` persons: households of one to four.
///
/// # Errors
/// When they cannot be written.
pub fn write(insurer: &Insurer, (members, seed): (u32, u64), out: &mut impl Write) -> io::Result<()> {
    let mut dice = Dice(Cx::seeded(Timestamp::from_seconds(0), seed));
    let (mut person, mut household) = (0, 0);
    while person < members {
        household += 1;
        let size = 1 + dice.below(4).min(members - person - 1);
        let family = dice.one_of(&FAMILIES);
        for branch in 0..size {
            person += 1;
            let row = row(insurer, (person, household, branch), family, &mut dice);
            let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&row);
            out.write_all(&bytes)?;
        }
    }
    Ok(())
}

fn row(
    insurer: &Insurer,
    (person, household, branch): (u32, u32, u32),
    (family_kana, family): (&str, &str),
    dice: &mut Dice,
) -> String {
    let (given_kana, given, sex) = dice.one_of(&GIVEN);
    let is_insured = branch == 0;
    let born = if is_insured { date(1962, 4, 1) } else { date(2004, 4, 1) };
    let birth = dice.day_after(born, 7_000);
    let acquired = compact(dice.day_after(date(2015, 4, 1), 3_600).max(birth));
    let birth = compact(birth);
    let (symbol, number) = (household / 1_000 + 1, household % 1_000 + 100_000);
    let code = &insurer.code;
    let head = person - branch;
    let relation = if is_insured { "1,1,01" } else { "2,1,11" };
    let email = if dice.below(3) == 0 { format!("p{person}@example.jp") } else { String::new() };
    let phone = format!("0900{:07}", person % 10_000_000);
    format!(
        "1,{insurer},0101,{symbol},{number},{branch:02},{code}{person:08},{code}{head:08},{relation},\
         {family_kana} {given_kana},{family}　{given},{sex},{birth},{acquired},,,3,,1000000,架空県,見本市,例町{household},,\
         {phone},{email},ja,0,0,1,,,,20261101030000\r\n",
        insurer = insurer.number,
    )
}

fn compact(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// Dice that fall alike for the same seed.
struct Dice(Cx);

impl Dice {
    /// A number below `end`, which is small: the bias of a remainder does not matter here.
    fn below(&mut self, end: u32) -> u32 {
        u32::from_be_bytes(self.0.bytes()) % end.max(1)
    }

    fn one_of<T: Copy>(&mut self, all: &[T; 12]) -> T {
        let [first, ..] = *all;
        let at = usize::try_from(self.below(12)).unwrap_or(0);
        all.get(at).copied().unwrap_or(first)
    }

    fn day_after(&mut self, first: Date, days: u32) -> Date {
        first.checked_add(i64::from(self.below(days)).days()).unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use sekisho_base::era;
    use sekisho_domain::member::{Row, RowRules, parse_row};
    use sekisho_site::extract::Reader;

    use super::*;

    fn aoba() -> Insurer {
        let text = include_str!("../../../../config/insurers/aoba.toml");
        Insurer::parse("aoba.toml", text, &|_| Some("text".to_owned())).unwrap()
    }

    #[test]
    fn every_row_can_be_imported_and_the_same_seed_gives_the_same_people() {
        let insurer = aoba();
        let written = |seed| {
            let mut bytes = Vec::new();
            write(&insurer, (500, seed), &mut bytes).unwrap();
            bytes
        };
        let bytes = written(1);
        assert_eq!(bytes, written(1));
        assert_ne!(bytes, written(2));
        let rules = RowRules {
            insurer_numbers: vec![insurer.number.clone()],
            era_codes: era::Codes::default(),
            kana: insurer.kana,
            today: date(2026, 11, 21),
        };
        let mut people = Vec::new();
        for (line, row) in Reader::new(bytes.as_slice()) {
            match parse_row(&row.unwrap(), &rules) {
                Ok(Row::Keep { record, .. }) => people.push(record.person),
                other => panic!("line {line}: {:?}", other.err()),
            }
        }
        assert_eq!(people.len(), 500);
        people.sort();
        people.dedup();
        assert_eq!(people.len(), 500);
    }
}
