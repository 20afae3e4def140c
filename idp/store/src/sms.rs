//! What goes out by SMS: what it costs is bounded for certain, on however many nodes.

use std::time::Duration;

use jiff::civil::Date;
use sekisho_base::Timestamp;
use sekisho_domain::ids::InsurerCode;
use sekisho_site::db::{Db, Statement, Tx, sql};
use sekisho_site::outbox::OutboxId;

use crate::Error;
use crate::row::Named;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// Tokyo is so many seconds ahead, all year.
const TOKYO: i64 = 9 * 3_600;

/// How many SMS may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// For one insurer on a day.
    pub insurer_day: i64,
    /// For one insurer to one range of numbers on a day.
    pub prefix_day: i64,
    /// To one number, whoever sends.
    pub number: NumberCaps,
}

/// How many codes may go to one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberCaps {
    /// So long after one that nobody has answered.
    pub pause: Duration,
    /// In any hour, of those that nobody has answered.
    pub hour: usize,
    /// In any 24 hours, answered or not.
    pub day: usize,
}

/// A code that is to go out.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// For whom.
    pub insurer: &'a InsurerCode,
    /// The range of its number, such as `+81901234`.
    pub prefix: &'a str,
    /// The number, as a keyed digest.
    pub number: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Whether a code may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It may: it is the insurer's so manieth of the day, from 1, and no other is.
    Go {
        /// Its number.
        today: i64,
    },
    /// It may not: nothing of this transaction may be committed.
    Over,
}

impl Sending<'_> {
    fn day(&self) -> Date {
        self.at.date_in_tokyo()
    }

    fn of_prefix(&self) -> String {
        format!("{} {}", self.insurer, self.prefix)
    }

    /// When the next day begins in Japan.
    fn tomorrow(&self) -> Timestamp {
        let day = (self.at.seconds() + TOKYO).div_euclid(86_400) + 1;
        Timestamp::from_seconds(day * 86_400 - TOKYO)
    }
}

impl NumberCaps {
    /// From when on one more may go to a number that was sent codes at these moments, the newest first: each with
    /// whether it was answered. Nothing when it may go now.
    fn until(&self, sent: &[(Timestamp, bool)], now: Timestamp) -> Option<Timestamp> {
        let all: Vec<Timestamp> = sent.iter().map(|(at, _)| *at).collect();
        let open: Vec<Timestamp> = sent.iter().filter(|(_, answered)| !answered).map(|(at, _)| *at).collect();
        // An answer is one to all that were sent before it, so what is open is newer than what is not.
        let waits = open.first().map(|at| *at + self.pause);
        let full = |sent: &[Timestamp], most: usize, within: Duration| match most.checked_sub(1) {
            Some(index) => sent.get(index).map(|at| *at + within),
            None => Some(now + within),
        };
        let untils = [waits, full(&open, self.hour, HOUR), full(&all, self.day, DAY)];
        untils.into_iter().flatten().filter(|until| *until > now).max()
    }

    fn most(&self) -> i64 {
        i64::try_from(self.hour.max(self.day).max(1)).unwrap_or(i64::MAX)
    }
}

/// From when on a code may go out; nothing when it may now. Nothing is counted: [`spend`] decides.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn rests(db: &Db, sending: Sending<'_>, caps: Caps) -> Result<Option<Timestamp>, Error> {
    let of_prefix = sending.of_prefix();
    let budgets =
        [("insurer", sending.insurer.as_str(), caps.insurer_day), ("prefix", &of_prefix, caps.prefix_day)];
    for (scope, subject, most) in budgets {
        if on_day(db, sending.day(), (scope, subject)).await? >= most {
            return Ok(Some(sending.tomorrow()));
        }
    }
    let rows = db.fetch_all(of_number(sending, caps.number)).await?;
    Ok(caps.number.until(&times(&rows)?, sending.at))
}

/// Counts a code that goes out with this transaction as the message `id`, unless one too many would go out.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn spend(tx: &mut Tx, sending: Sending<'_>, id: OutboxId, caps: Caps) -> Result<Spent, Error> {
    let of_insurer = ("insurer", sending.insurer.as_str());
    let Some(today) = count(tx, sending.day(), of_insurer, caps.insurer_day).await? else {
        return Ok(Spent::Over);
    };
    let of_prefix = sending.of_prefix();
    if count(tx, sending.day(), ("prefix", &of_prefix), caps.prefix_day).await?.is_none() {
        return Ok(Spent::Over);
    }
    // The insurer's row is ours until the end of the transaction, so nobody else sends to this number meanwhile.
    let rows = tx.fetch_all(of_number(sending, caps.number)).await?;
    if caps.number.until(&times(&rows)?, sending.at).is_some() {
        return Ok(Spent::Over);
    }
    let insert = "insert into sms_sent (id, number, at) values ($1, $2, $3)";
    tx.execute(sql(insert).text(id).bind(sending.number).bind(sending.at)).await?;
    Ok(Spent::Go { today })
}

