//! Long texts, such as terms of use, as blocks a page can set.

/// A block of a long text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The heading of an article.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// Points of a list.
    List(Vec<String>),
}

/// Reads the small part of Markdown that texts are written in: lines beginning with `##` are headings, lines beginning
/// with `- ` are points, empty lines end a paragraph. A line beginning with a single `#` is the title of the whole, which
/// the page around it says already: it is left out. Lines of a paragraph are joined as their script wants it:
/// with a space between Latin letters, with nothing elsewhere.
pub fn read(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with("# ") {
            open = false;
        } else if line.starts_with('#') {
            blocks.push(Block::Heading(line.trim_start_matches('#').trim().to_owned()));
            open = false;
        } else if let Some(point) = line.strip_prefix("- ") {
            match blocks.last_mut() {
                Some(Block::List(points)) if open => points.push(point.to_owned()),
                _ => blocks.push(Block::List(vec![point.to_owned()])),
            }
            open = true;
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(paragraph)) if open => join(paragraph, line),
                Some(Block::List(points)) if open => {
                    if let Some(point) = points.last_mut() {
                        join(point, line);
                    }
                }
                _ => blocks.push(Block::Paragraph(line.to_owned())),
            }
            open = true;
        }
    }
    blocks
}

fn join(text: &mut String, line: &str) {
    let spaced =
        text.ends_with(|last: char| last.is_ascii()) && line.starts_with(|first: char| first.is_ascii());
    if spaced {
        text.push(' ');
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_paragraphs_and_points_are_told_apart() {
        let blocks =
            read("# 規約\n\n## 第1条\n一行目。\n二行目。\n\n次の段。\n- 甲\n- 乙\n  つづき\n\n- 丙\n");
        assert_eq!(
            blocks,
            [
                Block::Heading("第1条".into()),
                Block::Paragraph("一行目。二行目。".into()),
                Block::Paragraph("次の段。".into()),
                Block::List(vec!["甲".into(), "乙つづき".into()]),
                Block::List(vec!["丙".into()]),
            ]
        );
    }

    #[test]
    fn lines_of_english_keep_a_space_between_them() {
        assert_eq!(read("one\ntwo"), [Block::Paragraph("one two".into())]);
    }
}
