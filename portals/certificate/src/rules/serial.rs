//! The number by which a certificate is called at a reception desk.

use std::fmt;
use std::str::FromStr;

use sekisho_base::Cx;

use super::text;

/// Digits and letters that are not mistaken for one another, by eye or by ear.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

const LENGTH: usize = 8;

/// A certificate's serial, such as `7K2M-94QX`: eight characters drawn at random, so that one
/// says nothing about another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serial(String);

/// A text that is no serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a serial of the form 7K2M-94QX")]
pub struct SerialError;

impl Serial {
    /// A serial that no certificate has.
    pub fn none() -> Self {
        Self(String::new())
    }

    /// A new serial.
    pub fn draw(cx: &mut Cx) -> Self {
        let mut drawn = String::with_capacity(LENGTH + 1);
        while drawn.len() < LENGTH + 1 {
            let [byte] = cx.bytes::<1>();
            // 240 is the largest multiple of thirty in a byte: above it letters would not be equally likely.
            if byte < 240
                && let Some(letter) = ALPHABET.get(usize::from(byte) % ALPHABET.len())
            {
                drawn.push(char::from(*letter));
                if drawn.len() == LENGTH / 2 {
                    drawn.push('-');
                }
            }
        }
        Self(drawn)
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Serial {
    type Err = SerialError;

    /// Reads a serial as people type it: in either case, full width, with or without its hyphen.
    fn from_str(typed: &str) -> Result<Self, SerialError> {
        let folded = text::fold_width(typed).to_ascii_uppercase();
        let mut letters: Vec<char> = folded.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let known = |c: &char| u8::try_from(*c).is_ok_and(|byte| ALPHABET.contains(&byte));
        if letters.len() != LENGTH || !letters.iter().all(known) {
            return Err(SerialError);
        }
        letters.insert(LENGTH / 2, '-');
        Ok(Self(letters.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sekisho_base::Timestamp;

    #[test]
    fn drawn_serials_differ_and_read_back() {
        let mut cx = Cx::seeded(Timestamp::from_seconds(0), 5);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let serial = Serial::draw(&mut cx);
            assert_eq!(serial.to_string().len(), 9);
            assert_eq!(serial.to_string().parse::<Serial>(), Ok(serial.clone()));
            assert!(seen.insert(serial.to_string()));
        }
    }

    #[test]
    fn a_serial_is_read_as_people_type_it() {
        for typed in ["7K2M-94QX", "7k2m94qx", " 7K2M 94QX", "７Ｋ２Ｍ－９４ＱＸ"] {
            assert_eq!(
                typed.parse::<Serial>().map(|serial| serial.to_string()).as_deref(),
                Ok("7K2M-94QX"),
                "{typed}"
            );
        }
        for typed in ["", "7K2M-94Q", "7K2M-94QXX", "7K2M-94Q0", "7K2M-94QI", "7K2M-94Q\u{e9}"] {
            assert_eq!(typed.parse::<Serial>(), Err(SerialError), "{typed}");
        }
    }
}
