//! The sample insurers, altered for one test.

use std::path::{Path, PathBuf};

use sekisho_domain::insurer::Insurer;

/// The folder of the samples.
pub fn config() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config")
}

/// A sample insurer as it stands.
pub fn read(code: &str) -> Insurer {
    altered(code, &[])
}

/// A sample insurer with parts of its file's text replaced; each must stand there.
pub fn altered(code: &str, changes: &[(&str, &str)]) -> Insurer {
    let path = config().join(format!("insurers/{code}.toml"));
    let mut text = std::fs::read_to_string(path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{code}.toml has no {from}");
        text = text.replace(from, to);
    }
    Insurer::parse(code, &text, &|file| std::fs::read_to_string(config().join("terms").join(file)).ok())
        .unwrap()
}
