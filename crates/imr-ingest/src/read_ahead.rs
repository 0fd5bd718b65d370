//! Reads small files before their turn, several at once: a disk that takes its time for each file serves many askers in
//! the time of one, and processors do not wait for it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::contents::{Stopped, Task};
use crate::files::SourceFile;

/// So many files are read at once.
const READERS: usize = 8;
/// Files are handed to readers, and taken from them, so many together.
const TOGETHER: usize = 16;
/// As many files are read before their turn as make so many requests.
const REQUESTS_AHEAD: usize = 16;
/// Files of at most so many bytes are read before their turn: a larger one keeps the disk busy by itself, and an archive of
/// letters is read piece by piece.
const SMALL: u64 = 256 << 10;

/// A file whose turn has come.
pub(crate) struct Fetched {
    pub(crate) task: Task,
    /// All that it holds, if it was read before its turn.
    pub(crate) content: Option<io::Result<Vec<u8>>>,
}

/// Hands on files in their order, the small ones with what they hold: about `ahead` bytes are read before their turn.
///
/// # Errors
///
/// [`Stopped`] as soon as `take` gives it.
pub(crate) fn read_ahead(
    tasks: impl Iterator<Item = Task>,
    ahead: u64,
    mut take: impl FnMut(Fetched) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    thread::scope(|scope| {
        let (to_readers, requests) = unbounded();
        let add_reader = || {
            let requests = requests.clone();
            scope.spawn(move || answer(&requests));
        };
        let mut window =
            Window { tasks, to_readers, add_reader, readers: 0, ahead, under_way: VecDeque::new(), bytes: 0 };
        while let Some(files) = window.next() {
            files.into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    })
}

/// Files to read, and where to put them then.
struct Request {
    files: Vec<Fetched>,
    to: Sender<Vec<Fetched>>,
}

/// Files that a reader was asked for.
struct Asked {
    /// How large the small ones are, together.
    bytes: u64,
    files: Receiver<Vec<Fetched>>,
}

fn answer(requests: &Receiver<Request>) {
    for Request { mut files, to } in requests {
        files.iter_mut().for_each(Fetched::fetch);
        if to.send(files).is_err() {
            // Whoever asked was stopped, and waits for no other answer either.
            return;
        }
    }
}

impl Fetched {
    /// A file that is still to be read, with room for it: memory of the thread that asks is given back to it, and readers
    /// need none of their own.
    fn new(task: Task) -> Self {
        let room = usize::try_from(small(&task.file)).unwrap_or_default();
        // One byte more tells that there are none.
        Self { content: (room > 0).then(|| Ok(Vec::with_capacity(room + 1))), task }
    }

    fn fetch(&mut self) {
        let (SourceFile::Path { path, .. }, Some(Ok(content))) = (&self.task.file, &mut self.content) else { return };
        let read = File::open(path).and_then(|file| file.take(SMALL + 1).read_to_end(content));
        // It may have grown since it was found.
        let has_grown = content.len() as u64 > SMALL;
        match read {
            Err(error) => self.content = Some(Err(error)),
            Ok(_) if has_grown => self.content = None,
            Ok(_) => {}
        }
    }
}

/// The files on their way through the readers, in their order.
struct Window<I, R> {
    tasks: I,
    to_readers: Sender<Request>,
    add_reader: R,
    /// How many there are: each of the first requests adds one, so that few files start few.
    readers: usize,
    /// How much is to be under way, in bytes.
    ahead: u64,
    under_way: VecDeque<Asked>,
    /// How large the small ones among them are, together.
    bytes: u64,
}

impl<I: Iterator<Item = Task>, R: FnMut()> Window<I, R> {
    fn next(&mut self) -> Option<Vec<Fetched>> {
        while self.bytes < self.ahead && self.under_way.len() < REQUESTS_AHEAD && self.ask() {}
        let Asked { bytes, files } = self.under_way.pop_front()?;
        self.bytes -= bytes;
        files.recv().ok()
    }

    /// Asks for the next files, if there are any.
    fn ask(&mut self) -> bool {
        let mut files = Vec::with_capacity(TOGETHER);
        let mut bytes = 0;
        while files.len() < TOGETHER && bytes < SMALL {
            let Some(task) = self.tasks.next() else { break };
            bytes += small(&task.file);
            files.push(Fetched::new(task));
        }
        let (to, answer) = bounded(1);
        if files.is_empty() || self.to_readers.send(Request { files, to }).is_err() {
            return false;
        }
        if self.readers < READERS {
            (self.add_reader)();
            self.readers += 1;
        }
        self.bytes += bytes;
        self.under_way.push_back(Asked { bytes, files: answer });
        true
    }
}

/// How large a file is that is read before its turn; 0 for others. What says that it is empty may be a pipe, which can be
/// read only once.
fn small(file: &SourceFile) -> u64 {
    match file {
        SourceFile::Path { bytes, .. } if *bytes <= SMALL => *bytes,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_come_in_their_order_with_what_they_hold() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: u64| {
            Task::from(SourceFile::Path { path: folder.path().join(name), bytes, modified: None })
        };
        let mut tasks = Vec::new();
        for number in 0..2 * TOGETHER * READERS {
            let name = number.to_string();
            fs::write(folder.path().join(&name), &name).unwrap();
            tasks.push(file(&name, name.len() as u64));
        }
        let full = vec![b'x'; usize::try_from(SMALL).unwrap()];
        let grown = vec![b'x'; full.len() + 1];
        fs::write(folder.path().join("full"), &full).unwrap();
        fs::write(folder.path().join("grown"), &grown).unwrap();
        fs::write(folder.path().join("pipe"), b"x").unwrap();
        tasks.extend([file("full", SMALL), file("large", SMALL + 1), file("grown", 1), file("pipe", 0)]);
        tasks.extend([Task::from(SourceFile::Stdin), file("missing", 1)]);
        let names = tasks.iter().map(|task| task.file.clone());
        let mut want: Vec<(SourceFile, Option<Vec<u8>>)> = names.map(|file| (file, None)).collect();
        for (number, (_, content)) in want.iter_mut().enumerate().take(2 * TOGETHER * READERS) {
            *content = Some(number.to_string().into_bytes());
        }
        want[2 * TOGETHER * READERS].1 = Some(full);
        let mut got = Vec::new();
        let mut failed = Vec::new();
        let read = read_ahead(tasks.into_iter(), SMALL, |Fetched { task: Task { file, .. }, content }| {
            let content =
                content.and_then(|content| content.map_err(|error| failed.push((file.clone(), error.kind()))).ok());
            got.push((file, content));
            Ok(())
        });
        assert!(read.is_ok());
        assert_eq!(got, want);
        let missing = want.last().map(|(file, _)| file.clone());
        assert_eq!(failed, [(missing.unwrap(), io::ErrorKind::NotFound)]);
    }

    #[test]
    fn whoever_takes_no_more_gets_no_more() {
        let endless = std::iter::repeat_with(|| Task::from(SourceFile::Stdin));
        let mut taken = 0;
        let read = read_ahead(endless, SMALL, |_| {
            taken += 1;
            if taken < 3 { Ok(()) } else { Err(Stopped) }
        });
        assert!(read.is_err());
        assert_eq!(taken, 3);
    }
}
