//! Stops asking what does not answer, and tries again by one question after a while.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sekisho_base::Timestamp;

/// How the other side fared lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is asked; so many failures came in a row.
    Closed { failures: u32 },
    /// It is not asked before this moment.
    Open { until: Timestamp },
    /// One question is on its way, and decides.
    HalfOpen { since: Timestamp },
}

/// What changed by a verdict, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// It is not asked any more.
    Opened,
    /// It is asked again.
    Closed,
}

/// Lets questions pass as long as they are answered.
pub struct Breaker {
    failures: u32,
    pause: Duration,
    state: Mutex<State>,
}

/// A question that was let pass. Dropped without a verdict, as when the person went away, it says nothing about the
/// other side; if all depended on it, the next question decides.
pub struct Admitted<'a> {
    breaker: &'a Breaker,
    at: Timestamp,
    decides: bool,
}

impl Breaker {
    /// A breaker that opens after so many failures in a row, for so long.
    pub const fn new(failures: u32, pause: Duration) -> Self {
        Self { failures, pause, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A state is replaced at once: it is whole whatever happened to who held it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a question pass.
    ///
    /// # Errors
    /// How long nothing will be asked.
    pub fn admit(&self, now: Timestamp) -> Result<Admitted<'_>, Duration> {
        let mut state = self.state();
        let decides = match *state {
            State::Closed { .. } => false,
            State::Open { until } if until > now => return Err(until.since(now)),
            // Whoever lets the deciding question hang for a whole pause is not waited for.
            State::HalfOpen { since } if since + self.pause > now => return Err(self.pause),
            State::Open { .. } | State::HalfOpen { .. } => {
                *state = State::HalfOpen { since: now };
                true
            }
        };
        Ok(Admitted { breaker: self, at: now, decides })
    }
}

impl Admitted<'_> {
    /// There was an answer.
    pub fn succeeded(self) -> Change {
        let mut state = self.breaker.state();
        // What was asked before the breaker opened and is answered late does not close it: the deciding question does.
        match *state {
            State::Closed { .. } => {
                *state = State::Closed { failures: 0 };
                Change::None
            }
            State::HalfOpen { since } if self.decides && since == self.at => {
                *state = State::Closed { failures: 0 };
                Change::Closed
            }
            State::Open { .. } | State::HalfOpen { .. } => Change::None,
        }
    }

    /// There was none.
    pub fn failed(self, now: Timestamp) -> Change {
        let breaker = self.breaker;
        let mut state = breaker.state();
        let open = State::Open { until: now + breaker.pause };
        match *state {
            State::Closed { failures } if failures + 1 >= breaker.failures => {
                *state = open;
                Change::Opened
            }
            State::Closed { failures } => {
                *state = State::Closed { failures: failures + 1 };
                Change::None
            }
            State::HalfOpen { since } if self.decides && since == self.at => {
                *state = open;
                Change::None
            }
            State::Open { .. } | State::HalfOpen { .. } => Change::None,
        }
    }
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        let mut state = self.breaker.state();
        if self.decides && *state == (State::HalfOpen { since: self.at }) {
            *state = State::Open { until: self.at };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(30);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn opened() -> Breaker {
        let breaker = Breaker::new(3, PAUSE);
        for expected in [Change::None, Change::None, Change::Opened] {
            assert_eq!(breaker.admit(at(0)).unwrap().failed(at(0)), expected);
        }
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it_and_one_answer_between_them_does_not() {
        let breaker = Breaker::new(3, PAUSE);
        for _ in 0..10 {
            breaker.admit(at(0)).unwrap().failed(at(0));
            breaker.admit(at(0)).unwrap().failed(at(0));
            assert_eq!(breaker.admit(at(0)).unwrap().succeeded(), Change::None);
        }
        assert_eq!(opened().admit(at(29)).err(), Some(Duration::from_secs(1)));
    }

    #[test]
    fn after_the_pause_one_question_decides_and_others_wait_for_it() {
        let breaker = opened();
        let deciding = breaker.admit(at(30)).unwrap();
        assert!(breaker.admit(at(31)).is_err());
        assert_eq!(deciding.succeeded(), Change::Closed);
        assert!(breaker.admit(at(31)).is_ok());

        let breaker = opened();
        breaker.admit(at(30)).unwrap().failed(at(31));
        assert_eq!(breaker.admit(at(60)).err(), Some(Duration::from_secs(1)));
        assert!(breaker.admit(at(61)).is_ok());
    }

    #[test]
    fn a_deciding_question_that_nobody_waits_for_leaves_the_decision_to_the_next() {
        let breaker = opened();
        drop(breaker.admit(at(30)).unwrap());
        assert_eq!(breaker.admit(at(30)).unwrap().succeeded(), Change::Closed);
    }

    #[test]
    fn late_verdicts_of_earlier_questions_neither_close_nor_open_it() {
        let breaker = Breaker::new(1, PAUSE);
        let (early, late) = (breaker.admit(at(0)).unwrap(), breaker.admit(at(0)).unwrap());
        assert_eq!(early.failed(at(0)), Change::Opened);
        assert_eq!(late.succeeded(), Change::None);
        assert!(breaker.admit(at(1)).is_err());
    }
}
