//! What all requests share.

use std::sync::Arc;

use imr_index::IndexReader;
use tokio::sync::Semaphore;

use crate::guard::Rates;
use crate::metrics::Metrics;
use crate::opened::Opened;
use crate::options::ServeOptions;

/// What all requests share.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) opened: Arc<Opened>,
    pub(crate) options: Arc<ServeOptions>,
    /// One for each request that is worked on.
    pub(crate) turns: Arc<Semaphore>,
    pub(crate) rates: Arc<Rates>,
    pub(crate) metrics: Arc<Metrics>,
}

impl App {
    pub(crate) fn new(index: IndexReader, options: ServeOptions) -> Self {
        Self {
            opened: Arc::new(Opened::new(index)),
            turns: Arc::new(Semaphore::new(options.limits.at_once.max(1))),
            rates: Arc::new(Rates::new(options.limits.per_minute)),
            metrics: Arc::default(),
            options: Arc::new(options),
        }
    }
}
