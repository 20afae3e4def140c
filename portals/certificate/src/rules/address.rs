//! The new address of a person who has moved (guide rows A17, A33; domain §2.9).

use sekisho_portal_kit::claims::Address as Known;
use serde::{Deserialize, Serialize};

use super::prefecture::Prefecture;
use super::text;

const LONGEST: usize = 60;

/// An address as the office can use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Seven digits.
    pub postal_code: String,
    /// 都道府県.
    pub prefecture: String,
    /// 市区町村.
    pub city: String,
    /// 町域・番地.
    pub street: String,
    /// Building and room, where there is one.
    pub building: String,
    /// The telephone number by which the office can ask back, in digits.
    pub phone: String,
}

/// What was typed into the address form, under the names of its controls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The postal code.
    pub postal_code: String,
    /// The prefecture.
    pub prefecture: String,
    /// The city, ward, town or village.
    pub city: String,
    /// Street and number.
    pub street: String,
    /// Building and room.
    pub building: String,
    /// The telephone number.
    pub phone: String,
}

/// A control of the address form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// `postal_code`
    PostalCode,
    /// `prefecture`
    Prefecture,
    /// `city`
    City,
    /// `street`
    Street,
    /// `building`
    Building,
    /// `phone`
    Phone,
}

impl Field {
    /// The control's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PostalCode => "postal_code",
            Self::Prefecture => "prefecture",
            Self::City => "city",
            Self::Street => "street",
            Self::Building => "building",
            Self::Phone => "phone",
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was entered.
    Empty,
    /// It does not have the shape of what was asked.
    Shape,
    /// It is longer than an address line can be.
    TooLong,
    /// It holds what may be a My Number.
    MyNumber,
}

impl Typed {
    /// The address that the insurer has on record, as somebody would have typed it. The telephone number is not told.
    pub fn known(address: &Known) -> Self {
        let stated = |text: &Option<String>| text.as_deref().map(text::tidy).unwrap_or_default();
        let street = address.street_address.as_deref().unwrap_or_default();
        let (street, building) = street.split_once('\n').unwrap_or((street, ""));
        Self {
            postal_code: stated(&address.postal_code),
            prefecture: stated(&address.region),
            city: stated(&address.locality),
            street: text::tidy(street),
            building: text::tidy(building),
            phone: String::new(),
        }
    }

    /// Whether nothing was entered at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Reads the form.
    ///
    /// # Errors
    /// Every field that has to be looked at again, in the order of the form.
    pub fn read(&self) -> Result<Address, Vec<(Field, Fault)>> {
        let mut faults = Vec::new();
        let mut note = |field, result: Result<String, Fault>| {
            result.unwrap_or_else(|fault| {
                faults.push((field, fault));
                String::new()
            })
        };
        let address = Address {
            postal_code: note(Field::PostalCode, number(&self.postal_code, &[7])),
            prefecture: note(Field::Prefecture, prefecture(&self.prefecture)),
            city: note(Field::City, required(&self.city)),
            street: note(Field::Street, required(&self.street)),
            building: note(Field::Building, line(&self.building)),
            phone: note(Field::Phone, phone(&self.phone)),
        };
        if faults.is_empty() { Ok(address) } else { Err(faults) }
    }
}

fn number(typed: &str, lengths: &[usize]) -> Result<String, Fault> {
    if typed.trim().is_empty() {
        return Err(Fault::Empty);
    }
    if text::holds_my_number(typed) {
        return Err(Fault::MyNumber);
    }
    text::digits(typed).filter(|digits| lengths.contains(&digits.len())).ok_or(Fault::Shape)
}

/// Ten or eleven digits that begin with 0 (domain §2.7).
fn phone(typed: &str) -> Result<String, Fault> {
    let digits = number(typed, &[10, 11])?;
    if digits.starts_with('0') { Ok(digits) } else { Err(Fault::Shape) }
}

