//! `account describe`: what relying parties are told of a person that no record says.

use anyhow::{Context as _, bail};
use clap::Args;
use sekisho_domain::particular::{Particular, Particulars};

use crate::flows::accounts::{Changes, Found, describe, told};
use crate::state::State;

/// What is told of a person. Without `--set` and `--clear` it is shown.
#[derive(Debug, Args)]
pub struct Describe {
    /// Its id, or a name it is signed in with.
    pub(super) account: String,
    /// What is told from now on, as `NAME=VALUE`: `middle_name` (100 characters at most), `profile`, `picture`,
    /// `website` (https addresses).
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = set)]
    set: Vec<(Particular, String)>,
    /// What is told no more, by its name.
    #[arg(long = "clear", value_name = "NAME", value_parser = named)]
    clear: Vec<Particular>,
    /// Why, in a few words for the audit trail. Without the person's data.
    #[arg(long)]
    reason: Option<String>,
}

fn named(name: &str) -> Result<Particular, String> {
    let all = Particular::ALL.map(Particular::as_str).join(", ");
    name.parse().map_err(|()| format!("only {all} can be told"))
}

fn set(text: &str) -> Result<(Particular, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let particular = named(name)?;
    Ok((particular, particular.read(value).map_err(|refusal| format!("{name}: {refusal}"))?))
}

/// Shows what is told, or changes it first.
pub(super) async fn run(state: &State, found: &Found, wanted: Describe) -> anyhow::Result<()> {
    let (reason, changes) = (wanted.reason.clone(), changes(wanted)?);
    if !changes.is_empty() {
        let reason = reason.context("say why by --reason")?;
        let is_new = describe(state, found, (changes, &reason), &mut state.cx()).await?;
        println!("{}", if is_new { "From now on it is told:" } else { "It was told so before:" });
    }
    println!("{}", shown(&told(state, found).await?));
    Ok(())
}

fn changes(wanted: Describe) -> anyhow::Result<Changes> {
    let set = wanted.set.into_iter().map(|(particular, value)| (particular, Some(value)));
    let all: Changes = set.chain(wanted.clear.into_iter().map(|particular| (particular, None))).collect();
    for (at, (particular, _)) in all.iter().enumerate() {
        if all.iter().skip(at + 1).any(|(other, _)| other == particular) {
            bail!("{} is named twice", particular.as_str());
        }
    }
    Ok(all)
}

fn shown(particulars: &Particulars) -> String {
    let line = |particular: Particular| {
        let value = particulars.get(&particular).map_or("-", String::as_str);
        format!("  {:<12} {value}", particular.as_str())
    };
    Particular::ALL.map(line).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_a_known_name_with_a_good_value() {
        assert_eq!(
            set("website=https://example.jp/?a=b"),
            Ok((Particular::Website, "https://example.jp/?a=b".to_owned()))
        );
        assert_eq!(set("website"), Err("write NAME=VALUE".to_owned()));
        assert_eq!(set("name=x"), Err("only middle_name, profile, picture, website can be told".to_owned()));
        assert_eq!(
            set("picture=http://example.jp/"),
            Err("picture: it is not an https address with a host".to_owned())
        );
    }

    #[test]
    fn nothing_is_set_and_cleared_at_once() {
        let wanted = |set: Vec<(Particular, String)>, clear| Describe {
            account: String::new(),
            set,
            clear,
            reason: None,
        };
        let name = (Particular::MiddleName, "A".to_owned());
        assert!(changes(wanted(vec![name.clone()], vec![Particular::MiddleName])).is_err());
        assert_eq!(
            changes(wanted(vec![name], vec![Particular::Picture])).unwrap(),
            [(Particular::MiddleName, Some("A".to_owned())), (Particular::Picture, None)]
        );
        assert!(shown(&Particulars::new()).contains("picture      -"));
    }
}
