//! A whole registration at each of the sample insurers, typed line by line.

use std::io::{self, BufRead, Read};

use sekisho_base::Timestamp;
use sekisho_site::clock::MovableClock;

use super::*;

/// Somebody at the terminal: types prepared lines, and codes and keys as they were printed.
struct Typist<'a> {
    lines: std::iter::Copied<std::slice::Iter<'a, &'a str>>,
    printed: std::rc::Rc<std::cell::RefCell<Vec<u8>>>,
    line: Vec<u8>,
}

impl Typist<'_> {
    fn next(&mut self) -> Option<Vec<u8>> {
        let line = self.lines.next()?;
        let printed = String::from_utf8(self.printed.borrow().clone()).unwrap();
        let last = |mark: &str| {
            let after = printed.rsplit(mark).next().unwrap_or_default();
            after.chars().take_while(char::is_ascii_digit).collect::<String>()
        };
        let line = match line {
            "<code>" => last(": code "),
            "<key>" => last("the key "),
            line => line.to_owned(),
        };
        Some(format!("{line}\n").into_bytes())
    }
}

impl Read for Typist<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut there = self.fill_buf()?;
        let read = there.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Typist<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.line.is_empty() {
            self.line = self.next().unwrap_or_default();
        }
        Ok(&self.line)
    }

    fn consume(&mut self, read: usize) {
        self.line.drain(..read);
    }
}

/// The terminal, whose print the typist reads.
struct Screen(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn walk(code: &str, activate: bool, lines: &[&str]) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
    let files = Files {
        insurers: format!("{root}/insurers").into(),
        terms: format!("{root}/terms").into(),
        ..Files::default()
    };
    let insurer = startup::insurer(&files.insurers.join(format!("{code}.toml")), &files.terms).unwrap();
    let clock = MovableClock::at(Timestamp::from_seconds(1_795_222_800));
    let door = Door { clock: Arc::new(clock) };
    let extract = format!("{root}/sample/members-{code}.csv");
    let records = records(&insurer, Path::new(&extract), &door.cx()).unwrap();
    let printed = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let mut typist = Typist { lines: lines.iter().copied(), printed: printed.clone(), line: Vec::new() };
    let tried = Walk { insurer: &insurer, records, door };
    let ended = tried.take(activate, &mut typist, &mut Screen(printed.clone()));
    let text = String::from_utf8(printed.borrow().clone()).unwrap();
    if let Err(error) = ended {
        panic!("{error:#}\n{text}");
    }
    text
}

const PASSWORD: &str = "midori no mado kara umi 7!";

#[test]
fn aoba_is_walked_from_the_keyboard() {
    let text = walk(
        "aoba",
        false,
        &[
            "shoko@example.jp",
            PASSWORD,
            "<code>",
            "91",
            "200001",
            "",
            "ケンポ",
            "ショウコ",
            "20000121",
            "yes",
            "yes",
            "sms",
            "09000001111",
            "<code>",
        ],
    );
    assert!(text.contains("✓ Registered. Signs in with shoko@example.jp"), "{text}");
}

#[test]
fn kaede_is_walked_by_a_pre_issued_id_after_a_wrong_one() {
    let text = walk(
        "kaede",
        true,
        &[
            "7132-091200001",
            "20000122",
            "7132-091200001",
            "20000121",
            "yes",
            "yes",
            "shoko@example.jp",
            "shoko@example.jp",
            "",
            "",
            "",
            "",
            "",
            "here",
            PASSWORD,
            PASSWORD,
        ],
    );
    assert!(text.contains("✗ NoMatch") && text.contains("Signs in with 7132-091200001"), "{text}");
}

#[test]
fn sora_is_walked_with_the_second_link_opened_elsewhere() {
    let text = walk(
        "sora",
        false,
        &[
            "shoko@example.jp",
            "here",
            "other",
            "91-200001-00",
            "ケンポ ショウコ",
            "20000121",
            "elsewhere",
            "<key>",
            "shoko.sora",
            PASSWORD,
            PASSWORD,
            "しょうこ",
        ],
    );
    assert!(text.contains("✓ Registered. Signs in with shoko.sora"), "{text}");
}

#[test]
fn shinonome_is_walked_with_the_address_of_the_records() {
    let text = walk(
        "shinonome",
        false,
        &["shinonome", "91", "200001", "20000121", "ｹﾝﾎﾟ ｼｮｳｺ", "shoko_s", "kumo-to-kaze-7", "", "<code>"],
    );
    assert!(text.contains("mail goes to shoko@example.jp"), "{text}");
}

#[test]
#[should_panic(expected = "the input has ended")]
fn an_input_that_ends_too_early_is_said() {
    walk("aoba", false, &["shoko@example.jp"]);
}
