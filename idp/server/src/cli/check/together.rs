//! What several insurers may not share.

use std::collections::BTreeSet;

use sekisho_domain::insurer::Insurer;
use sekisho_domain::insurer_number::InsurerNumber;
use sekisho_domain::terms::{Document, Owner};

/// Why two insurers cannot live side by side, a sentence for each reason.
pub fn conflicts(insurers: &[&Insurer]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, one) in insurers.iter().enumerate() {
        for other in insurers.iter().skip(index + 1) {
            found.extend(between(one, other));
        }
    }
    found
}

fn between(one: &Insurer, other: &Insurer) -> Vec<String> {
    let mut found = Vec::new();
    if one.code == other.code {
        found.push(format!("two files have the code {}", one.code));
    }
    if let Some(number) = numbers(one).intersection(&numbers(other)).next() {
        found.push(format!("{} and {} both have the insurer number {number}", one.code, other.code));
    }
    if let (Some(mine), Some(theirs)) = (&one.given_ids, &other.given_ids)
        && mine.template.overlaps(&theirs.template)
    {
        found.push(format!(
            "{} and {} give out IDs that begin alike: {} and {}",
            one.code, other.code, mine.template, theirs.template
        ));
    }
    found.extend(operators(one).filter_map(|document| {
        let twin =
            operators(other).find(|twin| twin.id == document.id && twin.version == document.version)?;
        (twin.digest() != document.digest()).then(|| {
            let (id, version) = (&document.id, &document.version);
            format!(
                "{} and {} have different texts of the operator's \"{id}\", version {version}",
                one.code, other.code
            )
        })
    }));
    found
}

/// The platform operator's documents are the same for all.
fn operators(insurer: &Insurer) -> impl Iterator<Item = &Document> {
    insurer.documents().iter().filter(|document| document.owner == Owner::Operator)
}

fn numbers(insurer: &Insurer) -> BTreeSet<&InsurerNumber> {
    std::iter::once(&insurer.number).chain(&insurer.extract.other_numbers).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    const TWIN: [(&str, &str); 3] =
        [("code = \"kaede\"", "code = \"momiji\""), ("06999023", "06999072"), ("\"7132-{", "\"7133-{")];

    #[test]
    fn insurers_with_words_numbers_and_ids_of_their_own_live_side_by_side() {
        assert_eq!(conflicts(&[&sample::read("kaede"), &sample::altered("kaede", &TWIN)]), [""; 0]);
    }

    #[test]
    fn neither_code_nor_number_nor_the_beginning_of_ids_is_shared() {
        let kaede = sample::read("kaede");
        for (kept, sentence) in [
            (0, "two files have the code kaede"),
            (1, "kaede and momiji both have the insurer number 06999023"),
            (
                2,
                "kaede and momiji give out IDs that begin alike: 7132-{symbol:0>3}{number:0>6} and \
                 7132-{symbol:0>3}{number:0>6}",
            ),
        ] {
            let mut changes = TWIN.to_vec();
            changes.remove(kept);
            assert_eq!(conflicts(&[&kaede, &sample::altered("kaede", &changes)]), [sentence]);
        }
    }

    #[test]
    fn a_further_number_is_nobody_elses() {
        let changes = [
            ("code = \"aoba\"", "code = \"wakaba\""),
            ("06999015", "06999072"),
            ("[name]", "[extract]\nother_numbers = [\"06999015\"]\n\n[name]"),
        ];
        let found = conflicts(&[&sample::read("aoba"), &sample::altered("aoba", &changes)]);
        assert_eq!(found, ["aoba and wakaba both have the insurer number 06999015"]);
    }

    #[test]
    fn the_operators_documents_say_the_same_to_all() {
        let changes = [
            ("code = \"shinonome\"", "code = \"akatsuki\""),
            ("06999056", "06999072"),
            ("shinonome-platform-terms", "kaede-terms"),
        ];
        let found = conflicts(&[&sample::read("shinonome"), &sample::altered("shinonome", &changes)]);
        assert_eq!(
            found,
            [
                "shinonome and akatsuki have different texts of the operator's \"platform-terms\", version 2026-11-01"
            ]
        );
    }
}
