//! Where lines break (JIS X 4051, as far as forms need it): between any two Japanese characters, but not before what
//! closes or after what opens, and never within a Latin word or a number.

use super::font::Letter;

/// What may not begin a line.
const CLOSING: &str = "、。，．,.・：；:;？！?!）)」』】〕〉》］]｝}ーヽヾゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ％%円年月日";
/// What may not end one.
const OPENING: &str = "（(「『【〔〈《［[｛{〒￥¥";

/// `letters` in lines no wider than `measure` ems. A word that is wider than a line is cut.
pub(super) fn broken(letters: Vec<Letter>, measure: f32) -> Vec<Vec<Letter>> {
    let mut lines = Vec::new();
    let mut line: Vec<Letter> = Vec::new();
    let mut width = 0.0;
    for letter in letters {
        if width + letter.advance > measure && !line.is_empty() && letter.base != ' ' {
            let rest = line.split_off(place_to_break(&line, &letter));
            lines.push(std::mem::replace(&mut line, rest));
            width = line.iter().map(|letter| letter.advance).sum();
        }
        width += letter.advance;
        line.push(letter);
    }
    lines.push(line);
    for line in &mut lines {
        while line.last().is_some_and(|letter| letter.base == ' ') {
            line.pop();
        }
    }
    lines
}

/// Before which letter of `line` it breaks when `next` does not fit any more.
fn place_to_break(line: &[Letter], next: &Letter) -> usize {
    let after = line.iter().skip(1).chain(std::iter::once(next));
    let pairs: Vec<bool> =
        line.iter().zip(after).map(|(one, other)| may_break(one.base, other.base)).collect();
    pairs.iter().rposition(|may| *may).map_or(line.len(), |place| place + 1)
}

fn may_break(one: char, other: char) -> bool {
    let word =
        |c: char| c.is_ascii_alphanumeric() || "-_./@'’,:".contains(c) || ('\u{c0}'..='\u{24f}').contains(&c);
    let held = CLOSING.contains(other) || OPENING.contains(one) || other == ' ';
    !(held || word(one) && word(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, measure: f32) -> Vec<String> {
        let letter = |base: char| Letter {
            base,
            form: None,
            face: 0,
            glyph: 1,
            advance: if base.is_ascii() { 0.5 } else { 1.0 },
        };
        broken(text.chars().map(letter).collect(), measure)
            .iter()
            .map(|line| line.iter().map(|letter| letter.base).collect())
            .collect()
    }

    #[test]
    fn a_line_neither_begins_with_what_closes_nor_ends_with_what_opens() {
        assert_eq!(lines("資格確認書、保険", 5.0), ["資格確認", "書、保険"]);
        assert_eq!(lines("資格確認（写し）", 5.0), ["資格確認", "（写し）"]);
        assert_eq!(lines("画面の提示が必要です", 5.0), ["画面の提示", "が必要です"]);
    }

    #[test]
    fn words_and_numbers_stay_whole_unless_they_are_wider_than_a_line() {
        assert_eq!(lines("番号 200001と", 5.0), ["番号", "200001と"]);
        assert_eq!(lines("Aoba Health Insurance", 7.0), ["Aoba Health", "Insurance"]);
        assert_eq!(lines("39,790円です", 3.5), ["39,790", "円です"]);
        assert_eq!(lines("abcdefgh", 2.0), ["abcd", "efgh"]);
        assert_eq!(lines("", 2.0), [""]);
    }
}
