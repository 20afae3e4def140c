//! Makes the list of frequent passwords: words, one a line, from standard input; sorted prefixes
//! of their SHA-256 to standard output. `data/README.md` tells which words went in.

use std::collections::BTreeSet;
use std::io::{BufRead as _, Write as _};

use sekisho_base::Digest;
use unicode_normalization::UnicodeNormalization as _;

fn main() -> std::io::Result<()> {
    let mut prefixes = BTreeSet::new();
    for line in std::io::stdin().lock().lines() {
        let word: String = line?.trim().nfkc().flat_map(char::to_lowercase).collect();
        if word.chars().count() >= 4 {
            let digest = Digest::of_content(word.as_bytes());
            prefixes.insert(digest.as_bytes().iter().copied().take(5).collect::<Vec<u8>>());
        }
    }
    let mut out = std::io::stdout().lock();
    for prefix in prefixes {
        out.write_all(&prefix)?;
    }
    out.flush()
}
