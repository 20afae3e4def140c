//! Reads the extracts of insurers: CSV in CP932 or UTF-8, a line at a time.
//!
//! What must stay true: one bad row loses nothing else. So a row is a line: a quote that is left open ends with its line
//! instead of swallowing the rows that follow, and a byte that cannot be decoded spoils its own row only. Memory is one
//! line and the first block of the file.

mod encoding;
mod line;
mod sample;

use std::io::{self, BufRead as _, BufReader, Read};

pub use encoding::Encoding;
use sample::Sampled;

/// A line longer than this is no row.
const LONGEST: usize = 64 * 1024;
/// What host systems write at the end of a file.
const CONTROL_Z: u8 = 0x1a;

/// Why a row could not be read. It repeats nothing of the row.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// A byte is none of the file's encoding, or is zero.
    #[error("not of the file's encoding")]
    Encoding,
    /// A quote is left open or followed by text, or the line is longer than any row.
    #[error("not of the form of a row")]
    Form,
    /// The file cannot be read on; no row follows.
    #[error("the file cannot be read")]
    Io(#[source] io::Error),
}

/// A line's number and its fields.
type Numbered = (u64, Result<Vec<String>, RowError>);

/// The rows of an extract, each with the number of its line, from 1. Empty lines are passed over; the first line may be
/// a header, which whoever knows the columns must tell.
pub struct Reader<R: Read> {
    lines: BufReader<Sampled<R>>,
    encoding: Option<Encoding>,
    line: u64,
    buffer: Vec<u8>,
    ended: bool,
}

impl<R: Read> Reader<R> {
    /// Reads `file` in the encoding that its first lines show.
    pub fn new(file: R) -> Self {
        Self {
            lines: BufReader::with_capacity(LONGEST, Sampled::new(file)),
            encoding: None,
            line: 0,
            buffer: Vec::new(),
            ended: false,
        }
    }

    /// Reads `file` in a given encoding.
    pub fn with_encoding(file: R, encoding: Encoding) -> Self {
        Self { encoding: Some(encoding), ..Self::new(file) }
    }

    /// The encoding, once the first row was read.
    pub const fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// Finds the encoding and passes over a byte order mark.
    fn begin(&mut self) -> io::Result<Encoding> {
        let marked = self.lines.fill_buf()?.starts_with(encoding::BYTE_ORDER_MARK);
        if marked {
            self.lines.consume(encoding::BYTE_ORDER_MARK.len());
        }
        Ok(match self.encoding {
            Some(forced) => forced,
            None if marked => Encoding::Utf8,
            None => encoding::detect(self.lines.get_ref().block()),
        })
    }

    /// The next line without its end, in the buffer; its length in the file, 0 at the end.
    fn next_line(&mut self) -> io::Result<usize> {
        self.buffer.clear();
        let most = u64::try_from(LONGEST + 1).unwrap_or(u64::MAX);
        let mut read = self.lines.by_ref().take(most).read_until(b'\n', &mut self.buffer)?;
        if read > LONGEST && self.buffer.last() != Some(&b'\n') {
            read += self.lines.skip_until(b'\n')?;
        }
        while matches!(self.buffer.last(), Some(b'\n' | b'\r')) {
            self.buffer.pop();
        }
        Ok(read)
    }

    fn row(&mut self) -> io::Result<Option<Numbered>> {
        let encoding = match self.encoding {
            Some(encoding) if self.line > 0 => encoding,
            _ => {
                let encoding = self.begin()?;
                self.encoding = Some(encoding);
                encoding
            }
        };
        loop {
            let read = self.next_line()?;
            if read == 0 || self.buffer.as_slice() == [CONTROL_Z] {
                return Ok(None);
            }
            self.line += 1;
            if read > LONGEST {
                return Ok(Some((self.line, Err(RowError::Form))));
            }
            if !self.buffer.is_empty() {
                return Ok(Some((self.line, parse(&self.buffer, encoding))));
            }
        }
    }
}

fn parse(line: &[u8], encoding: Encoding) -> Result<Vec<String>, RowError> {
    let text = encoding.decode(line).ok_or(RowError::Encoding)?;
    line::split(&text).ok_or(RowError::Form)
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Numbered;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.row() {
            Ok(Some(row)) => Some(row),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some((self.line + 1, Err(RowError::Io(error))))
            }
        }
    }
}

#[cfg(test)]
mod tests;
