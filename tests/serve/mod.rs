//! The server: what it answers, what it refuses, and how it bears many clients.

mod api;
mod files;
mod hostile;
mod life;
mod limits;
mod load;
mod openapi;
mod pages;
mod paging;
mod raw;
mod server;
