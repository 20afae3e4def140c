use sekisho_domain::insurer::Both;
use sekisho_domain::terms::{Acceptance, Document, Mode, Owner};
use sekisho_store::acceptances::{self, Known, Published};

use super::house::{House, NOW};

fn document(owner: Owner, version: &str, text: &str) -> Document {
    let both = |text: &str| Both { ja: text.to_owned(), en: text.to_owned() };
    Document {
        id: "terms".to_owned(),
        owner,
        version: version.to_owned(),
        title: both("Terms"),
        text: both(text),
    }
}

#[tokio::test]
async fn a_text_that_changes_without_a_new_version_is_found_out() {
    for house in House::both().await {
        let (aoba, kaede) = ("aoba".parse().unwrap(), "kaede".parse().unwrap());
        let cases = [
            (&aoba, document(Owner::Insurer, "1", "one"), Published::New),
            (&aoba, document(Owner::Insurer, "1", "one"), Published::Same),
            (&aoba, document(Owner::Insurer, "1", "two"), Published::Changed),
            (&aoba, document(Owner::Insurer, "2", "two"), Published::New),
            (&kaede, document(Owner::Insurer, "1", "two"), Published::New),
            (&aoba, document(Owner::Operator, "1", "three"), Published::New),
            (&kaede, document(Owner::Operator, "1", "three"), Published::Same),
        ];
        for (index, (insurer, document, expected)) in cases.iter().enumerate() {
            let known = Known::read(&house.db).await.unwrap().has(insurer, document);
            assert_eq!(known, *expected == Published::Same, "case {index}");
            let mut tx = house.db.begin().await.unwrap();
            let published = acceptances::publish(&mut tx, insurer, document, NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(published, *expected, "case {index}");
        }
    }
}

#[tokio::test]
async fn accepting_again_keeps_the_first_moment() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let whose = (&account.joining.membership.insurer, account.id);
        let later = NOW + std::time::Duration::from_secs(1);
        let accepted = |version: &str| Acceptance {
            document: "terms".to_owned(),
            version: version.to_owned(),
            at: later,
            mode: Mode::Button,
        };
        let mut tx = house.db.begin().await.unwrap();
        acceptances::insert(&mut tx, whose, &accepted("2026-11-01")).await.unwrap();
        acceptances::insert(&mut tx, whose, &accepted("2027-01-01")).await.unwrap();
        tx.commit().await.unwrap();
        let found = acceptances::of_account(&house.db, whose.0, whose.1).await.unwrap();
        let terms: Vec<_> = found.iter().filter(|one| one.document == "terms").map(|one| one.at).collect();
        assert_eq!(terms, [NOW, later]);
    }
}
