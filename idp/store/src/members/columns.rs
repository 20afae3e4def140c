//! The columns of a record, in both directions.

use jiff::civil::Date;
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::kana;
use sekisho_domain::member::{Address, Burden, Marks, Record};
use sekisho_site::db::{Row, Value};

use crate::Error;
use crate::row::Named;

/// The columns that members and rows under way have in common, each with the null of its kind.
pub(super) static COLUMNS: [(&str, Value); 41] = {
    const TEXT: Value = Value::Text(None);
    const INTEGER: Value = Value::Integer(None);
    const BOOLEAN: Value = Value::Boolean(None);
    const BYTES: Value = Value::Bytes(None);
    [
        ("insurer", TEXT),
        ("person_key", TEXT),
        ("household_key", TEXT),
        ("insurer_number", TEXT),
        ("establishment", TEXT),
        ("symbol", TEXT),
        ("symbol_nz", TEXT),
        ("number", TEXT),
        ("number_nz", TEXT),
        ("branch", TEXT),
        ("position", TEXT),
        ("class", TEXT),
        ("relationship", TEXT),
        ("kana", TEXT),
        ("kana_fold", TEXT),
        ("fold_version", INTEGER),
        ("name", TEXT),
        ("sex", TEXT),
        ("birth_date", TEXT),
        ("acquired_on", TEXT),
        ("lost_on", TEXT),
        ("loss_reason", TEXT),
        ("burden", INTEGER),
        ("burden_from", TEXT),
        ("postal_code", TEXT),
        ("address_1", TEXT),
        ("address_2", TEXT),
        ("address_3", TEXT),
        ("address_4", TEXT),
        ("phone", TEXT),
        ("email", TEXT),
        ("language", TEXT),
        ("suppressed", BOOLEAN),
        ("household_refused", BOOLEAN),
        ("card_registered", BOOLEAN),
        ("confirmation_issued_on", TEXT),
        ("confirmation_valid_until", TEXT),
        ("former_marks", TEXT),
        ("updated_at", INTEGER),
        ("given_id", TEXT),
        ("content", BYTES),
    ]
};

/// The values of a record and its pre-issued ID in the order of [`COLUMNS`].
pub(super) fn values(
    insurer: &InsurerCode,
    (record, given_id): (&Record, Option<&str>),
    options: kana::Options,
) -> Vec<Value> {
    let mut values = Vec::with_capacity(COLUMNS.len());
    identity(&mut values, insurer, record);
    person(&mut values, record, options);
    cover(&mut values, record);
    contact(&mut values, record);
    flags(&mut values, record);
    values.extend([given_id.map(str::to_owned).into(), record.content(options, given_id).into()]);
    values
}

fn identity(values: &mut Vec<Value>, insurer: &InsurerCode, record: &Record) {
    values.extend([
        insurer.as_str().into(),
        record.person.as_str().into(),
        record.household.as_str().into(),
        record.insurer_number.as_str().into(),
        (&record.establishment).into(),
        record.symbol.raw().into(),
        record.symbol.norm_nz().into(),
        record.number.raw().into(),
        record.number.norm_nz().into(),
        record.branch.as_ref().map(Marks::raw).into(),
        record.position.as_str().into(),
        record.class.as_str().into(),
        (&record.relationship).into(),
    ]);
}

fn person(values: &mut Vec<Value>, record: &Record, options: kana::Options) {
    values.extend([
        (&record.kana).into(),
        record.fold(options).map(|fold| fold.as_str().to_owned()).into(),
        options.version().into(),
        (&record.name).into(),
        record.sex.as_str().into(),
        record.birth_date.to_string().into(),
    ]);
}

fn cover(values: &mut Vec<Value>, record: &Record) {
    values.extend([
        record.acquired_on.to_string().into(),
        day(record.lost_on),
        (&record.loss_reason).into(),
        record.burden.map(|burden| burden.tenths).into(),
        day(record.burden.and_then(|burden| burden.from)),
    ]);
}

fn contact(values: &mut Vec<Value>, record: &Record) {
    let address = record.address.as_ref();
    values.push(address.map(|address| &address.postal_code).into());
    for line in 0..4 {
        values.push(address.and_then(|address| address.lines.get(line)).into());
    }
    values.extend([
        record.phone.as_ref().map(|phone| phone.as_e164().to_owned()).into(),
        record.email.as_ref().map(|email| email.as_str().to_owned()).into(),
        record.language.tag().into(),
    ]);
}

fn flags(values: &mut Vec<Value>, record: &Record) {
    values.extend([
        record.suppressed.into(),
        record.household_refused.into(),
        record.card_registered.into(),
        day(record.confirmation_issued_on),
        day(record.confirmation_valid_until),
        (&record.former_marks).into(),
        record.updated_at.into(),
    ]);
}

fn day(date: Option<Date>) -> Value {
    date.map(|date| date.to_string()).into()
}

/// Reads a row of `members`.
///
/// # Errors
/// [`Error::Damaged`], naming the person's key, when a column does not fit.
pub(super) fn record(row: &Row) -> Result<Record, Error> {
    let row = Named::new(row, "members", "person_key");
    let marks = |column| row.get::<String>(column).map(|raw| Marks::new(&raw));
    Ok(Record {
        person: row.parse("person_key")?,
        household: row.parse("household_key")?,
        insurer_number: row.parse("insurer_number")?,
        establishment: row.get("establishment")?,
        symbol: marks("symbol")?,
        number: marks("number")?,
        branch: row.get::<Option<String>>("branch")?.map(|raw| Marks::new(&raw)),
        position: row.parse("position")?,
        class: row.parse("class")?,
        relationship: row.get("relationship")?,
        kana: row.get("kana")?,
        name: row.get("name")?,
        sex: row.parse("sex")?,
        birth_date: row.parse("birth_date")?,
        acquired_on: row.parse("acquired_on")?,
        lost_on: row.parse_optional("lost_on")?,
        loss_reason: row.get("loss_reason")?,
        burden: burden(&row)?,
        address: address(&row)?,
        phone: row.parse_optional("phone")?,
        email: row.parse_optional("email")?,
        language: row.parse("language")?,
        suppressed: row.get("suppressed")?,
        household_refused: row.get("household_refused")?,
        card_registered: row.get("card_registered")?,
        confirmation_issued_on: row.parse_optional("confirmation_issued_on")?,
        confirmation_valid_until: row.parse_optional("confirmation_valid_until")?,
        former_marks: row.get("former_marks")?,
        updated_at: row.get("updated_at")?,
    })
}

fn burden(row: &Named<'_>) -> Result<Option<Burden>, Error> {
    let from = row.parse_optional("burden_from")?;
    Ok(row.get::<Option<i64>>("burden")?.map(|tenths| Burden { tenths, from }))
}

fn address(row: &Named<'_>) -> Result<Option<Address>, Error> {
    let Some(postal_code) = row.get::<Option<String>>("postal_code")? else { return Ok(None) };
    let line = |column| row.get::<Option<String>>(column).map(Option::unwrap_or_default);
    let lines = [line("address_1")?, line("address_2")?, line("address_3")?, line("address_4")?];
    Ok(Some(Address { postal_code, lines }))
}

/// A count, which is never negative.
pub(super) fn count(row: &Row, column: &str) -> Result<u64, Error> {
    Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(0))
}
