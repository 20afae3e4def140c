//! “A new insurer in ten minutes”, as the README has it: nothing is known here but that page.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const README: &str = include_str!("../../../README.md");

/// The first block of a language in the section.
fn block(language: &str) -> &'static str {
    let section = README.split("## A new insurer in ten minutes").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section.split(&format!("```{language}\n")).nth(1).unwrap().split("```").next().unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

/// A shell in the folder that knows the command.
fn shell(folder: &Path, script: &str) -> Child {
    let bin = Path::new(env!("CARGO_BIN_EXE_sekisho")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", script]).current_dir(folder).env("PATH", path);
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

fn run(folder: &Path, script: &str) -> String {
    let ended = shell(folder, script).wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(ended.status.success(), "{said}");
    said
}

#[test]
fn a_sixth_insurer_is_made_from_the_readme_alone() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config"), &folder.join("config"));
    fs::create_dir(folder.join("data")).unwrap();
    fs::write(folder.join("config/insurers/hinata.toml"), block("toml")).unwrap();
    let script = block("sh");
    let (before, last) = script.trim_end().rsplit_once('\n').unwrap();
    let said = run(folder, before);
    assert!(
        said.contains("hinata") && said.contains("[credentials] → [email_code] → [identity] → [terms]"),
        "{said}"
    );
    assert!(folder.join("config/insurers/hinata.svg").exists());

    let extract = fs::read(folder.join("hinata.csv")).unwrap();
    let (rows, _, _) = encoding_rs::SHIFT_JIS.decode(&extract);
    let row: Vec<&str> = rows.lines().next().unwrap().split(',').collect();
    let [_, _, _, symbol, number, _, _, _, _, _, _, kana, _, _, birth_date, ..] = row.as_slice() else {
        unreachable!("an extract has 35 columns")
    };
    let typed = format!(
        "taro@example.jp\nmidori no mado kara umi\n{{code}}\n{symbol}\n{number}\n{kana}\n{birth_date}\nyes\nyes\n"
    );
    let said = walk(folder, last, &typed);
    assert!(said.contains("✓ Registered. Signs in with taro@example.jp"), "{said}");
    assert!(said.contains("accepted privacy 2026-11-01"), "{said}");
}

/// Types line by line, and the code when it was printed.
fn walk(folder: &Path, script: &str, typed: &str) -> String {
    let mut shell = shell(folder, script);
    let (mut keyboard, mut screen) = (shell.stdin.take().unwrap(), shell.stdout.take().unwrap());
    let mut said = Vec::new();
    for line in typed.lines() {
        let code = if line == "{code}" {
            let mut byte = [0];
            while !String::from_utf8_lossy(&said).contains("\ncode: ") && screen.read(&mut byte).unwrap() == 1
            {
                said.push(byte[0]);
            }
            let text = String::from_utf8_lossy(&said).into_owned();
            let after = text.rsplit(": code ").next().unwrap().to_owned();
            after.chars().take_while(char::is_ascii_digit).collect()
        } else {
            line.to_owned()
        };
        writeln!(keyboard, "{code}").unwrap();
    }
    drop(keyboard);
    screen.read_to_end(&mut said).unwrap();
    let text = String::from_utf8(said).unwrap();
    assert!(shell.wait().unwrap().success(), "{text}");
    text
}
