//! Pages: the shell around every page, the parts they are built from, and the files they load.
//!
//! A page is an askama template that extends `shell.html` (or `step.html`, when it is one form) and a struct with a
//! field `shell`. Templates take their words from [`Shell::say`], so that every page exists in both languages. Nothing
//! on a page is inline: styles, themes and scripts are served files, because the content security policy knows no
//! other.

mod assets;
mod brand;
mod form;
mod markup;
mod prose;
mod qr;
mod shell;
mod theme;

pub use assets::{Asset, HOUSE, asset, assets_router, shelve};
pub use brand::{Brand, Footer, Link, Notice, NoticeTone, Place, Progress, Switch, seal_class};
pub use form::{FieldError, Form};
pub use markup::{Markup, plain};
pub use prose::{Block, read as read_prose};
pub use qr::Qr;
pub use shell::{Shell, texts};
pub use theme::{Theme, theme_css, themes_router};
