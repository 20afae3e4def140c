//! Writes every page of the identity provider, in both languages, into a directory, with the files they load beside
//! them, to be looked at in a browser: `cargo run -p sekisho-idp --example gallery -- DIR`.

mod samples;

use std::path::Path;
use std::{env, fs};

use anyhow::Context as _;
use sekisho_base::Language;
use sekisho_site::page::HOUSE;

fn main() -> anyhow::Result<()> {
    let target = env::args().nth(1).context("say where: gallery DIR")?;
    let target = Path::new(&target);
    fs::create_dir_all(target.join("assets"))?;
    fs::create_dir_all(target.join("theme"))?;
    for asset in &HOUSE {
        fs::write(target.join(asset.href().trim_start_matches('/')), asset.bytes)?;
    }
    let theme = samples::theme()?;
    fs::write(target.join(theme.href.trim_start_matches('/')), &theme.css)?;
    for language in [Language::Ja, Language::En] {
        for sheet in samples::pages(language)?.into_iter().chain(samples::mails(language)?) {
            let html = sheet.html.replace("\"/assets/", "\"assets/").replace("\"/theme/", "\"theme/");
            fs::write(target.join(format!("{}.{}.html", sheet.name, language.tag())), html)?;
        }
    }
    Ok(())
}
