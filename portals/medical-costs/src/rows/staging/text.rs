//! The statements of a merge. `$1` is the insurer and `$2` the import's number in each of them.

/// The columns of `staging`, in the order in which they are bound.
pub(super) const COLUMNS: [&str; 23] = [
    "insurer",
    "import",
    "line",
    "copy",
    "corrects",
    "person",
    "month",
    "content",
    "place",
    "institution",
    "institution_code",
    "kind",
    "takes",
    "days",
    "total",
    "meal_total",
    "insurer_paid",
    "public_paid",
    "patient_paid",
    "meal_copay",
    "refund",
    "additional",
    "paid_on",
];

/// The text that stages so many rows. It lives as long as the program, as all statements do, and is made of the names of
/// columns alone.
pub(super) fn stage(rows: usize) -> &'static str {
    let places = (0..rows).map(|row| {
        let places = (1..=COLUMNS.len()).map(|place| format!("${}", row * COLUMNS.len() + place));
        format!("({})", places.collect::<Vec<_>>().join(", "))
    });
    let places = places.collect::<Vec<_>>().join(", ");
    format!("insert into staging ({}) values {places}", COLUMNS.join(", ")).leak()
}

/// A statement's text.
#[derive(Clone, Copy)]
pub(super) struct Text(&'static str);

/// What a row of `bills` has of its staged row.
macro_rules! copied {
    ($of:literal) => {
        concat!(
            $of,
            "insurer, ",
            $of,
            "person, ",
            $of,
            "month, ",
            $of,
            "content, ",
            $of,
            "copy, ",
            $of,
            "place, ",
            $of,
            "institution, ",
            $of,
            "institution_code, ",
            $of,
            "kind, ",
            $of,
            "takes, ",
            $of,
            "days, ",
            $of,
            "total, ",
            $of,
            "meal_total, ",
            $of,
            "insurer_paid, ",
            $of,
            "public_paid, ",
            $of,
            "patient_paid, ",
            $of,
            "meal_copay, ",
            $of,
            "refund, ",
            $of,
            "additional, ",
            $of,
            "paid_on, ",
            $of,
            "import"
        )
    };
}

/// That `b` is the row that `s` is.
macro_rules! is_row {
    () => {
        "b.insurer = s.insurer and b.person = s.person and b.month = s.month and b.content = s.content \
         and b.copy = s.copy"
    };
}

/// That `s` is known.
macro_rules! is_known {
    () => {
        concat!("exists (select 1 from bills b where ", is_row!(), ")")
    };
}

/// That `$of` is of the same person, month, place and kind as `s`.
macro_rules! is_there {
    ($of:literal) => {
        concat!(
            $of,
            ".insurer = s.insurer and ",
            $of,
            ".person = s.person and ",
            $of,
            ".month = s.month and ",
            $of,
            ".place = s.place and ",
            $of,
            ".kind = s.kind"
        )
    };
}

/// That something was paid back since `b` was delivered: an older delivery that comes again says nothing new.
macro_rules! has_changed {
    () => {
        "(s.refund <> b.refund or s.additional <> b.additional or coalesce(s.paid_on, '') <> coalesce(b.paid_on, '')) \
         and coalesce(s.paid_on, '') >= coalesce(b.paid_on, '')"
    };
}

/// How many originals are known where `s` is.
macro_rules! numbered {
    () => {
        concat!("coalesce((select max(b.number) from bills b where ", is_there!("b"), "), 0)")
    };
}

impl Text {
    pub(super) const COPIES: Self = Self(
        "update staging set copy = c.copy from (select person, month, content, line, row_number() over \
         (partition by person, month, content order by coalesce(paid_on, ''), refund, additional, line) as copy \
         from staging where insurer = $1 and import = $2) c \
         where staging.insurer = $1 and staging.import = $2 and staging.person = c.person \
         and staging.month = c.month and staging.content = c.content and staging.line = c.line and c.copy > 1",
    );

    pub(super) const ORPHANS: Self = Self(concat!(
        "select s.line from staging s where s.insurer = $1 and s.import = $2 and s.corrects is not null and not ",
        is_known!(),
        " and s.corrects > ",
        numbered!(),
        " + (select count(*) from staging o where o.import = s.import and o.corrects is null and o.line < s.line and ",
        is_there!("o"),
        " and not exists (select 1 from bills b where b.insurer = o.insurer and b.person = o.person \
         and b.month = o.month and b.content = o.content and b.copy = o.copy)) order by s.line",
    ));

    pub(super) const WEIGH: Self = Self(concat!(
        "select cast(coalesce(sum(case when b.person is null then 1 else 0 end), 0) as bigint) as added, \
         cast(coalesce(sum(case when b.person is null and s.corrects is not null then 1 else 0 end), 0) as bigint) \
         as corrections, cast(coalesce(sum(case when b.person is not null and ",
        has_changed!(),
        " then 1 else 0 end), 0) as bigint) as changed, \
         cast(coalesce(sum(case when b.person is not null and not (",
        has_changed!(),
        ") then 1 else 0 end), 0) as bigint) as known from staging s left join bills b on ",
        is_row!(),
        " where s.insurer = $1 and s.import = $2",
    ));

    pub(super) const CHANGE: Self = Self(concat!(
        "update bills as b set refund = s.refund, additional = s.additional, paid_on = s.paid_on, \
         changed_by = s.import from staging s where s.insurer = $1 and s.import = $2 and ",
        is_row!(),
        " and ",
        has_changed!(),
    ));

    /// What is read of `bills` is read before the first row is added: otherwise each row would be compared with all that
    /// this very statement has added.
    pub(super) const ADD: Self = Self(concat!(
        "with new as materialized (select ",
        copied!("s."),
        ", row_number() over (partition by s.person, s.month, s.place, s.kind order by s.line) as nth \
         from staging s where s.insurer = $1 and s.import = $2 and s.corrects is null and not ",
        is_known!(),
        "), numbered as materialized (select b.person, b.month, b.place, b.kind, max(b.number) as number from bills b \
         where b.insurer = $1 and b.person in (select person from new) group by b.person, b.month, b.place, b.kind) \
         insert into bills (",
        copied!(""),
        ", number) select ",
        copied!("n."),
        ", coalesce(b.number, 0) + n.nth from new n left join numbered b on b.person = n.person \
         and b.month = n.month and b.place = n.place and b.kind = n.kind",
    ));

    pub(super) const CORRECTIONS: Self = Self(concat!(
        "select s.line, s.corrects, s.takes from staging s where s.insurer = $1 and s.import = $2 \
         and s.corrects is not null and s.line > $3 and not ",
        is_known!(),
        " order by s.line limit $4",
    ));

    pub(super) const REPLACE: Self = Self(concat!(
        "update bills as b set replaced_by = s.import from staging s where s.insurer = $1 and s.import = $2 \
         and s.line = $3 and s.corrects is not null and ",
        is_there!("b"),
        " and b.number = $4 and b.replaced_by is null",
    ));

    pub(super) const CORRECT: Self = Self(concat!(
        "insert into bills (",
        copied!(""),
        ", number) select ",
        copied!("s."),
        ", s.corrects from staging s where s.insurer = $1 and s.import = $2 and s.line = $3 \
         and s.corrects is not null",
    ));

    pub(super) const MONTHS: Self = Self(
        "update imports set since = (select min(month) from staging where insurer = $1 and import = $2), \
         until = (select max(month) from staging where insurer = $1 and import = $2) \
         where insurer = $1 and number = $2",
    );

    /// The text.
    pub(super) const fn sql(self) -> &'static str {
        self.0
    }
}
