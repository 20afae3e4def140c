//! “Your portal in twenty lines”: what the README shows is what runs here.

use super::peer::{CLIENTS, file};

const README: &str = include_str!("../../../README.md");

/// Each client, the language of its excerpt, and the program it is taken from.
const SHOWN: [(&str, &str, &str); 4] = [
    ("openidconnect", "rust", "openidconnect/rp.rs"),
    ("openid-client", "js", "openid-client/rp.mjs"),
    ("authlib", "python", "authlib/rp.py"),
    ("apache", "apache", "apache/httpd.conf"),
];

/// The blocks of the section, each with its language.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let section = README.split("## Your portal in twenty lines").nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let fenced = section.split("```").skip(1).step_by(2);
    fenced.filter_map(|block| block.split_once('\n')).collect()
}

/// The table of a client in `clients.toml`.
fn table(id: &str) -> Option<&'static str> {
    CLIENTS.split("[[client]]\n").skip(1).find(|table| table.starts_with(&format!("id = \"{id}\"\n")))
}

#[test]
fn the_readme_shows_the_programs_and_registrations_that_run_here() -> anyhow::Result<()> {
    let blocks = blocks();
    assert_eq!(blocks.len(), 2 * SHOWN.len(), "a registration and an excerpt of each");
    for (pair, (id, language, program)) in blocks.chunks(2).zip(SHOWN) {
        let [("toml", registration), (shown, excerpt)] = pair else {
            anyhow::bail!("{id} is not shown as a registration and an excerpt: {pair:?}");
        };
        let table = table(id).map(|table| format!("[[client]]\n{}\n", table.trim_end()));
        assert_eq!(Some(*registration), table.as_deref(), "{id}");
        assert_eq!(*shown, language);
        let kept = std::fs::read_to_string(file(program))?;
        assert!(kept.contains(excerpt), "{program} is without\n{excerpt}");
        let lines = excerpt.lines().filter(|line| !line.trim().is_empty()).count();
        assert!((10..=30).contains(&lines), "{id} takes {lines} lines");
        assert!(README.contains(&format!("`tests/interop/{program}`")), "{program} is not named");
    }
    Ok(())
}
