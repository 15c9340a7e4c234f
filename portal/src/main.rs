//! The gatehouse of the enclave: command line and Flight SQL.
//!
//! Out of scope here: everything that decides or computes. That is `enclave`'s.

mod cli;
mod demo;
// Called once the command line serves.
#[allow(dead_code)]
mod flight;
mod show;
#[allow(dead_code)]
mod tls;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