/// Counts a notice, which goes out whatever the day's budget: it warns somebody of what is done to their account. Gives
/// its number among the insurer's SMS of the day.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn note(tx: &mut Tx, insurer: &InsurerCode, now: Timestamp) -> Result<i64, Error> {
    let day = now.date_in_tokyo();
    Ok(count(tx, day, ("insurer", insurer.as_str()), i64::MAX).await?.unwrap_or(i64::MAX))
}

/// The newest code of a number was typed rightly: the next need not wait for its pause.
///
/// # Errors
/// [`Error::Driver`].
pub async fn answered(tx: &mut Tx, number: &str, now: Timestamp) -> Result<(), Error> {
    let answer = "update sms_sent set answered_at = $2 where number = $1 and answered_at is null";
    tx.execute(sql(answer).bind(number).bind(now)).await?;
    Ok(())
}

/// How many SMS went out for an insurer on a day in Japan.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn sent(db: &Db, insurer: &InsurerCode, day: Date) -> Result<i64, Error> {
    on_day(db, day, ("insurer", insurer.as_str())).await
}

async fn on_day(db: &Db, day: Date, (scope, subject): (&str, &str)) -> Result<i64, Error> {
    let find = "select subject, sent from sms_days where day = $1 and scope = $2 and subject = $3";
    match db.fetch_optional(sql(find).text(day).bind(scope).bind(subject)).await? {
        Some(row) => Ok(Named::new(&row, "sms_days", "subject").get("sent")?),
        None => Ok(0),
    }
}

/// One more on a day, and its number there; nothing when there were `most` already.
async fn count(
    tx: &mut Tx,
    day: Date,
    (scope, subject): (&str, &str),
    most: i64,
) -> Result<Option<i64>, Error> {
    if most <= 0 {
        return Ok(None);
    }
    let count = "insert into sms_days (day, scope, subject, sent) values ($1, $2, $3, 1)
        on conflict (day, scope, subject) do update set sent = sms_days.sent + 1 where sms_days.sent < $4
        returning subject, sent";
    let rows = tx.fetch_all(sql(count).text(day).bind(scope).bind(subject).bind(most)).await?;
    rows.first().map(|row| Named::new(row, "sms_days", "subject").get("sent")).transpose()
}

fn of_number(sending: Sending<'_>, caps: NumberCaps) -> Statement {
    let find = "select id, at, answered_at from sms_sent where number = $1 and at > $2
        order by at desc, id limit $3";
    sql(find).bind(sending.number).bind(sending.at - DAY).bind(caps.most())
}

fn times(rows: &[sekisho_site::db::Row]) -> Result<Vec<(Timestamp, bool)>, Error> {
    rows.iter()
        .map(|row| {
            let row = Named::new(row, "sms_sent", "id");
            Ok((row.get("at")?, row.get::<Option<Timestamp>>("answered_at")?.is_some()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPS: NumberCaps = NumberCaps { pause: Duration::from_mins(1), hour: 5, day: 8 };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds)
    }

    #[test]
    fn mf_10_a_number_gets_one_a_minute_five_an_hour_and_eight_a_day() {
        let mut sent: Vec<i64> = Vec::new();
        for second in 0..24 * 3_600 {
            let times: Vec<_> = sent.iter().rev().map(|sent| (at(*sent), false)).collect();
            if CAPS.until(&times, at(second)).is_none() {
                sent.push(second);
            }
        }
        assert_eq!(sent, [0, 60, 120, 180, 240, 3_600, 3_660, 3_720]);
        let times: Vec<_> = sent.iter().rev().map(|sent| (at(*sent), false)).collect();
        assert_eq!(CAPS.until(&times, at(4_000)), Some(at(24 * 3_600)));
        assert_eq!(CAPS.until(&times, at(24 * 3_600)), None);
    }

    #[test]
    fn after_a_code_that_was_answered_the_next_need_not_wait_but_counts() {
        assert_eq!(CAPS.until(&[(at(0), true)], at(1)), None);
        assert_eq!(CAPS.until(&[(at(0), false)], at(1)), Some(at(60)));
        assert_eq!(CAPS.until(&[(at(0), true), (at(0), false)], at(1)), Some(at(60)), "sent at one instant");
        let many = |of: i64, answered| (0..of).rev().map(|second| (at(second), answered)).collect::<Vec<_>>();
        assert_eq!(CAPS.until(&many(5, false), at(70)), Some(at(3_600)));
        assert_eq!(CAPS.until(&many(7, true), at(7)), None);
        assert_eq!(CAPS.until(&many(8, true), at(8)), Some(at(24 * 3_600)));
    }

    #[test]
    fn days_end_at_midnight_in_japan() {
        let insurer = "aoba".parse().unwrap();
        // 2027-01-15T17:00 in Tokyo.
        let sending = Sending { insurer: &insurer, prefix: "", number: "", at: at(0) };
        assert_eq!(sending.tomorrow().to_string(), "2027-01-15T15:00:00Z");
        let midnight = Sending { at: sending.tomorrow(), ..sending };
        assert_eq!(midnight.tomorrow().to_string(), "2027-01-16T15:00:00Z");
    }
}
