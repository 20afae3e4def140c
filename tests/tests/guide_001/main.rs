//! Guide 001 from end to end, in a real browser against the real house: the insured with the ID that was given out, and
//! family members and voluntarily continued persons by their numbers; first registration and every later sign-in.

mod devices;
mod family;
mod insured;
mod others;
mod repeated;
