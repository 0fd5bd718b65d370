//! The web page and HTTP API of imr-search: one server over one index, which it only reads.
//!
//! A request passes the guards (`guard`, limits that strangers meet), is answered by a resource (`resources`, on a thread
//! that may block, from one commit of the index), and leaves as a page (`pages`), as JSON or as CSV: the same resource in
//! three forms, under the same parameters and names as on the command line.

mod access;
mod app;
mod assets;
mod cursor;
mod etag;
mod form;
mod guard;
mod health;
mod metrics;
mod openapi;
mod opened;
mod options;
mod pages;
mod parameters;
mod problem;
mod resources;
mod routes;
mod server;
mod urls;
mod work;

pub use options::{Limits, ServeOptions};
pub use server::{ServeError, Server};
