//! Splits a line into its fields.

/// The fields of a line: separated by commas, optionally in quotes, a quote within them doubled (RFC 4180 §2, without
/// line ends inside a field). `None` when a quote is left open or followed by text.
pub(super) fn split(line: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let (field, next) = match text.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => match text.split_once(',') {
                Some((field, next)) => (field.to_owned(), Some(next)),
                None => (text.to_owned(), None),
            },
        };
        fields.push(field);
        rest = next;
    }
    Some(fields)
}

/// A field whose opening quote was read, and what follows its comma.
fn quoted_field(mut text: &str) -> Option<(String, Option<&str>)> {
    let mut field = String::new();
    loop {
        let (part, after) = text.split_once('"')?;
        field.push_str(part);
        if let Some(next) = after.strip_prefix('"') {
            field.push('"');
            text = next;
        } else if after.is_empty() {
            return Some((field, None));
        } else {
            return Some((field, Some(after.strip_prefix(',')?)));
        }
    }
}
