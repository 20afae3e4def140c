//! One width for what stands for numbers and keys: host systems write them in either.

/// The text without blanks around it, full-width letters, digits and signs in their narrow forms.
pub fn narrow(text: &str) -> String {
    text.trim().chars().map(narrow_char).collect()
}

const fn narrow_char(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(c as u32 - 0xfee0) {
            Some(narrow) => narrow,
            None => c,
        },
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_make_no_difference() {
        assert_eq!(narrow("　２０２６０９ "), "202609");
        assert_eq!(narrow("−１，０００"), "-1,000");
        assert_eq!(narrow("Ａ０１"), "A01");
    }
}
