//! What changes rows that were delivered before: corrections, what was paid back since, and the same rows again.

use jiff::civil::Date;

use crate::{House, plan, row, text};

#[tokio::test]
async fn corrections_take_from_the_original_they_name_or_replace_it_once() {
    for house in House::both().await {
        house.merged(&[&row("A1", 1_000, ""), &row("A1", 2_000, "")]).await;
        let taken = house.merged(&[&row("A1", -500, "2")]).await;
        assert_eq!((taken.counts.added, taken.counts.corrections), (1, 1));
        assert_eq!(house.totals("A1").await, [1_000, 1_500]);
        assert!(house.bills("A1").await[1].corrected);
        house.merged(&[&row("A1", -500, "2")]).await;
        assert_eq!(house.totals("A1").await, [1_000, 1_500], "the same correction counts once");
        house.merged(&[&row("A1", 1_800, "2")]).await;
        assert_eq!(house.totals("A1").await, [1_000, 1_800], "what was taken before no longer counts");
        house.merged(&[&row("A1", -100, "2")]).await;
        assert_eq!(house.totals("A1").await, [1_000, 1_700]);
        house.merged(&[&row("A1", 1_000, ""), &row("A1", 2_000, "")]).await;
        assert_eq!(house.totals("A1").await, [1_000, 1_700], "an old delivery brings nothing back");
        house.merged(&[&row("A1", -1_000, "1")]).await;
        assert_eq!(house.totals("A1").await, [1_700], "what was withdrawn is gone");
        assert_eq!(house.rows("A1").await.imports.len(), 5);
    }
}

#[tokio::test]
async fn a_correction_may_name_an_original_of_its_own_file_but_none_that_was_never_delivered() {
    for house in House::both().await {
        let file = [row("A1", 1_000, ""), row("A1", -300, "1"), row("A1", -1, "2"), row("A2", 500, "1")];
        let file: Vec<&str> = file.iter().map(String::as_str).collect();
        let (report, findings) = house.import(&plan(), text(&file)).await;
        let counts = report.unwrap().counts;
        assert_eq!((counts.added, counts.corrections, counts.refused), (2, 1, 2));
        let reason = "17,訂正元,the original it corrects is not known,訂正元の行がありません";
        assert!(
            findings.contains(&format!("3,{reason}")) && findings.contains(&format!("4,{reason}")),
            "{findings}"
        );
        assert_eq!((house.totals("A1").await, house.totals("A2").await), (vec![700], vec![]));
        let (again, _) = house.import(&plan(), text(&file)).await;
        let again = again.unwrap().counts;
        assert_eq!((again.added, again.known, again.refused), (0, 2, 2));
    }
}

#[tokio::test]
async fn what_was_paid_back_later_is_filled_in_and_an_old_delivery_does_not_take_it_away() {
    let before = row("A1", 300_000, "");
    let after = before.replace(",0,0,,", ",38384,1000,20261001,");
    for house in House::both().await {
        house.merged(&[&before]).await;
        let changed = house.merged(&[&after]).await.counts;
        assert_eq!((changed.added, changed.changed), (0, 1));
        assert_eq!(house.merged(&[&before]).await.counts.known, 1);
        let bills = house.bills("A1").await;
        assert_eq!((bills.len(), bills[0].amounts.refunds().sum().get()), (1, 39_384));
        assert_eq!(bills[0].paid_on, Some(Date::constant(2026, 10, 1)));
        assert_eq!(house.rows("A1").await.imports.len(), 2);
    }
}

#[tokio::test]
async fn equal_rows_of_one_file_are_two_bills_and_stay_two() {
    let one = row("A1", 1_000, "");
    for house in House::both().await {
        assert_eq!(house.merged(&[&one, &one]).await.counts.added, 2);
        assert_eq!(house.merged(&[&one, &one]).await.counts.known, 2);
        assert_eq!(house.merged(&[&one]).await.counts.known, 1);
        assert_eq!(house.totals("A1").await, [1_000, 1_000]);
    }
}
