//! The index that is asked: always its newest commit.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use imr_index::{IndexReader, newest_commit};

/// The index that is asked. A request keeps the commit that it began with.
pub(crate) struct Opened {
    index: RwLock<Arc<IndexReader>>,
    path: PathBuf,
}

/// How often is looked for a newer commit.
const LOOK: Duration = Duration::from_millis(500);

impl Opened {
    pub(crate) fn new(index: IndexReader) -> Self {
        let path = index.path().to_owned();
        Self { index: RwLock::new(Arc::new(index)), path }
    }

    /// The newest commit, as far as was looked.
    pub(crate) fn index(&self) -> Arc<IndexReader> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the index can still be read from disk.
    pub(crate) fn is_readable(&self) -> bool {
        newest_commit(&self.path).is_ok()
    }

    /// Puts newer commits to use as they come, for ever.
    pub(crate) async fn follow(self: Arc<Self>) {
        let mut told = None;
        loop {
            tokio::time::sleep(LOOK).await;
            let opened = Arc::clone(&self);
            let renewed = tokio::task::spawn_blocking(move || opened.renew()).await;
            let problem = match renewed {
                Ok(Ok(None)) => continue,
                Ok(Ok(Some(commit))) => {
                    tracing::info!(commit, "a new commit of the index is in use");
                    None
                }
                Ok(Err(error)) => Some(error.to_string()),
                Err(panic) => Some(panic.to_string()),
            };
            // The last commit is served on; the same problem is told once.
            if let Some(problem) = problem.as_ref().filter(|problem| told.as_ref() != Some(*problem)) {
                tracing::warn!("a new commit of the index cannot be opened: {problem}");
            }
            told = problem;
        }
    }

    /// Opens the newest commit, if it is not in use; tells which it is.
    fn renew(&self) -> Result<Option<String>, imr_index::IndexError> {
        if newest_commit(&self.path)? == self.index().commit() {
            return Ok(None);
        }
        let index = IndexReader::open(&self.path)?;
        let commit = index.commit().to_owned();
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
        Ok(Some(commit))
    }
}
