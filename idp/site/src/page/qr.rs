//! QR codes as paths of an inline SVG.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// A QR code to be drawn as `<svg viewBox="0 0 {size} {size}"><path d="{path}"/></svg>`, quiet zone not included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// Modules on each side.
    pub size: usize,
    /// One sub-path for each run of dark modules in a row.
    pub path: String,
    /// Those runs: row, first column and number of modules.
    pub runs: Vec<(usize, usize, usize)>,
}

impl Qr {
    /// The code of `content`; nothing when it is too long for any code.
    pub fn of(content: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(content, EcLevel::M).ok()?;
        let size = code.width();
        let mut path = String::new();
        let mut runs = Vec::new();
        for (row, modules) in code.to_colors().chunks(size).enumerate() {
            let mut column = 0;
            for run in modules.chunk_by(|one, other| one == other) {
                if run.first() == Some(&Color::Dark) {
                    let width = run.len();
                    let _ = write!(path, "M{column} {row}h{width}v1h-{width}z");
                    runs.push((row, column, width));
                }
                column += run.len();
            }
        }
        Some(Self { size, path, runs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_finder_patterns_and_stays_inside_its_square() {
        let qr = Qr::of("https://idp.example.jp/").unwrap();
        assert_eq!(qr.size, 25);
        assert!(qr.path.starts_with("M0 0h7v1h-7z"), "{}", qr.path);
        assert!(qr.path.contains(&format!("M{} 0h7", qr.size - 7)));
        assert_eq!(qr.runs.first(), Some(&(0, 0, 7)));
    }

    #[test]
    fn what_fits_no_code_gives_none() {
        assert_eq!(Qr::of(&"x".repeat(5000)), None);
    }
}
