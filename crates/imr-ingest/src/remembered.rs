//! What short texts were read as, remembered: letters print the same paragraphs and headings again and again.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::thread::LocalKey;

use lru::LruCache;

/// What a pure function made of texts on this thread.
pub(crate) struct Remembered<T> {
    read: fn(&str) -> T,
    known: LruCache<Box<str>, T>,
}

/// So many texts are remembered: up to some 8 MB with what is read from them.
const MOST_KNOWN: NonZeroUsize = NonZeroUsize::new(8 << 10).expect("more than none");
/// Texts of more bytes are rare and their own.
const LONGEST_KNOWN: usize = 400;

impl<T: Clone> Remembered<T> {
    /// Nothing yet of what `read` makes of texts.
    pub(crate) fn of(read: fn(&str) -> T) -> RefCell<Self> {
        RefCell::new(Self { read, known: LruCache::new(MOST_KNOWN) })
    }

    /// What a text is read as.
    pub(crate) fn get(this: &'static LocalKey<RefCell<Self>>, text: &str) -> T {
        this.with_borrow_mut(|this| this.look_up(text))
    }

    fn look_up(&mut self, text: &str) -> T {
        if text.len() > LONGEST_KNOWN {
            return (self.read)(text);
        }
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let read = (self.read)(text);
        self.known.put(text.into(), read.clone());
        read
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn short_texts_are_read_once() {
        thread_local! {
            static READ: Cell<usize> = const { Cell::new(0) };
            static LENGTHS: RefCell<Remembered<usize>> = Remembered::of(|text| {
                READ.set(READ.get() + 1);
                text.len()
            });
        }
        let long = "a".repeat(LONGEST_KNOWN + 1);
        let many: Vec<String> = (0..=MOST_KNOWN.get()).map(|number| number.to_string()).collect();
        for (text, read) in [("MRI", 1), ("MRI", 1), ("EMG", 2), ("MRI", 2), (&long, 3), (&long, 4), ("EMG", 4)] {
            assert_eq!(Remembered::get(&LENGTHS, text), text.len());
            assert_eq!(READ.get(), read, "case: {text}");
        }
        for text in many.iter().chain(&many) {
            assert_eq!(Remembered::get(&LENGTHS, text), text.len(), "case: {text}");
        }
    }
}
