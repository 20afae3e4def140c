//! The `sekisho` command.

use std::process::ExitCode;

use clap::Parser as _;
use sekisho_idp::cli::Command;

fn main() -> ExitCode {
    sekisho_idp::cli::run(Command::parse())
}
