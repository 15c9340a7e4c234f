//! The gatehouse of the enclave: command line and Flight SQL.

fn main() {}
