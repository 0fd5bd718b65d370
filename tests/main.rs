//! Tests of the whole program. `README.md` beside this file says where a new one goes.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test that panics has failed"
)]

mod index;
mod messages;
mod program;
mod query;
mod readme;
mod segmentation;
