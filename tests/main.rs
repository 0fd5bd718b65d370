//! Tests of the whole program. `README.md` beside this file says where a new one goes.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::needless_raw_string_hashes,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test that panics has failed; expected text is written by expect-test"
)]

mod browser;
mod cite;
mod contradictions;
mod damage;
mod durability;
mod export;
mod facets;
mod index;
mod messages;
mod output;
mod precedent;
mod program;
mod query;
mod ranking;
mod readme;
mod recounts;
mod saved;
mod segmentation;
mod serve;
mod settings;
mod tabulated;
