//! `imr-search serve`

use std::io;
use std::mem::ManuallyDrop;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use clap::ValueEnum;
use imr_serve::{Limits, ServeOptions, Server};
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

use super::{Found, Where, open};
use crate::report;
use crate::settings::{Flags, Settings};

/// Serve a search page and an HTTP API
///
/// The page stands at `http://127.0.0.1:7878` and works without script and without the internet; the API is described at
/// /api/v1/openapi.json. The server only reads the index; what `imr-search index` commits meanwhile is served within a
/// second. Only this machine reaches it, unless --listen says otherwise. Accounts and TLS are left to a reverse proxy: `docs/`
/// has examples.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search serve --letters corpus-samples
  imr-search serve --listen 127.0.0.1:8080 --serve-files
  imr-search serve --listen 0.0.0.0:7878 --host imr.example.org --behind-proxy --log json

It ends on Ctrl-C, after finishing what it is answering.")]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    place: Where,

    /// Listen to this address
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7878")]
    listen: SocketAddr,

    /// Answer requests for this host, too (can be repeated) [default: this machine's own names]
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,

    /// Believe what a reverse proxy says of its clients (X-Forwarded-For)
    #[arg(long)]
    behind_proxy: bool,

    /// Let clients fetch the files that letters were read from
    #[arg(long)]
    serve_files: bool,

    /// How to write the access log, on standard error
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Log::Text)]
    log: Log,

    /// Write queries into the access log, which is else silent about them
    #[arg(long)]
    log_queries: bool,

    #[command(flatten)]
    limits: LimitArgs,
}

/// What the server bears.
#[derive(clap::Args)]
#[command(next_help_heading = "Limits")]
struct LimitArgs {
    /// Allow regular expressions in queries
    #[arg(long)]
    allow_regex: bool,

    /// A request may take so long
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::USUAL.timeout.as_secs(), value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,

    /// An address may make so many requests in a minute; 0 for any number
    #[arg(long, value_name = "N", default_value_t = Limits::USUAL.per_minute)]
    rate: u32,

    /// Work on so many requests at once [default: the number of processors]
    #[arg(long, value_name = "N", value_parser = super::at_least_one())]
    at_once: Option<usize>,

    /// Keep so many connections open
    #[arg(long, value_name = "N", default_value_t = Limits::USUAL.connections, value_parser = super::at_least_one())]
    connections: usize,

    /// The longest URL, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::USUAL.url, value_parser = super::at_least_one())]
    max_url: usize,

    /// The longest body of a request, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::USUAL.body)]
    max_body: usize,

    /// The most words and conditions of a query
    #[arg(long, value_name = "N", default_value_t = Limits::USUAL.clauses, value_parser = super::at_least_one())]
    max_clauses: usize,

    /// The most words that a pattern may stand for
    #[arg(long, value_name = "N", default_value_t = Limits::USUAL.expansions, value_parser = super::at_least_one())]
    max_expansions: usize,

    /// The most hits in one answer
    #[arg(long, value_name = "N", default_value_t = Limits::USUAL.hits, value_parser = super::at_least_one())]
    max_hits: usize,

    /// The deepest place in a result that can be paged to
    #[arg(long, value_name = "N", default_value_t = Limits::USUAL.depth, value_parser = super::at_least_one())]
    max_depth: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Log {
    /// Lines to read
    Text,
    /// One JSON object a line
    Json,
    /// Warnings and errors only
    Off,
}

impl ServeArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        self.place.flags()
    }

    fn options(&self) -> ServeOptions {
        ServeOptions {
            address: self.listen,
            hosts: self.hosts.clone(),
            serve_files: self.serve_files,
            behind_proxy: self.behind_proxy,
            log_queries: self.log_queries,
            limits: self.limits.limits(),
        }
    }
}

impl LimitArgs {
    fn limits(&self) -> Limits {
        Limits {
            url: self.max_url,
            body: self.max_body,
            timeout: Duration::from_secs(self.timeout),
            at_once: self.at_once.unwrap_or_else(|| Limits::default().at_once),
            connections: self.connections,
            per_minute: self.rate,
            clauses: self.max_clauses,
            expansions: self.max_expansions,
            regex: self.allow_regex,
            hits: self.max_hits,
            depth: self.max_depth,
        }
    }
}

pub(crate) fn run(args: &ServeArgs, settings: &Settings) -> anyhow::Result<Found> {
    let index = ManuallyDrop::into_inner(open(settings)?);
    log(args.log);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads can be started")?;
    runtime.block_on(async {
        let server = Server::bind(index, args.options()).await?;
        let ended = ended().context("signals cannot be listened to")?;
        report::line(&format!("serving http://{} (end with Ctrl-C)", server.address()));
        server.run(ended).await;
        anyhow::Ok(())
    })?;
    Ok(Found::Something)
}

/// Waits for Ctrl-C, or for the signal by which a system ends programs.
fn ended() -> io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Writes what the server tells on standard error.
fn log(format: Log) {
    let level = if format == Log::Off { LevelFilter::WARN } else { LevelFilter::INFO };
    let lines = tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).with_target(false);
    match format {
        Log::Json => lines.json().flatten_event(true).init(),
        Log::Text | Log::Off => lines.with_ansi(false).init(),
    }
}
