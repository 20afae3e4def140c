//! What is right, without a database or a page: amounts and months, whom a member sees, what a year comes to.

pub mod amounts;
pub mod bill;
pub mod calendar;
pub mod eligibility;
pub mod extract;
pub mod household;
pub mod intake;
pub mod kind;
pub mod month;
pub mod my_number;
pub mod width;
pub mod year;
