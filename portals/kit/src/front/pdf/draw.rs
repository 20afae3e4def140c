//! From marks on sheets to a PDF file, with its structure for those who listen.

use std::num::NonZeroU16;

use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::document::Document;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind,
    TagTree,
};
use krilla::text::{GlyphId, KrillaGlyph};
use sekisho_base::Timestamp;

use super::font::{Fonts, Letter};
use super::{HEIGHT, Ink, Paper, PaperError, WIDTH};

/// Red, green and blue.
type Color = (u8, u8, u8);

const BLACK: Color = (0x1b, 0x1e, 0x27);
/// Of hairlines: dark enough to be printed.
const LINE: Color = (0xa3, 0x9f, 0x94);

/// What stands somewhere on a sheet, in points from its upper left corner.
pub(super) enum Mark {
    /// One line of text; without a node it is no part of what is read aloud.
    Text { x: f32, y: f32, size: f32, ink: Ink, letters: Vec<Letter>, node: Option<usize> },
    /// A hairline.
    Rule { from: f32, to: f32, y: f32, thickness: f32 },
    /// What a figure is made of.
    Figure { blocks: Vec<Block>, node: usize },
}

/// A filled rectangle.
pub(super) struct Block {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// What a part of the document is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    Heading(u16),
    Paragraph,
    Figure(String),
    Table,
    Row,
    ColumnHead,
    RowHead,
    Cell,
}

/// A part of the document's structure. Parents come before their children.
pub(super) struct Node {
    pub(super) role: Role,
    pub(super) parent: Option<usize>,
}

/// The document as a file.
pub(super) fn written(paper: &Paper<'_>, now: Timestamp) -> Result<Vec<u8>, PaperError> {
    let settings = SerializeSettings { enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut leaves: Vec<Vec<Identifier>> = paper.nodes.iter().map(|_| Vec::new()).collect();
    for sheet in &paper.sheets {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| PaperError("A4".to_owned()))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for mark in sheet {
            let node = mark.node();
            let identifier = surface.start_tagged(content(node));
            draw(&mut surface, mark, paper.fonts);
            surface.end_tagged();
            if let Some(leaf) = node.and_then(|node| leaves.get_mut(node)) {
                leaf.push(identifier);
            }
        }
        surface.finish();
        page.finish();
    }
    document.set_metadata(metadata(paper, now));
    document.set_tag_tree(tree(&paper.nodes, leaves).with_lang(Some(paper.about.language.tag().to_owned())));
    document.finish().map_err(|error| PaperError(format!("{error:?}")))
}

impl Mark {
    fn node(&self) -> Option<usize> {
        match self {
            Self::Text { node, .. } => *node,
            Self::Rule { .. } => None,
            Self::Figure { node, .. } => Some(*node),
        }
    }
}

fn content(node: Option<usize>) -> ContentTag<'static> {
    match node {
        Some(_) => ContentTag::Span(SpanTag::empty()),
        None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
    }
}

fn metadata(paper: &Paper<'_>, now: Timestamp) -> Metadata {
    let moment = now.in_tokyo();
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    let made = DateTime::new(u16::try_from(moment.year()).unwrap_or_default())
        .month(part(moment.month()))
        .day(part(moment.day()))
        .hour(part(moment.hour()))
        .minute(part(moment.minute()))
        .second(part(moment.second()))
        .utc_offset_hour(9);
    Metadata::new()
        .title(paper.about.title.clone())
        .authors(vec![paper.about.author.clone()])
        .language(paper.about.language.tag().to_owned())
        .creation_date(made)
}

fn tree(nodes: &[Node], leaves: Vec<Vec<Identifier>>) -> TagTree {
    let mut groups: Vec<TagGroup> = nodes
        .iter()
        .zip(leaves)
        .map(|(node, leaves)| {
            TagGroup::with_children(kind(&node.role), leaves.into_iter().map(Into::into).collect())
        })
        .collect();
    let mut roots = Vec::new();
    // From the last to the first: every group is complete before it is handed to its parent.
    while let Some(group) = groups.pop() {
        match nodes.get(groups.len()).and_then(|node| node.parent) {
            Some(parent) => {
                if let Some(parent) = groups.get_mut(parent) {
                    parent.children.insert(0, group.into());
                }
            }
            None => roots.push(group.into()),
        }
    }
    roots.reverse();
    TagTree::from(roots)
}

fn kind(role: &Role) -> TagKind {
    match role {
        Role::Heading(level) => Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), None).into(),
        Role::Paragraph => Tag::P.into(),
        Role::Figure(alt) => Tag::Figure(Some(alt.clone())).into(),
        Role::Table => Tag::Table.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
    }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, fonts: &Fonts) {
    match mark {
        Mark::Text { x, y, size, ink, letters, .. } => {
            surface.set_fill(Some(fill(color(*ink))));
            let mut left = *x;
            for run in letters.chunk_by(|one, other| one.face == other.face) {
                let width: f32 = run.iter().map(|letter| letter.advance).sum();
                draw_run(surface, run, (left, *y, *size), fonts);
                left += width * size;
            }
        }
        Mark::Rule { from, to, y, thickness } => {
            let rule = Block { x: *from, y: *y, width: to - from, height: *thickness };
            draw_blocks(surface, LINE, &[rule]);
        }
        Mark::Figure { blocks, .. } => draw_blocks(surface, BLACK, blocks),
    }
}

fn draw_run(surface: &mut Surface<'_>, run: &[Letter], (x, y, size): (f32, f32, f32), fonts: &Fonts) {
    let Some(font) = run.first().and_then(|letter| fonts.font(letter.face)) else { return };
    let mut text = String::new();
    let mut glyphs = Vec::new();
    for letter in run {
        let begins = text.len();
        text.push(letter.base);
        text.extend(letter.form);
        let range = begins..text.len();
        glyphs.push(KrillaGlyph::new(GlyphId::new(letter.glyph), letter.advance, 0.0, 0.0, 0.0, range, None));
    }
    surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font.clone(), &text, size, false);
}

fn draw_blocks(surface: &mut Surface<'_>, color: Color, blocks: &[Block]) {
    let mut path = PathBuilder::new();
    for block in blocks {
        if let Some(rect) = Rect::from_xywh(block.x, block.y, block.width, block.height) {
            path.push_rect(rect);
        }
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(color)));
        surface.draw_path(&path);
    }
}

fn color(ink: Ink) -> Color {
    match ink {
        Ink::Black => BLACK,
        Ink::Soft => (0x4b, 0x50, 0x5c),
        Ink::Seal => (0xb5, 0x30, 0x1c),
    }
}

fn fill((red, green, blue): Color) -> Fill {
    let paint = rgb::Color::new(red, green, blue).into();
    Fill { paint, opacity: NormalizedF32::ONE, rule: krilla::paint::FillRule::default() }
}
