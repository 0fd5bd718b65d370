//! How a server answers, and what it bears.

use std::net::SocketAddr;
use std::time::Duration;

/// How a server answers.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Where it listens.
    pub address: SocketAddr,
    /// Names by which requests may address it, besides those of this machine. Empty and listening to other machines: any.
    pub hosts: Vec<String>,
    /// Whether the files that letters were read from can be fetched.
    pub serve_files: bool,
    /// Whether the last address in `X-Forwarded-For` is that of the client: so it is behind a reverse proxy, which sets it.
    pub behind_proxy: bool,
    /// Whether the access log tells what was asked for. Queries are work product.
    pub log_queries: bool,
    /// What it bears.
    pub limits: Limits,
}

/// What a server bears. Whoever asks for more gets an answer that says which limit that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest path and query of a URL, in bytes.
    pub url: usize,
    /// The longest body of a request, in bytes; nothing here reads one.
    pub body: usize,
    /// How long a request may take, waiting for others included.
    pub timeout: Duration,
    /// How many requests are worked on at once; others wait.
    pub at_once: usize,
    /// How many connections are open at once; others wait.
    pub connections: usize,
    /// How many requests an address may make in a minute; 0 for any number.
    pub per_minute: u32,
    /// The most words and conditions of a query.
    pub clauses: usize,
    /// The most words that a pattern may stand for.
    pub expansions: usize,
    /// Whether queries may have regular expressions.
    pub regex: bool,
    /// The most hits, rows or values in one answer.
    pub hits: usize,
    /// The deepest place in a result that can be paged to.
    pub depth: usize,
}

impl Limits {
    /// What is usual with one processor.
    pub const USUAL: Self = Self {
        url: 8 * 1024,
        body: 16 * 1024,
        timeout: Duration::from_secs(10),
        at_once: 1,
        connections: 512,
        per_minute: 600,
        clauses: 100,
        expansions: 2_000,
        regex: false,
        hits: 200,
        depth: 10_000,
    };
}

impl Default for Limits {
    /// What is usual with the processors of this machine. To count these takes time: the rest is asked of
    /// [`Limits::USUAL`].
    fn default() -> Self {
        Self { at_once: std::thread::available_parallelism().map_or(2, usize::from), ..Self::USUAL }
    }
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 7878)),
            hosts: Vec::new(),
            serve_files: false,
            behind_proxy: false,
            log_queries: false,
            limits: Limits::default(),
        }
    }
}
