//! `sekisho serve` on a port of its own.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Stdio};

use crate::House;

/// A running server; it is killed when the value goes, as by `kill -9`.
#[derive(Debug)]
pub struct Server {
    process: Child,
    port: u16,
    ca: PathBuf,
    /// Open, so that the server can go on writing.
    _out: BufReader<ChildStdout>,
}

impl House {
    /// Starts `serve` on a free port and waits until it listens.
    #[must_use]
    pub fn serve(&self) -> Server {
        let settings = self.path().join("sekisho.toml");
        if !settings.exists() {
            std::fs::write(
                &settings,
                "[flight]\nlisten = \"127.0.0.1:0\"\n[web]\nlisten = \"127.0.0.1:0\"\n",
            )
            .expect("the settings are written");
        }
        let mut command = self.command();
        let mut process =
            command.arg("serve").stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("sekisho starts");
        let mut out = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut lines = out.by_ref().lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split_once("grpc+tls://")?.1.trim().to_owned()));
        let port = address.as_deref().and_then(|a| a.rsplit(':').next()?.parse().ok());
        let port = port.expect("serve says where it listens");
        Server { process, port, ca: self.path().join("tls/ca.pem"), _out: out }
    }
}

impl Server {
    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate that clients need.
    #[must_use]
    pub fn ca(&self) -> &PathBuf {
        &self.ca
    }

    /// Ends it without warning.
    pub fn kill(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
