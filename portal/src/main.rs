//! The gatehouse of the enclave: portal, command line and Flight SQL.
//!
//! Out of scope here: everything that decides or computes. That is `enclave`'s.

mod cli;
mod demo;
mod flight;
#[cfg(test)]
#[path = "../../enclave/src/fuzz.rs"]
mod fuzz;
mod show;
mod tls;
mod web;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
