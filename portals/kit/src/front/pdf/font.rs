//! The typefaces, and which of them has a character.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use krilla::text::Font;
use serde::Deserialize;
use skrifa::charmap::MapVariant;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

/// What printers set for a character they do not have.
const MISSING: char = '〓';

/// The `[pdf]` section of a portal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The typeface of documents: an OpenType file, of a collection its first face. Where it is missing, the portal
    /// offers no documents.
    pub font: PathBuf,
    /// Asked in this order for characters that it lacks.
    pub fallback: Vec<PathBuf>,
}

impl Default for Settings {
    /// The typeface of Debian's package `fonts-noto-cjk`, which has the characters of Japanese names.
    fn default() -> Self {
        Self { font: "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc".into(), fallback: Vec::new() }
    }
}

/// The typefaces documents are set in: the first one that has a character is taken for it. Cheap to clone.
#[derive(Clone)]
pub struct Fonts(Arc<[Face]>);

struct Face {
    font: Font,
    bytes: Arc<Vec<u8>>,
}

/// Why a typeface cannot be used. The message names the file.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// The file cannot be read.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// It is no OpenType font.
    #[error("{}: not an OpenType font", .0.display())]
    Shape(PathBuf),
}

/// One character as it is set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Letter {
    /// The character.
    pub(super) base: char,
    /// Which of its forms, where the text says so (the 葛 of Katsushika, for instance).
    pub(super) form: Option<char>,
    /// The typeface.
    pub(super) face: usize,
    /// Its glyph there.
    pub(super) glyph: u32,
    /// Its width in ems.
    pub(super) advance: f32,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({})", self.0.len())
    }
}

impl Fonts {
    /// Reads the typefaces that are set.
    ///
    /// # Errors
    /// When one of the files is missing or no font.
    pub fn read(settings: &Settings) -> Result<Self, FontError> {
        let paths = std::iter::once(&settings.font).chain(&settings.fallback);
        Ok(Self(paths.map(|path| face(path)).collect::<Result<_, _>>()?))
    }

    pub(super) fn font(&self, face: usize) -> Option<&Font> {
        self.0.get(face).map(|face| &face.font)
    }

    /// The characters of a text, each from the first typeface that has it.
    pub(super) fn letters(&self, text: &str) -> Vec<Letter> {
        let faces: Vec<FontRef<'_>> =
            self.0.iter().filter_map(|face| FontRef::from_index(&face.bytes, 0).ok()).collect();
        let mut letters = Vec::new();
        let mut characters = text.chars().filter(|c| !c.is_control()).peekable();
        while let Some(base) = characters.next() {
            let form = characters.next_if(|c| is_selector(*c));
            letters.extend(letter(&faces, base, form).or_else(|| letter(&faces, MISSING, None)));
        }
        letters
    }
}

fn face(path: &Path) -> Result<Face, FontError> {
    let bytes = std::fs::read(path).map_err(|cause| FontError::File { path: path.to_owned(), cause })?;
    let bytes = Arc::new(bytes);
    match Font::new(Arc::clone(&bytes).into(), 0) {
        Some(font) => Ok(Face { font, bytes }),
        None => Err(FontError::Shape(path.to_owned())),
    }
}

/// Variation selectors say which form of the character before them is meant.
const fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn letter(faces: &[FontRef<'_>], base: char, form: Option<char>) -> Option<Letter> {
    faces.iter().enumerate().find_map(|(face, font)| {
        let map = font.charmap();
        let formed = form.and_then(|form| map.map_variant(base, form));
        let glyph = match formed {
            Some(MapVariant::Variant(glyph)) => glyph,
            Some(MapVariant::UseDefault) | None => map.map(base)?,
        };
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        let advance = metrics.advance_width(glyph)? / em;
        Some(Letter { base, form, face, glyph: glyph.to_u32(), advance })
    })
}
