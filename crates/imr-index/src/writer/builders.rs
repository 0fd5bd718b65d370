//! Segments built on all processors.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tantivy::{Index, SegmentMeta, TantivyDocument, TantivyError};

use crate::segment::SegmentBuilder;

/// So many letters wait for a thread.
const WAITING: usize = 64;

/// Threads that build segments of the letters between two commits.
pub(super) struct Builders {
    /// The documents of a letter each, which stand side by side in one segment; `None` when no more come.
    letters: Option<SyncSender<Vec<TantivyDocument>>>,
    threads: Vec<JoinHandle<tantivy::Result<Vec<SegmentMeta>>>>,
}

impl Builders {
    /// Starts one thread a processor. `memory` is for all of them, in bytes.
    pub(super) fn start(index: &Index, memory: usize) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (to_threads, letters) = sync_channel(WAITING);
        let letters = Arc::new(Mutex::new(letters));
        let start = |_| {
            let (index, letters) = (index.clone(), Arc::clone(&letters));
            thread::spawn(move || build(&index, &letters, memory / threads))
        };
        Self { letters: Some(to_threads), threads: (0..threads).map(start).collect() }
    }

    /// Has the documents of a letter added, and tells whether anyone takes them: when all threads have failed,
    /// [`finish`](Self::finish) tells why.
    pub(super) fn add(&self, letter: Vec<TantivyDocument>) -> bool {
        self.letters.as_ref().is_some_and(|letters| letters.send(letter).is_ok())
    }

    /// Ends the segments, and returns them.
    ///
    /// # Errors
    ///
    /// If one of them cannot be written: then letters are missing.
    pub(super) fn finish(mut self) -> tantivy::Result<Vec<SegmentMeta>> {
        self.letters = None;
        let mut segments = Vec::new();
        for thread in self.threads.drain(..) {
            segments.extend(thread.join().map_err(|_| stopped())??);
        }
        Ok(segments)
    }
}

/// A thread that ended before its time.
pub(super) fn stopped() -> TantivyError {
    TantivyError::InternalError("a thread that builds the index has stopped".to_owned())
}

/// What was begun is given up; nothing is written behind the back of whoever comes next.
impl Drop for Builders {
    fn drop(&mut self) {
        self.letters = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn build(
    index: &Index,
    letters: &Mutex<Receiver<Vec<TantivyDocument>>>,
    memory: usize,
) -> tantivy::Result<Vec<SegmentMeta>> {
    let next = || letters.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    let mut segments = Vec::new();
    let mut builder = SegmentBuilder::new(index);
    while let Some(letter) = next() {
        letter.iter().try_for_each(|document| builder.add(document))?;
        if builder.bytes() >= memory {
            segments.extend(builder.finish()?);
        }
    }
    segments.extend(builder.finish()?);
    Ok(segments)
}
