//! A server for a test, and what it answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::program::Program;

/// A running server; it ends with the test.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    process: Child,
    /// Where it would tell of requests; kept open, because whoever writes into a closed pipe ends.
    _told: BufReader<ChildStderr>,
}

impl Server {
    /// `imr-search serve` with some arguments, on a port of its own.
    #[track_caller]
    pub(super) fn start(program: &Program, arguments: &[&str]) -> Self {
        let fixed = ["serve", "--listen", "127.0.0.1:0", "--log", "off"];
        let fixed = if arguments.contains(&"--log") { &fixed[..3] } else { &fixed[..] };
        let mut command = program.command(&[fixed, arguments].concat());
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(process.stderr.take().unwrap());
        let mut lines = String::new();
        let address = loop {
            let from = lines.len();
            assert!(told.read_line(&mut lines).unwrap() > 0, "the server does not start: {lines}");
            let line = lines[from..].strip_prefix("serving http://").and_then(|line| line.split(' ').next());
            if let Some(address) = line {
                break address.parse().unwrap();
            }
        };
        Self { address, process, _told: told }
    }

    /// Tells it to end, as a system does; its exit status.
    pub(super) fn terminate(mut self) -> Option<i32> {
        let told = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(told.success());
        self.process.wait().unwrap().code()
    }

    /// The most memory that it ever had, in kB.
    #[cfg(target_os = "linux")]
    pub(super) fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse().unwrap()
    }

    #[track_caller]
    pub(super) fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[])
    }

    /// The answer to a request, which is made in the elder version of HTTP: it comes in one piece, and the connection ends.
    #[track_caller]
    pub(super) fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        let host = [("Host", "localhost")];
        let is_told = headers.iter().any(|(name, _)| *name == "Host");
        let headers = if is_told { &[] } else { &host[..] }.iter().chain(headers);
        let headers: String = headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(format!("{method} {target} HTTP/1.0\r\n{headers}\r\n").as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer::read(&bytes)
    }

    /// What the API answers, as JSON.
    #[track_caller]
    pub(super) fn json(&self, target: &str) -> Value {
        let answer = self.get(target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer.json()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Self { status, headers, body: bytes[end + 4..].to_vec() }
    }

    /// A header; empty if there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}
