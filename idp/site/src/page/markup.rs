//! The little markup that texts may carry.

use std::fmt;

use askama::filters::HtmlSafe;

/// A text with its markup turned into HTML and everything else escaped.
///
/// A new line breaks the line, `**…**` is strong, `[[…]]` is kept on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// Reads `text`, which may hold values typed by anyone: they can make themselves bold, nothing worse.
    pub fn of(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        let mut html = String::with_capacity(text.len() + 16);
        let mut rest = text.chars().peekable();
        let mut strong = false;
        let mut kept = 0_u32;
        while let Some(letter) = rest.next() {
            match letter {
                '\n' => html.push_str("<br>"),
                '*' if rest.next_if_eq(&'*').is_some() => {
                    html.push_str(if strong { "</b>" } else { "<b>" });
                    strong = !strong;
                }
                '[' if !strong && rest.next_if_eq(&'[').is_some() => {
                    html.push_str("<span class=\"nw\">");
                    kept += 1;
                }
                ']' if kept > 0 && !strong && rest.next_if_eq(&']').is_some() => {
                    html.push_str("</span>");
                    kept -= 1;
                }
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                other => html.push(other),
            }
        }
        if strong {
            html.push_str("</b>");
        }
        for _ in 0..kept {
            html.push_str("</span>");
        }
        Self(html)
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// A text as it is: lets a template compare whatever it was given with a word.
pub fn plain(text: &str) -> &str {
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_elements_and_the_rest_is_escaped() {
        let cases = [
            ("一行\n二行", "一行<br>二行"),
            ("**@a.example.jp** から", "<b>@a.example.jp</b> から"),
            ("[[約3か月後]]に", "<span class=\"nw\">約3か月後</span>に"),
            ("a * b [c] ]]", "a * b [c] ]]"),
            ("**open", "<b>open</b>"),
            ("[[open", "<span class=\"nw\">open</span>"),
            ("**a [[b** c]]", "<b>a [[b</b> c]]"),
        ];
        for (text, html) in cases {
            assert_eq!(Markup::of(text).to_string(), html);
        }
    }

    #[test]
    fn xs_01_a_value_cannot_write_html() {
        let html = Markup::of("<script>alert('1')</script>\"&").to_string();
        assert_eq!(html, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;");
    }
}
