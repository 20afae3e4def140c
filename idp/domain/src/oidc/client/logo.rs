//! Pictures that clients are known by (RFC 7591 §2, `logo_uri`).

use std::fmt;
use std::str::FromStr;

/// The largest picture, in bytes.
const LARGEST: usize = 64 * 1024;

/// A kind of picture that holds no code: what browsers run or read as a document, such as SVG, is none (XS-09).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

impl LogoKind {
    const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::Webp];

    /// The media type.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// The kind that the first bytes tell; what a server calls it counts for nothing.
    fn of(content: &[u8]) -> Option<Self> {
        match content {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }
}

impl fmt::Display for LogoKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LogoKind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(())
    }
}

/// A picture of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Its kind.
    pub kind: LogoKind,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Why something is no picture of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is a PNG, JPEG or WebP picture of at most 64 KiB")]
pub struct LogoError;

impl Logo {
    /// Takes what was found at a `logo_uri`.
    pub fn read(content: Vec<u8>) -> Result<Self, LogoError> {
        match LogoKind::of(&content) {
            Some(kind) if content.len() <= LARGEST => Ok(Self { kind, content }),
            _ => Err(LogoError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xs_09_a_logo_is_what_its_bytes_say_and_holds_no_code() {
        let png = b"\x89PNG\r\n\x1a\n\0\0".to_vec();
        for (bytes, kind) in [
            (png.clone(), LogoKind::Png),
            (vec![0xff, 0xd8, 0xff, 0xe0], LogoKind::Jpeg),
            (b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(), LogoKind::Webp),
        ] {
            assert_eq!(Logo::read(bytes).unwrap().kind, kind);
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        let mut large = png;
        large.resize(LARGEST + 1, 0);
        let bad: [&[u8]; 7] = [
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<html>",
            b"GIF89a",
            b"%PDF-",
            b"",
            b"\x89PN",
            &large,
        ];
        for bytes in bad {
            assert_eq!(Logo::read(bytes.to_vec()), Err(LogoError));
        }
        assert!("image/svg+xml".parse::<LogoKind>().is_err());
    }
}
