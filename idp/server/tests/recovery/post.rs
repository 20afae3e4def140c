//! What was mailed and sent by SMS, found by its words.

use crate::house::House;

/// The messages to somebody whose subject or text has some words in it.
pub fn about(house: &House, to: &str, words: &str) -> Vec<String> {
    let all = house.letters.all_to(to).into_iter();
    all.filter(|(subject, text)| subject.contains(words) || text.contains(words))
        .map(|(_, text)| text)
        .collect()
}

/// Waits for the `count`th of them.
pub async fn nth_about(house: &House, to: &str, words: &str, count: usize) -> String {
    for _ in 0..1_000 {
        if let Some(found) = about(house, to, words).into_iter().nth(count - 1) {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{count} messages to {to} about {words}: {:?}", house.letters.all_to(to));
}

/// The path of the link in the `count`th of them.
pub async fn link(house: &House, to: &str, words: &str, count: usize) -> String {
    path(&nth_about(house, to, words, count).await)
}

/// The path of the `count`th link to somebody, whatever it is for.
pub async fn nth_link(house: &House, to: &str, count: usize) -> String {
    path(&nth_about(house, to, "/link/", count).await)
}

fn path(text: &str) -> String {
    let after = text.split(crate::browser::ORIGIN).find(|part| part.starts_with("/link/")).unwrap();
    after.split_whitespace().next().unwrap().to_owned()
}

/// Waits until everything that may leave has left.
pub async fn quiet(house: &House) {
    for _ in 0..1_000 {
        let due = "select count(*) as n from outbox where due_at <= created_at and dead_at is null";
        if house.count(due).await == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("something does not leave");
}

/// The `count`th code mailed to somebody.
pub async fn mailed_code(house: &House, to: &str, count: usize) -> String {
    first_digits(&nth_about(house, to, "確認コード", count).await)
}

/// How many codes a phone was sent.
pub fn codes_to(house: &House, phone: &str) -> usize {
    about(house, phone, "確認コード").len()
}

/// The `count`th code sent to a phone.
pub async fn sms_code(house: &House, phone: &str, count: usize) -> String {
    first_digits(&nth_about(house, phone, "確認コード", count).await)
}

/// The first run of digits.
pub fn first_digits(text: &str) -> String {
    text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
}
