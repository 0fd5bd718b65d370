//! Work that blocks: answering from the index.

use std::sync::Arc;
use std::time::Instant;

use imr_index::IndexReader;
use imr_query::Request;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::options::ServeOptions;
use crate::problem::Problem;

/// What a request is answered from: one commit of the index, on one day, in a bounded time.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) index: Arc<IndexReader>,
    pub(crate) options: Arc<ServeOptions>,
    pub(crate) today: Date,
    deadline: Instant,
}

impl Context {
    /// A request to the index within the limits of this server.
    pub(crate) fn request(&self, query: impl Into<String>, limit: usize) -> Request {
        Request { limits: self.limits(), ..Request::new(query, limit, self.today) }
    }

    /// What the query of a request may cost.
    pub(crate) fn limits(&self) -> imr_query::Limits {
        let limits = self.options.limits;
        imr_query::Limits {
            clauses: limits.clauses,
            expansions: limits.expansions,
            regex: limits.regex,
            deadline: Some(self.deadline),
        }
    }
}

/// The day that relative dates count from.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

impl App {
    /// Answers from the commit that is the newest now. Of requests that come together only some are worked on; the others
    /// wait for as long as a request may take.
    pub(crate) async fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let timeout = self.options.limits.timeout;
        let context = Context {
            index: self.opened.index(),
            options: Arc::clone(&self.options),
            today: today(),
            deadline: Instant::now() + timeout,
        };
        let turn = tokio::time::timeout(timeout, Arc::clone(&self.turns).acquire_owned());
        let Ok(Ok(turn)) = turn.await else { return Err(Problem::busy(timeout)) };
        let done = tokio::task::spawn_blocking(move || {
            // The work goes on, up to its deadline, when the client has gone; so it keeps its turn.
            let _turn = turn;
            work(&context)
        });
        done.await.unwrap_or_else(|error| Err(Problem::internal(&error)))
    }
}
