//! The inbox's page as plain data.

use std::sync::LazyLock;

use askama::Template;
use sekisho_base::{Language, Speech, Table};
use sekisho_site::page::{self, Asset, Brand, Footer, Shell, Switch};

use super::{Channel, KEPT, Message};

/// The page's own stylesheet.
pub const STYLES: [Asset; 1] = [Asset {
    name: "inbox.css",
    kind: "text/css; charset=utf-8",
    bytes: include_bytes!("../../assets/inbox.css"),
}];

static TEXTS: LazyLock<Table> = LazyLock::new(|| {
    Table::parse(include_str!("../../locales/ja.toml"), include_str!("../../locales/en.toml"))
        .unwrap_or_default()
});

/// The list of messages.
#[derive(Template)]
#[template(path = "inbox.html")]
pub struct InboxPage<'a> {
    shell: Shell<'a>,
    style: String,
    again: String,
    kept: usize,
    letters: Vec<Letter>,
}

struct Letter {
    id: String,
    icon: &'static str,
    way: String,
    moment: String,
    time: String,
    to: String,
    from: String,
    subject: String,
    lines: Vec<Line>,
    formatted: bool,
}

/// A line of a message.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// A code that stands alone.
    Code(String),
    /// Words, with addresses among them.
    Words(Vec<Piece>),
}

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Address(String),
}

impl InboxPage<'_> {
    /// The page in `language`; help is where the identity provider `issuer` has it.
    pub fn of(messages: Vec<Message>, language: Language, issuer: &str) -> Self {
        let speech = Speech::new(language, vec![&TEXTS, page::texts()]);
        let letters = messages.into_iter().map(|message| Letter::of(message, &speech)).collect();
        let brand = Brand {
            name: speech.say("inbox.name").to_owned(),
            seal: String::new(),
            what: speech.say("inbox.what").to_owned(),
            theme_href: None,
            gate: true,
        };
        let footer = Footer {
            help: format!("{issuer}/help"),
            inquiry: format!("{issuer}/inquiry"),
            terms: format!("{issuer}/terms/terms"),
            privacy: format!("{issuer}/terms/privacy"),
        };
        let switch = Switch::Own { action: "/".to_owned(), query: Vec::new() };
        let again = format!("/?lang={}", language.tag());
        let shell = Shell { speech, brand, switch, footer, progress: None, place: None, notices: Vec::new() };
        let style = STYLES.first().map(Asset::href).unwrap_or_default();
        Self { shell, style, again, kept: KEPT, letters }
    }
}

impl Letter {
    fn of(message: Message, speech: &Speech<'_>) -> Self {
        let (icon, way) = match message.channel {
            Channel::Mail => ("mail", "inbox.mail"),
            Channel::Sms => ("phone", "inbox.sms"),
        };
        Self {
            id: message.id,
            icon,
            way: speech.say(way).to_owned(),
            moment: message.received_at.to_string(),
            time: message.received_at.in_tokyo().strftime("%H:%M:%S").to_string(),
            to: message.to,
            from: message.from,
            subject: message.subject,
            lines: message.text.trim().lines().map(Line::of).collect(),
            formatted: !message.html.is_empty(),
        }
    }
}

impl Line {
    fn of(line: &str) -> Self {
        let line = line.trim_end();
        let digits = line.len() >= 6 && line.chars().all(|letter| letter.is_ascii_digit());
        if digits { Self::Code(line.to_owned()) } else { Self::Words(pieces(line)) }
    }
}

/// Finds the web addresses in a line, which end at a space or a Japanese bracket.
fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(at);
        let end = from.find(|letter: char| letter.is_whitespace() || "<>\"）」、。".contains(letter));
        let (address, after) = from.split_at(end.unwrap_or(from.len()));
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Address(address.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_exist_in_both_languages() {
        let parsed =
            Table::parse(include_str!("../../locales/ja.toml"), include_str!("../../locales/en.toml"));
        assert!(parsed.unwrap().keys().count() > 8);
    }

    #[test]
    fn a_code_stands_out_only_where_it_stands_alone() {
        assert_eq!(Line::of("123456"), Line::Code("123456".to_owned()));
        assert_eq!(Line::of("10分"), Line::Words(vec![Piece::Text("10分".to_owned())]));
        assert_eq!(Line::of(""), Line::Words(Vec::new()));
    }

    #[test]
    fn addresses_in_a_line_become_links() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let address = |address: &str| Piece::Address(address.to_owned());
        let cases = [
            ("http://localhost:8080/link/a-b", vec![address("http://localhost:8080/link/a-b")]),
            (
                "次へ（https://x.example.jp/a）。",
                vec![text("次へ（"), address("https://x.example.jp/a"), text("）。")],
            ),
            ("no address here: javascript:alert(1)", vec![text("no address here: javascript:alert(1)")]),
        ];
        for (line, expected) in cases {
            assert_eq!(pieces(line), expected, "{line}");
        }
    }
}
