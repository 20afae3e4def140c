//! Tables as files that spreadsheets open (RFC 4180).

/// A line of fields. What a spreadsheet would take for a formula becomes a text (ASVS 1.2.10).
pub fn line(fields: &[String]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    format!("{}\r\n", fields.join(","))
}

fn quoted(field: &str) -> String {
    let is_formula = field.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || field.starts_with(['\t', '\r', '\n']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn xs_02_no_field_is_a_formula_and_none_breaks_out_of_its_quotes() {
        let written = |field: &str| line(&[field.to_owned()]);
        for (field, expected) in [
            ("ログイン", "\"ログイン\"\r\n"),
            ("a \"b\", c", "\"a \"\"b\"\", c\"\r\n"),
            ("=cmd|'/c calc'!A1", "\"'=cmd|'/c calc'!A1\"\r\n"),
            (" +1", "\"' +1\"\r\n"),
            ("-1", "\"'-1\"\r\n"),
            ("@sum", "\"'@sum\"\r\n"),
            ("＝1", "\"'＝1\"\r\n"),
            ("\tx", "\"'\tx\"\r\n"),
        ] {
            assert_eq!(written(field), expected);
        }
        assert_eq!(line(&["a".to_owned(), String::new()]), "\"a\",\"\"\r\n");
    }
}