fn prefecture(typed: &str) -> Result<String, Fault> {
    match Prefecture::find(typed) {
        Some(found) => Ok(found.name.to_owned()),
        None if typed.trim().is_empty() => Err(Fault::Empty),
        None => Err(Fault::Shape),
    }
}

fn required(typed: &str) -> Result<String, Fault> {
    let line = line(typed)?;
    if line.is_empty() { Err(Fault::Empty) } else { Ok(line) }
}

fn line(typed: &str) -> Result<String, Fault> {
    let kept = text::tidy(typed);
    if text::holds_my_number(typed) {
        Err(Fault::MyNumber)
    } else if typed.trim().chars().any(char::is_control) {
        Err(Fault::Shape)
    } else if kept.chars().count() > LONGEST {
        Err(Fault::TooLong)
    } else {
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed {
            postal_code: "１００－０００１".into(),
            prefecture: "東京".into(),
            city: " 見本市 ".into(),
            street: "例町１－２－３".into(),
            building: String::new(),
            phone: "090-0000-1111".into(),
        }
    }

    #[test]
    fn a17_an_address_is_read_in_any_width_and_the_building_may_stay_empty() {
        let address = typed().read().unwrap();
        assert_eq!(address.postal_code, "1000001");
        assert_eq!(address.prefecture, "東京都");
        assert_eq!(address.city, "見本市");
        assert_eq!(address.street, "例町1-2-3");
        assert_eq!(address.building, "");
        assert_eq!(address.phone, "09000001111");
    }

    #[test]
    fn every_faulty_field_is_named_in_the_order_of_the_form() {
        let faults = Typed::default().read().unwrap_err();
        let expected = [Field::PostalCode, Field::Prefecture, Field::City, Field::Street, Field::Phone];
        assert_eq!(faults.iter().map(|(field, _)| *field).collect::<Vec<_>>(), expected);
        assert!(faults.iter().all(|(_, fault)| *fault == Fault::Empty));
    }

    #[test]
    fn an_address_on_record_is_put_into_the_form_as_far_as_it_is_told() {
        let known = Known {
            formatted: "東京都見本市例町１－２－３例荘２０３".into(),
            postal_code: Some("1000001".into()),
            region: Some("東京都".into()),
            locality: Some("見本市".into()),
            street_address: Some("例町１－２－３\n例荘２０３".into()),
        };
        let filled = Typed { phone: "03-0000-0001".into(), ..Typed::known(&known) };
        let read = filled.read().unwrap();
        assert_eq!((read.street.as_str(), read.building.as_str()), ("例町1-2-3", "例荘203"));
        assert!(Typed::known(&Known::default()).is_empty());
    }

    type Change<'a> = Box<dyn Fn(&mut Typed) + 'a>;

    #[test]
    fn one_fault_is_told_for_what_it_is() {
        let long = "あ".repeat(61);
        let cases: Vec<(Change<'_>, Field, Fault)> = vec![
            (Box::new(|typed| typed.postal_code = "100-000".into()), Field::PostalCode, Fault::Shape),
            (Box::new(|typed| typed.prefecture = "架空県".into()), Field::Prefecture, Fault::Shape),
            (Box::new(|typed| typed.city = long.clone()), Field::City, Fault::TooLong),
            (Box::new(|typed| typed.street = "1234 5678 9012".into()), Field::Street, Fault::MyNumber),
            (Box::new(|typed| typed.building = "a\nb".into()), Field::Building, Fault::Shape),
            (Box::new(|typed| typed.phone = "123-4567-8901".into()), Field::Phone, Fault::Shape),
            (Box::new(|typed| typed.phone = "123456789012".into()), Field::Phone, Fault::MyNumber),
        ];
        for (change, field, fault) in cases {
            let mut typed = typed();
            change(&mut typed);
            assert_eq!(typed.read(), Err(vec![(field, fault)]));
        }
    }
}
