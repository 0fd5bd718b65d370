//! Segments built on all processors.

use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tantivy::{Index, SegmentMeta, TantivyDocument, TantivyError};

use crate::segment::SegmentBuilder;

/// Letters are handed on in batches of so many: threads that wake each other for each letter cost more than they gain.
const BATCH: usize = 8;
/// So many batches wait for a thread.
const WAITING: usize = 8;

/// The documents of a letter, which stand side by side in one segment.
type Letter = Vec<TantivyDocument>;

/// Threads that build segments of the letters between two commits.
pub(super) struct Builders {
    /// `None` when no more letters come.
    to_threads: Option<SyncSender<Vec<Letter>>>,
    /// The next letters to hand on.
    batch: Vec<Letter>,
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
        Self { to_threads: Some(to_threads), batch: Vec::new(), threads: (0..threads).map(start).collect() }
    }

    /// Has a letter added, and tells whether anyone takes it: when all threads have failed, [`finish`](Self::finish) tells
    /// why.
    pub(super) fn add(&mut self, letter: Letter) -> bool {
        self.batch.push(letter);
        self.batch.len() < BATCH || self.hand_on()
    }

    fn hand_on(&mut self) -> bool {
        let batch = mem::take(&mut self.batch);
        self.to_threads.as_ref().is_some_and(|to_threads| to_threads.send(batch).is_ok())
    }

    /// Ends the segments, and returns them.
    ///
    /// # Errors
    ///
    /// If one of them cannot be written: then letters are missing.
    pub(super) fn finish(mut self) -> tantivy::Result<Vec<SegmentMeta>> {
        // Nobody takes the last letters if all threads have failed, and these tell why.
        self.hand_on();
        self.to_threads = None;
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
        self.to_threads = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn build(index: &Index, letters: &Mutex<Receiver<Vec<Letter>>>, memory: usize) -> tantivy::Result<Vec<SegmentMeta>> {
    let next = || letters.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    let mut segments = Vec::new();
    let mut builder = SegmentBuilder::new(index);
    while let Some(batch) = next() {
        for letter in batch {
            letter.iter().try_for_each(|document| builder.add(document))?;
            if builder.bytes() >= memory {
                segments.extend(builder.finish()?);
            }
        }
    }
    segments.extend(builder.finish()?);
    Ok(segments)
}
