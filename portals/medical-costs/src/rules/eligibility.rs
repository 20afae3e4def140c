//! 資格情報のお知らせ: what the insurer has on record about the member's cover (row C41). It is the member's own, never
//! somebody else's, and no certificate: it is shown together with a My Number card.

use jiff::civil::Date;
use sekisho_portal_kit::claims::Insurance;

use super::household::shown;
use super::width::kana;

/// The notice of eligibility information.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eligibility {
    /// The insurer's name in Japanese.
    pub insurer: String,
    /// 保険者番号.
    pub insurer_number: String,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番, where the insurer uses them.
    pub branch: Option<String>,
    /// The member's name.
    pub name: String,
    /// The name in kana.
    pub name_kana: String,
    /// The birth date.
    pub birth_date: Date,
    /// The insured person's name, on a dependent's notice.
    pub insured_name: Option<String>,
    /// The first day of cover.
    pub acquired_on: Date,
    /// The first day without cover, once it is known.
    pub lost_on: Option<Date>,
    /// The share of costs in tenths, where the insurer says: from 70 on.
    pub burden: Option<u8>,
    /// From when that share applies.
    pub burden_from: Option<Date>,
}

impl Eligibility {
    /// The notice of a member on `today`; none once the cover has ended.
    pub fn of(claims: &Insurance, today: Date) -> Option<Self> {
        let own = &claims.membership;
        (!own.is_lost(today)).then(|| Self {
            insurer: claims.insurer.name.clone(),
            insurer_number: claims.insurer.number.clone(),
            symbol: own.symbol.clone(),
            number: own.number.clone(),
            branch: own.branch.clone().filter(|branch| !branch.is_empty()),
            name: shown(&own.name),
            name_kana: kana(&own.name_kana),
            birth_date: own.birth_date,
            insured_name: own.insured_name.as_deref().map(shown),
            acquired_on: own.acquired_on,
            lost_on: own.lost_on,
            burden: own.burden,
            burden_from: own.burden_from,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::household::tests::claims;

    #[test]
    fn the_notice_says_what_the_claims_say_while_there_is_cover() {
        let mut claims = claims(&serde_json::json!([]));
        let today: Date = "2026-11-21".parse().unwrap();
        let notice = Eligibility::of(&claims, today).unwrap();
        assert_eq!((notice.symbol.as_str(), notice.branch.as_deref()), ("91", Some("00")));
        assert_eq!(notice.name, "健保 翔子");
        claims.membership.lost_on = Some(today);
        assert_eq!(Eligibility::of(&claims, today), None);
    }
}
