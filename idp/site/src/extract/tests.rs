use encoding_rs::SHIFT_JIS;
use proptest::prelude::*;

use super::encoding::BYTE_ORDER_MARK;
use super::*;

fn cp932(text: &str) -> Vec<u8> {
    let (bytes, _, failed) = SHIFT_JIS.encode(text);
    assert!(!failed, "{text}");
    bytes.into_owned()
}

/// Each row as `line: a|b`, or `line: !encoding`, `line: !form`.
fn rows(file: &[u8]) -> Vec<String> {
    Reader::new(file).map(|(line, row)| format!("{line}: {}", shown(row))).collect()
}

fn shown(row: Result<Vec<String>, RowError>) -> String {
    match row {
        Ok(fields) => fields.join("|"),
        Err(RowError::Encoding) => "!encoding".to_owned(),
        Err(RowError::Form) => "!form".to_owned(),
        Err(RowError::Io(_)) => "!io".to_owned(),
    }
}

#[test]
fn the_same_rows_come_out_of_cp932_utf_8_and_utf_8_with_its_mark() {
    let text = "1,ｹﾝﾎﾟ ｼｮｳｺ,健保 翔子,髙﨑\r\n2,\"a,\"\"b\"\"\",,ソ―表\r\n\r\n3,x\r\n";
    let expected = ["1: 1|ｹﾝﾎﾟ ｼｮｳｺ|健保 翔子|髙﨑", "2: 2|a,\"b\"||ソ―表", "4: 3|x"];
    assert_eq!(rows(text.as_bytes()), expected);
    assert_eq!(rows(&cp932(text)), expected);
    assert_eq!(rows(&[BYTE_ORDER_MARK, text.as_bytes()].concat()), expected);
}

#[test]
fn a_bad_byte_loses_only_its_own_row() {
    let mut file = cp932("1,青葉\r\n2,");
    file.extend(b"\x81\xff\r\n");
    file.extend(cp932("3,東雲\r\n"));
    assert_eq!(rows(&file), ["1: 1|青葉", "2: !encoding", "3: 3|東雲"]);

    let mut file = "1,青葉\n2,".as_bytes().to_vec();
    file.extend(b"\xe9\x9d\n");
    file.extend("3,東雲\n4,a\0b\n5,一\n".as_bytes());
    assert_eq!(rows(&file), ["1: 1|青葉", "2: !encoding", "3: 3|東雲", "4: !encoding", "5: 5|一"]);
}

#[test]
fn an_open_quote_or_an_endless_line_loses_only_its_own_row() {
    let long = "x".repeat(LONGEST * 3);
    let file = format!("1,\"a\n2,\"b\"c\n3,{long}\n4,d\"e\n5,\"f\"");
    assert_eq!(rows(file.as_bytes()), ["1: !form", "2: !form", "3: !form", "4: 4|d\"e", "5: 5|f"]);
}

#[test]
fn the_longest_line_is_still_a_row_and_the_last_needs_no_end() {
    let field = "x".repeat(LONGEST - 3);
    let file = format!("1,{field}\n2,b");
    let read = rows(file.as_bytes());
    assert_eq!((read[0].len(), read[1].as_str()), (LONGEST - 1 + 3, "2: 2|b"));
}

#[test]
fn half_width_katakana_that_look_like_latin_utf_8_are_read_as_cp932() {
    // C3 B1 is "ﾃｱ" in CP932 and "ñ" in UTF-8.
    assert_eq!(rows(b"1,\xc3\xb1\n"), ["1: 1|ﾃｱ"]);
    let mut reader = Reader::new(&b"1,\xc3\xb1\n"[..]);
    assert!(reader.next().is_some());
    assert_eq!(reader.encoding(), Some(Encoding::Cp932));
    let mut forced = Reader::with_encoding(&b"1,\xc3\xb1\n"[..], Encoding::Utf8);
    assert_eq!(forced.next().unwrap().1.unwrap(), ["1", "ñ"]);
}

#[test]
fn the_mark_at_the_end_that_host_systems_write_is_no_row() {
    assert_eq!(rows(b"1,a\r\n\x1a"), ["1: 1|a"]);
    assert!(rows(b"").is_empty());
    assert!(rows(b"\r\n\n").is_empty());
}

#[test]
fn a_file_that_breaks_off_says_so_once() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let file = io::Read::chain(&b"1,a\n2,b"[..], Broken);
    let read: Vec<String> = Reader::new(file).map(|(line, row)| format!("{line}: {}", shown(row))).collect();
    assert_eq!(read, ["1: 1|a", "2: !io"]);
}

#[test]
fn a_file_that_comes_in_small_pieces_is_sampled_as_a_whole() {
    struct Slow<'a>(&'a [u8]);
    impl io::Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(3);
            self.0.read(&mut buffer[..most])
        }
    }
    let text = format!("header,in,ascii\n{}", "1,青葉 健保\n".repeat(9_000));
    let mut reader = Reader::new(Slow(text.as_bytes()));
    assert_eq!(reader.by_ref().filter(|(_, row)| row.is_ok()).count(), 9_001);
    assert_eq!(reader.encoding(), Some(Encoding::Utf8));
}

#[test]
fn bytes_that_decoders_disagree_on_are_read_as_windows_does() {
    assert_eq!(rows(b"\x83\x54\x83\x67\x81\x7c,\x81\x60\n"), ["1: サト－|～"]);
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_in_either_encoding(
        table in prop::collection::vec(prop::collection::vec("[a-z\",ア-ンｱ-ﾝ亜-瓦 ]{0,8}", 1..6), 1..20),
    ) {
        let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
        let text: String = table
            .iter()
            .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n")
            .collect();
        let read = |reader: Reader<&[u8]>| reader.map(|(_, row)| row.unwrap()).collect::<Vec<_>>();
        prop_assert_eq!(&read(Reader::with_encoding(text.as_bytes(), Encoding::Utf8)), &table);
        let (bytes, _, failed) = SHIFT_JIS.encode(&text);
        if !failed {
            prop_assert_eq!(&read(Reader::with_encoding(&bytes, Encoding::Cp932)), &table);
        }
    }

    #[test]
    fn no_file_makes_reading_panic_or_read_more_rows_than_lines(file: Vec<u8>) {
        let lines = file.split(|byte| *byte == b'\n').count();
        prop_assert!(Reader::new(file.as_slice()).count() <= lines);
    }
}
