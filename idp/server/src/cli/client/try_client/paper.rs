//! What is read from and written to.

use std::io::{self, BufRead, Write};
use std::process::{Command, Stdio};

use anyhow::bail;
use secrecy::SecretString;

/// Where somebody types.
pub struct Keyboard<R> {
    from: R,
    is_terminal: bool,
}

impl<R: BufRead> Keyboard<R> {
    /// Reads lines of `from`; a terminal is told to be quiet while a secret is typed.
    pub const fn new(from: R, is_terminal: bool) -> Self {
        Self { from, is_terminal }
    }

    /// The next line.
    ///
    /// # Errors
    /// When the input has ended.
    pub fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            bail!("the input has ended before the sign-in has");
        }
        Ok(line.trim().to_owned())
    }

    /// The next line, unseen.
    ///
    /// # Errors
    /// As [`Self::line`].
    pub fn secret(&mut self) -> anyhow::Result<SecretString> {
        let _quiet = self.is_terminal.then(Quiet::begin);
        Ok(self.line()?.into())
    }
}

/// A terminal that does not repeat what is typed, for as long as this lives.
struct Quiet;

impl Quiet {
    fn begin() -> Self {
        stty("-echo");
        Self
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        stty("echo");
        // The line's end was not repeated either.
        eprintln!();
    }
}

/// A terminal that cannot be told goes on as it was: the secret may be given by the environment instead.
fn stty(word: &str) {
    let _ = Command::new("stty").arg(word).stdin(Stdio::inherit()).status();
}

/// Where everything is written, for people.
pub struct Paper<W> {
    to: W,
    shows_tokens: bool,
}

impl<W: Write> Paper<W> {
    /// Writes to `to`; tokens and codes whole only where `shows_tokens`.
    pub const fn new(to: W, shows_tokens: bool) -> Self {
        Self { to, shows_tokens }
    }

    /// The head of a part.
    pub fn title(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.to, "\n{}", clean(text))
    }

    /// A name, what it stands for, and why it is there.
    pub fn line(&mut self, name: &str, value: &str, meaning: &str) -> io::Result<()> {
        writeln!(self.to, "  {:<21} {}  — {}", clean(name), clean(value), meaning)
    }

    /// A sentence.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.to, "  {}", clean(text))
    }

    /// Something to take away whole, such as an address.
    pub fn show(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.to, "\n    {}\n", clean(text))
    }

    /// What is asked for at the keyboard.
    pub fn ask(&mut self, what: &str) -> io::Result<()> {
        write!(self.to, "{what}: ")?;
        self.flush()
    }

    /// Lets everything written so far be seen.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// A token or code, or only how long it is.
    pub fn token(&mut self, name: &str, token: &str, meaning: &str) -> io::Result<()> {
        if self.shows_tokens {
            self.line(name, token, meaning)
        } else {
            self.line(name, &format!("({} characters)", token.len()), meaning)
        }
    }
}

/// What others sent moves no cursor and rings no bell.
fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(shows_tokens: bool) -> String {
        let mut to = Vec::new();
        let mut paper = Paper::new(&mut to, shows_tokens);
        paper.token("code", "abc\u{1b}[2J", "once").unwrap();
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn a_token_is_shown_only_where_that_is_asked_for_and_never_as_an_order_to_the_terminal() {
        assert_eq!(written(false), "  code                  (7 characters)  — once\n");
        assert_eq!(written(true), "  code                  abc\u{fffd}[2J  — once\n");
    }

    #[test]
    fn an_input_that_ends_is_said_to_have_ended() {
        let mut keyboard = Keyboard::new(&b"  one \n"[..], false);
        assert_eq!(keyboard.line().unwrap(), "one");
        assert!(keyboard.line().is_err());
    }
}
