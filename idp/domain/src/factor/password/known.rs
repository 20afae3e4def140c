//! What everybody would try: frequent passwords, plain patterns, dates, the context's own words.

use sekisho_base::{Digest, era};
use unicode_normalization::UnicodeNormalization as _;

/// Sorted SHA-256 prefixes of frequent passwords in lower case; `data/README.md` says where they come from.
const FREQUENT: &[u8] = include_bytes!("../../../data/frequent-passwords.bin");
/// Bytes of each prefix: among 2⁴⁰ values a wrong hit is one in thirty millions.
const PREFIX: usize = 5;

/// What must remain beside the context's words for a password to count as the person's own.
const OWN_CHARACTERS: usize = 6;

/// Whether a password is widely known, a plain pattern, or made of words in `context`.
pub(super) fn is_known<S: AsRef<str>>(password: &str, context: &[S]) -> bool {
    let folded = fold(password);
    let unleeted = unleet(&folded);
    [&folded, &unleeted].into_iter().any(|form| is_frequent(form) || is_frequent(stem(form)))
        || is_pattern(&folded)
        || era::parse_birth_date(password).is_ok()
        || is_of_context(&folded, context)
}

fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Letters for the digits and signs that people write in their place.
fn unleet(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    text.chars().map(letter).collect()
}

/// The word before up to four digits and signs, which people add when told to change it.
fn stem(text: &str) -> &str {
    let stem = text.trim_end_matches(|c: char| !c.is_alphabetic());
    let added = text.chars().count() - stem.chars().count();
    if added <= 4 { stem } else { text }
}

fn is_frequent(text: &str) -> bool {
    let digest = Digest::of_content(text.as_bytes());
    let Some((wanted, _)) = digest.as_bytes().split_at_checked(PREFIX) else { return false };
    let (prefixes, _) = FREQUENT.as_chunks::<PREFIX>();
    prefixes.binary_search_by(|prefix| prefix.as_slice().cmp(wanted)).is_ok()
}

/// Whether a text is one short unit again and again, or at most two walks along the alphabet or the keyboard.
fn is_pattern(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let repeats = |unit: usize| chars.iter().zip(chars.iter().skip(unit)).all(|(one, next)| one == next);
    if (1..=4).any(|unit| chars.len() >= unit * 2 && repeats(unit)) {
        return true;
    }
    let turns = chars.windows(2).filter(|pair| !matches!(pair, [one, next] if are_neighbours(*one, *next)));
    turns.count() <= 1
}

fn are_neighbours(one: char, next: char) -> bool {
    const ROWS: [&str; 5] =
        ["abcdefghijklmnopqrstuvwxyz", "12345678901", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
    one == next
        || ROWS.iter().any(|row| {
            let pairs = || row.chars().zip(row.chars().skip(1));
            pairs().any(|pair| pair == (one, next) || pair == (next, one))
        })
}

fn is_of_context<S: AsRef<str>>(folded: &str, context: &[S]) -> bool {
    let words = context.iter().flat_map(|word| {
        let word = fold(word.as_ref());
        let parts: Vec<String> = word.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
        std::iter::once(word).chain(parts)
    });
    let mut rest = folded.to_owned();
    let mut words: Vec<String> = words.filter(|word| word.chars().count() >= 4).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in &words {
        rest = rest.replace(word.as_str(), "");
    }
    rest.len() < folded.len() && rest.chars().filter(|c| c.is_alphanumeric()).count() < OWN_CHARACTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_whole_and_large() {
        let (prefixes, rest) = FREQUENT.as_chunks::<PREFIX>();
        assert!(rest.is_empty());
        assert!(prefixes.len() > 20_000, "{}", prefixes.len());
        assert!(prefixes.is_sorted());
    }

    #[test]
    fn stems_lose_few_additions_only() {
        assert_eq!(stem("sakura2026"), "sakura");
        assert_eq!(stem("sakura12026!"), "sakura12026!");
        assert_eq!(stem("12345678"), "12345678");
    }
}
