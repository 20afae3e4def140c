//! Text messages: few words, in which an insurer's name cannot pass for anything else (`security.md` MF-18).

use sekisho_base::Speech;

use super::Writer;

/// What one message holds: signs of which at least one is not of ASCII, and signs of ASCII.
const WIDE: usize = 70;
const NARROW: usize = 160;
/// A name keeps so many signs, however long the rest is.
const LEAST: usize = 12;
/// And so many at most.
const MOST: usize = 60;

/// A code by text message; its last line binds the code to `host`, so that phones fill it in there only.
pub fn sms_code(speech: &Speech<'_>, society: &str, code: &str, host: &str) -> String {
    fitting(society, |society| {
        speech.with("sms.code", &[("society", society), ("code", code), ("host", host)])
    })
}

/// A line by SMS: something about the account has changed, and whom to call.
pub fn sms_notice(writer: &Writer<'_>) -> String {
    let society = shortened(&plain(&writer.society), MOST);
    writer.speech.with("sms.notice", &[("society", &society), ("phone", &writer.phone)])
}

/// The text with as much of the name as goes into one message.
fn fitting(society: &str, text: impl Fn(&str) -> String) -> String {
    let (name, rest) = (plain(society), text(""));
    let room = if name.is_ascii() && rest.is_ascii() { NARROW } else { WIDE };
    text(&shortened(&name, room.saturating_sub(rest.chars().count()).clamp(LEAST, MOST)))
}

/// A name on one line, in which no phone finds an address, a code or a last line of its own.
fn plain(name: &str) -> String {
    let signs = name.chars().map(|sign| match sign {
        '0'..='9' | '.' | ':' | '/' | '@' | '#' => wide(sign),
        sign if sign.is_control() || is_invisible(sign) => ' ',
        sign => sign,
    });
    let spaced: String = signs.collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sign in full width, which is none of an address.
fn wide(sign: char) -> char {
    char::from_u32(u32::from(sign) + 0xfee0).unwrap_or(' ')
}

/// Signs that turn the direction of a line, or that nobody sees.
const fn is_invisible(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    name.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use sekisho_base::Language;

    use super::*;
    use crate::web::view::texts;
    use sekisho_site::page;

    const HOST: &str = "id.example.jp";

    const BOTH: [Language; 2] = [Language::Ja, Language::En];

    fn text(society: &str, language: Language) -> String {
        let speech = Speech::new(language, vec![texts(), page::texts()]);
        sms_code(&speech, society, "482915", HOST)
    }

    #[test]
    fn mf_18_whatever_an_insurer_is_called_the_text_is_one_message_with_one_code_and_one_last_line() {
        let long = "青".repeat(200);
        for society in [
            "青葉健康保険組合",
            "青葉\n@evil.example #111111",
            "青葉\r\n\r\n000000\n",
            "https://evil.example/login 青葉",
            "第2 www.evil.example",
            "\u{202e}evil\u{2028}111111",
            &long,
        ] {
            for language in BOTH {
                let text = text(society, language);
                let lines: Vec<&str> = text.lines().collect();
                assert_eq!(lines.len(), 4, "{text}");
                assert_eq!(lines.last(), Some(&"@id.example.jp #482915"), "{text}");
                assert_eq!(lines.iter().filter(|line| **line == "482915").count(), 1, "{text}");
                assert_eq!(text.chars().filter(char::is_ascii_digit).count(), 12, "{text}");
                assert!(text.chars().count() <= WIDE, "{text}");
                assert!(!text.contains("evil.") && !text.contains("://"), "{text}");
                assert!(text.matches('@').count() == 1 && text.matches('#').count() == 1, "{text}");
            }
        }
    }

    #[test]
    fn a_name_that_fits_stands_as_it_is() {
        assert!(
            text("青葉健康保険組合", Language::Ja)
                .starts_with("青葉健康保険組合の確認コードです。\n482915\n")
        );
        let english = "The Health Insurance Society of Aoba and Its Affiliates";
        assert!(text(english, Language::En).starts_with(english));
    }
}
