//! Fictional members, as a directory tells of them.

use serde_json::{Value, json};

/// Insured at minato under 91-200001.
pub fn shoko() -> Value {
    json!({
        "person_key": "M3000001",
        "household_key": "M3000001",
        "insurer_number": "06999049",
        "establishment": "0101",
        "symbol": "91",
        "number": "200001",
        "branch": "00",
        "position": "insured",
        "class": "general",
        "relationship": "01",
        "kana": "ｹﾝﾎﾟ ｼｮｳｺ",
        "name": "健保　翔子",
        "sex": "female",
        "birth_date": "2000-01-21",
        "acquired_on": "2022-04-01",
        "lost_on": null,
        "burden": { "tenths": 3, "from": null },
        "address": { "postal_code": "1000000", "lines": ["架空県", "見本市", "例町１－２－３", ""] },
        "phone": "+819000001111",
        "email": null,
        "language": "ja",
        "suppressed": false,
        "household_refused": false,
        "card_registered": true,
        "updated_at": "2026-11-01T03:00:00+09:00"
    })
}

/// Her dependent.
pub fn mio() -> Value {
    with(
        shoko(),
        &[
            ("person_key", json!("M3000002")),
            ("branch", json!("01")),
            ("position", json!("dependent")),
            ("kana", json!("ケンポ ミオ")),
            ("name", json!("健保　澪")),
            ("birth_date", json!("2023-12-31")),
            ("acquired_on", json!("2023-12-31")),
        ],
    )
}

/// Shoko, as kaede tells of her.
pub fn shoko_of_kaede() -> Value {
    with(
        shoko(),
        &[
            ("person_key", json!("K1000001")),
            ("household_key", json!("K1000001")),
            ("insurer_number", json!("06999023")),
        ],
    )
}

/// A record with some fields changed.
pub fn with(mut record: Value, changes: &[(&str, Value)]) -> Value {
    for (field, value) in changes {
        record[*field] = value.clone();
    }
    record
}
