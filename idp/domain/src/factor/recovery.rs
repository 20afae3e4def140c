//! Recovery codes: ten, to be kept on paper, each good for one sign-in in place of the second factor
//! (NIST SP 800-63B-4 §4.2.1.1: 64 bits at least, kept as a digest, used once).

use sekisho_base::{Cx, Digest};
use unicode_normalization::UnicodeNormalization as _;

/// How many a person gets.
pub const COUNT: usize = 10;
/// How many signs a code has: 16 of 32 make 80 bits.
const SIGNS: usize = 16;
/// Crockford's alphabet: no I, L, O, U, which are taken for others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code as people keep it: four groups of four.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// A new one.
    pub fn draw(cx: &mut Cx) -> Self {
        let bytes: [u8; SIGNS] = cx.bytes();
        let sign = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied().map_or('0', char::from);
        Self(bytes.iter().map(sign).collect())
    }

    /// As it is printed: `7K3M-9QXA-…`.
    pub fn shown(&self) -> String {
        let signs: Vec<char> = self.0.chars().collect();
        signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    /// What rows know it by.
    pub fn digest(&self) -> Digest {
        digest(&self.0)
    }
}

/// What was typed as a code, in the one form under which codes are known: any width and case, with or without
/// hyphens, and the signs that are taken for others put right.
pub fn fold(typed: &str) -> String {
    let narrow = typed.nfkc().filter(char::is_ascii_alphanumeric).take(SIGNS + 1);
    let mended = |sign: char| match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        sign => sign,
    };
    narrow.map(mended).collect()
}

/// What rows know a folded code by. Eighty random bits need no slow hash.
pub fn digest(folded: &str) -> Digest {
    Digest::of_content(format!("recovery code\n{folded}").as_bytes())
}

#[cfg(test)]
mod tests {
    use sekisho_base::Timestamp;

    use super::*;

    #[test]
    fn a_code_is_known_again_however_it_is_typed() {
        let code = RecoveryCode::draw(&mut Cx::seeded(Timestamp::from_seconds(0), 7));
        let shown = code.shown();
        assert_eq!(shown.len(), 19, "{shown}");
        let wide: String = shown.chars().map(|sign| char::from_u32(sign as u32 + 0xFEE0).unwrap()).collect();
        let joined = shown.replace('-', " ");
        for typed in [shown.clone(), shown.to_lowercase(), joined, wide, format!(" {shown}\n")] {
            assert_eq!(digest(&fold(&typed)), code.digest(), "{typed}");
        }
        assert_eq!(fold("oOiIlL"), "001111");
        assert_ne!(digest(&fold(&shown[1..])), code.digest());
    }

    #[test]
    fn mf_12_codes_have_eighty_bits_and_none_is_like_another() {
        let mut cx = Cx::seeded(Timestamp::from_seconds(0), 1);
        let codes: Vec<String> = (0..200).map(|_| RecoveryCode::draw(&mut cx).shown()).collect();
        let mut once = codes.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), codes.len());
        assert!(codes.iter().all(|code| !code.contains(['I', 'L', 'O', 'U'])));
    }
}
