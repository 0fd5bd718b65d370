//! Ending a run early without losing what is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

/// Whether the user, or the system, asked the program to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens for Ctrl-C and for the signals by which a system ends programs. The second one ends the program at once.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let interrupt = Self::default();
        let asked = Arc::clone(&interrupt.0);
        let handle = move || {
            if asked.swap(true, Ordering::Relaxed) {
                std::process::abort();
            }
        };
        ctrlc::set_handler(handle).context("cannot listen for Ctrl-C")?;
        Ok(interrupt)
    }

    /// Whether it was asked.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
