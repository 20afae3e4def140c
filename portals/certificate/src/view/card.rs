//! What stands on a certificate: always in Japanese.

use std::time::Duration;

use jiff::civil::{Date, Weekday};
use sekisho_base::{Language, Timestamp, era};
use sekisho_portal_kit::claims::Insurer;
use sekisho_site::page::Qr;

use crate::rows::Certificate;
use crate::rules::person::{Sex, Standing};
use crate::rules::validity::State;

/// The card. Whatever has no place on it is `None`.
#[derive(Clone, Debug)]
pub struct Card {
    /// Whether it can be shown.
    pub valid: bool,
    /// Whether it was taken back.
    pub revoked: bool,
    /// 本人 or 家族.
    pub who: &'static str,
    /// Hours and minutes of the clock.
    pub clock: String,
    /// Its seconds, with the colon.
    pub seconds: String,
    /// Today.
    pub day: String,
    /// The server's time, from which the running clock counts.
    pub now_millis: i64,
    /// When the running clock ends.
    pub until_millis: i64,
    /// What turns around the seal.
    pub around: String,
    /// When it ended.
    pub ended_at: String,
    /// How.
    pub ended_how: &'static str,
    /// The word stamped over it.
    pub stamp: &'static str,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番.
    pub branch: Option<String>,
    /// The name in kana.
    pub kana: String,
    /// The name.
    pub name: String,
    /// How a long name is set.
    pub name_class: &'static str,
    /// The Western year of birth.
    pub birth_year: i16,
    /// The birth date in its era.
    pub birth_date: String,
    /// 男 or 女.
    pub sex: Option<&'static str>,
    /// The insurer's name.
    pub insurer: String,
    /// 保険者番号.
    pub insurer_number: String,
    /// The insured person's name, on a dependent's card.
    pub insured_name: Option<String>,
    /// The first day of cover in its era.
    pub acquired_on: String,
    /// The share of costs, from 70.
    pub burden: Option<String>,
    /// When it was issued.
    pub issued: String,
    /// Until when it is valid.
    pub until: String,
    /// How much time is left.
    pub left: String,
    /// The serial.
    pub serial: String,
    /// The way to the check page.
    pub qr: Option<Qr>,
    /// When it is shown: a print says so.
    pub printed: String,
}

impl Card {
    /// The card of a certificate at `now`; `check` is the address of its check page.
    pub fn new(certificate: &Certificate, insurer: &Insurer, check: &str, now: Timestamp) -> Self {
        let person = &certificate.person;
        let state = certificate.span.state(now);
        let (ended, ended_how, stamp) = ending(state);
        let until = certificate.span.ends_at();
        let issued = era::moment(certificate.span.issued_at, Language::Ja);
        let burden = person.stated_burden(now.date_in_tokyo());
        Self {
            valid: state.is_valid(),
            revoked: matches!(state, State::Revoked { .. }),
            who: match person.standing {
                Standing::Insured => "本人",
                Standing::Dependent => "家族",
            },
            clock: era::clock(now),
            seconds: format!(":{:02}", now.in_tokyo().second()),
            day: era::day(now.date_in_tokyo(), Language::Ja),
            now_millis: now.micros().div_euclid(1_000),
            until_millis: until.micros().div_euclid(1_000),
            around: format!("{}・資格確認書・", insurer.name),
            ended_at: ended
                .map(|at| format!("{} {}", month_day(at.date_in_tokyo()), era::clock(at)))
                .unwrap_or_default(),
            ended_how,
            stamp,
            symbol: person.symbol.clone(),
            number: person.number.clone(),
            branch: person.branch.clone(),
            kana: person.kana.clone(),
            name: person.name.clone(),
            name_class: match person.name.chars().count() {
                0..=8 => "",
                9..=13 => " long",
                _ => " longer",
            },
            birth_year: person.birth_date.year(),
            birth_date: era::japanese(person.birth_date),
            sex: person.sex.map(|sex| match sex {
                Sex::Male => "男",
                Sex::Female => "女",
            }),
            insurer: insurer.name.clone(),
            insurer_number: insurer.number.clone(),
            insured_name: person.insured_name.clone().filter(|_| person.standing == Standing::Dependent),
            acquired_on: era::japanese(person.acquired_on),
            burden: burden.map(|tenths| share(tenths, person.burden_from)),
            until: short(until),
            left: left(until.since(now)),
            serial: certificate.serial.clone(),
            qr: Qr::of(check).filter(|_| state.is_valid()),
            printed: era::moment(now, Language::Ja),
            issued,
        }
    }
}

fn ending(state: State) -> (Option<Timestamp>, &'static str, &'static str) {
    match state {
        State::Valid { .. } => (None, "", ""),
        State::Expired { at } => (Some(at), "まででした", "期限切れ"),
        State::Superseded { at } => (Some(at), "に替わりました", "差替"),
        State::Revoked { at } => (Some(at), "に取り消しました", "取消"),
    }
}

/// 2割, from when it applies where that is known.
fn share(tenths: u8, from: Option<Date>) -> String {
    match from {
        Some(from) => format!("{tenths}割（{}から）", era::japanese(from)),
        None => format!("{tenths}割"),
    }
}

/// あと47時間59分.
fn left(left: Duration) -> String {
    format!("あと{}", time_left(left, Language::Ja))
}

/// 47時間59分, and 59分 in the last hour; in English 47 h 59 min.
pub fn time_left(left: Duration, language: Language) -> String {
    let minutes = left.as_secs() / 60;
    match (minutes / 60, minutes % 60, language) {
        (0, minutes, Language::Ja) => format!("{minutes}分"),
        (hours, minutes, Language::Ja) => format!("{hours}時間{minutes}分"),
        (0, minutes, Language::En) => format!("{minutes} min"),
        (hours, minutes, Language::En) => format!("{hours} h {minutes} min"),
    }
}

fn month_day(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// 11月23日(月)10:24: brackets between digits are narrow.
fn short(at: Timestamp) -> String {
    let date = at.date_in_tokyo();
    format!("{}({}){}", month_day(date), weekday(date.weekday()), era::clock(at))
}

const fn weekday(weekday: Weekday) -> char {
    match weekday {
        Weekday::Monday => '月',
        Weekday::Tuesday => '火',
        Weekday::Wednesday => '水',
        Weekday::Thursday => '木',
        Weekday::Friday => '金',
        Weekday::Saturday => '土',
        Weekday::Sunday => '日',
    }
}
