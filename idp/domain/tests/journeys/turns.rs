//! What became of a turn, where only one outcome is right; and what is looked at in it.

use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::{Progress, Reason, Turn};

/// What stands for the hash of a password.
pub fn hash(password: &str) -> String {
    format!("$fake${password}")
}

pub fn goes_on(turn: Turn) -> Progress {
    match turn {
        Turn::Onward(progress, _) => progress,
        Turn::Again(progress, _) => panic!("refused: {:?}", progress.refusals),
        Turn::Arrived(..) => panic!("arrived too early"),
        Turn::Over(refusal, _) => panic!("over: {refusal:?}"),
    }
}

pub fn stays(turn: Turn) -> Progress {
    match turn {
        Turn::Again(progress, _) => progress,
        Turn::Onward(..) | Turn::Arrived(..) => panic!("the answer was taken"),
        Turn::Over(refusal, _) => panic!("over: {refusal:?}"),
    }
}

pub fn ends(turn: Turn) -> Reason {
    match turn {
        Turn::Over(refusal, _) => refusal.reason,
        Turn::Again(progress, _) => panic!("stays: {:?}", progress.refusals),
        Turn::Onward(..) | Turn::Arrived(..) => panic!("the answer was taken"),
    }
}

pub fn arrives(turn: Turn) -> Vec<Evidence> {
    match turn {
        Turn::Arrived(evidence, _) => evidence,
        Turn::Again(progress, _) => panic!("refused: {:?}", progress.refusals),
        Turn::Onward(..) => panic!("there is another step"),
        Turn::Over(refusal, _) => panic!("over: {refusal:?}"),
    }
}

/// The words of the steps that gave evidence.
pub fn words(evidence: &[Evidence]) -> Vec<String> {
    let word = |evidence| serde_json::to_value(evidence).unwrap()["step"].as_str().unwrap().to_owned();
    evidence.iter().map(word).collect()
}

/// The progress as it comes back from its row.
pub fn kept(progress: &Progress) -> Progress {
    let text = serde_json::to_string(progress).unwrap();
    let back: Progress = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text, "a progress survives its row");
    back
}
