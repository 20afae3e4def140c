//! Member records (加入者): the rows of an insurer's extracts, and how a person is found among them.
//!
//! Records are only ever read from extracts and matched; a person is *found* by insurer, symbol,
//! number and birth date, and *confirmed* by the folded kana name. Where two fit, nobody is found.

mod cover;
mod given;
mod household;
mod intake;
mod marks;
mod proof;
mod record;
mod row;

pub use cover::{Cover, cover};
pub use given::{GivenId, GivenIds, given};
pub use household::{Household, Purpose, Relative, Standing, View, household};
pub use intake::{Counts, Excess, Limits, judge};
pub use marks::{LeadingZero, Marks, split_joined};
pub use proof::{BirthDateOf, Claimed, Proof, ProofRules, proof, renews};
pub use record::{Address, Burden, Class, Position, Record, Sex, WordError};
pub use row::{
    Action, COLUMNS, Column, ExtractRules, Finding, Header, Reason, Row, RowRules, header, parse_row,
};
