//! The gatehouse of the enclave: command line and Flight SQL.

// Called once the command line is there.
#[allow(dead_code)]
mod flight;
#[allow(dead_code)]
mod tls;

fn main() {}
