//! What every file of a year says.

use jiff::civil::Date;
use sekisho_base::{Language, Timestamp, era};
use sekisho_portal_kit::claims::Insurance;

use crate::rules::amounts::{Amounts, Refunds, Split, Yen};
use crate::rules::household::insured_name;
use crate::rules::kind::Kind;
use crate::rules::month::Month;
use crate::rules::year::{Coverage, Missing, Year};

/// A year of medical costs as a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The year.
    pub year: i16,
    /// Name of the insured: the first legal item.
    pub insured: String,
    /// Name of the insurer: the sixth.
    pub insurer: String,
    /// 記号, for the layouts that carry it.
    pub symbol: String,
    /// 番号, likewise.
    pub number: String,
    /// The treatments, the oldest month first.
    pub lines: Vec<Line>,
    /// Who paid how much.
    pub total: Split,
    /// What was paid back.
    pub refunds: Refunds,
    /// Which months are in it.
    pub coverage: Coverage,
    /// When it was made.
    pub made_at: Timestamp,
}

/// One treatment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The month: the second legal item.
    pub month: Month,
    /// Name of the patient: the third.
    pub patient: String,
    /// Name of the institution: the fourth; empty where the insurer does not say.
    pub institution: String,
    /// What was paid by the patient, meals included: the fifth.
    pub paid: Yen,
    /// What was treated.
    pub kind: Kind,
    /// For how many days, or how many times.
    pub days: i64,
    /// All amounts.
    pub amounts: Amounts,
    /// When something was paid back.
    pub paid_on: Option<Date>,
    /// Whether a later row of the insurer changed it.
    pub corrected: bool,
}

impl Document {
    /// The document of a year, of everything that `year` lists, for a member of these claims.
    pub fn of(year: &Year, claims: &Insurance, now: Timestamp) -> Self {
        let lines = year.bills.iter().rev().map(|bill| Line {
            month: bill.month,
            patient: year.name_of(bill).to_owned(),
            institution: bill.institution.clone(),
            paid: bill.amounts.split().paid,
            kind: bill.kind,
            days: bill.days,
            amounts: bill.amounts,
            paid_on: bill.paid_on,
            corrected: bill.corrected,
        });
        Self {
            year: year.year,
            insured: insured_name(claims),
            insurer: claims.insurer.name.clone(),
            symbol: claims.membership.symbol.clone(),
            number: claims.membership.number.clone(),
            lines: lines.collect(),
            total: year.total,
            refunds: year.refunds,
            coverage: year.coverage,
            made_at: now,
        }
    }

    /// The year as it is said in Japanese: `2026年（令和8年）`.
    pub fn title_year(&self) -> String {
        let last = Month::new(self.year, 12).map(|month| month.day(31));
        let era = last.map(era::japanese).unwrap_or_default();
        let era = era.split('年').next().unwrap_or_default();
        format!("{}年（{era}年）", self.year)
    }

    /// The months that are in it: `2026年1月～2026年9月`; a dash when none is.
    pub fn covers(&self) -> String {
        let shown = |month: Month| format!("{}年{}月", month.year(), month.month());
        match (self.coverage.from, self.coverage.to) {
            (Some(from), Some(to)) => format!("{}～{}", shown(from), shown(to)),
            _ => "―".to_owned(),
        }
    }

    /// When it was made, for people.
    pub fn made(&self) -> String {
        era::moment(self.made_at, Language::Ja)
    }

    /// What is not in it, one sentence each.
    pub fn not_included(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        match self.coverage.missing {
            Missing::Nothing => {}
            Missing::NotYet(next) => sentences.push(format!(
                "{}年{}月分からあとは、医療機関からの知らせがまだ届いていません。",
                next.month.year(),
                next.month.month()
            )),
            Missing::Everything => sentences.push("医療機関からの知らせがまだ届いていません。".to_owned()),
        }
        sentences.push(
            "健康保険の対象にならない費用（健診、予防接種、差額ベッド代など）は入っていません。".to_owned(),
        );
        sentences.push(
            "自治体の助成などで窓口の支払いが変わった分は、入っていないことがあります。実際に払った額は領収書でお確かめください。"
                .to_owned(),
        );
        sentences
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::rules::calendar::Calendar;
    use crate::rules::household::tests::claims;
    use crate::rules::year::Filter;
    use crate::rules::year::tests::material;

    /// A document of three treatments of two persons.
    pub fn document() -> Document {
        let year = Year::of(material(), Filter::default(), &Calendar::default());
        Document::of(&year, &claims(&serde_json::json!([])), Timestamp::from_seconds(1_795_224_276))
    }

    #[test]
    fn the_oldest_month_comes_first_and_names_are_those_of_the_claims() {
        let document = document();
        let months: Vec<i8> = document.lines.iter().map(|line| line.month.month()).collect();
        assert_eq!(months, [2, 2, 9]);
        assert_eq!((document.insured.as_str(), document.insurer.as_str()), ("健保 翔子", "青葉健康保険組合"));
        assert_eq!(document.lines[2].patient, "健保 A1");
        assert_eq!(document.title_year(), "2026年（令和8年）");
        assert_eq!(document.covers(), "2026年1月～2026年9月");
        assert!(document.not_included()[0].starts_with("2026年10月分から"));
    }
}
