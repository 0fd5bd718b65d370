//! Worker processes: our own binary, started again to read PDFs and nothing else.
//!
//! A request is the length of the PDF (`u32`, little endian) and the PDF; an answer is the length of a JSON text and
//! that text. A worker serves many files; when it dies, hangs or answers too much it is replaced, and the file that did
//! it is reported.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use super::extract::{PdfFault, PdfText, extract};
use crate::error::ReadError;

/// How long one PDF may take. Real letters take 10 ms.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// How much text one PDF may give, in bytes.
const ANSWER_LIMIT: u32 = 20 << 20;
/// The stack of the extracting thread, in bytes: nested objects are read recursively.
const STACK: usize = 64 << 20;

/// How to start a worker: a program and its arguments, which must end in a call of [`serve_worker`].
#[derive(Clone, Debug)]
pub struct WorkerCommand {
    /// The program, usually that of the running process.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// What is added to its environment.
    pub environment: Vec<(&'static str, &'static str)>,
}

type Answer = Result<PdfText, PdfFault>;

/// Answers requests on standard input until it ends. To be called by the program that [`WorkerCommand`] names, and only
/// there: it limits the memory that the process may map to `memory` bytes (the extractor needs 41 MB for the worst real
/// damage seen, and 64 MB for its stack), and silences panics.
///
/// # Errors
///
/// When a request or an answer cannot be passed on: the parent has gone.
pub fn serve_worker(memory: u64) -> io::Result<()> {
    limit_memory(memory);
    // A panic of the extractor is answered as damage of the file.
    std::panic::set_hook(Box::new(|_| {}));
    let answer = || answer_requests(io::stdin().lock(), io::stdout().lock());
    let extractor = thread::Builder::new().stack_size(STACK).spawn(answer)?;
    extractor.join().unwrap_or_else(|_| Err(io::Error::other("the extractor panicked")))
}

/// What a worker does, without its limits: answers each of the requests in turn, until they end. For fuzzing; a PDF that
/// nests without end overflows the stack, one that unpacks without end takes all memory.
///
/// # Errors
///
/// When a request is not whole, or an answer cannot be written.
pub fn answer_requests(mut requests: impl Read, mut answers: impl Write) -> io::Result<()> {
    while let Some(pdf) = read_message(&mut requests)? {
        let answer: Answer = extract(&pdf);
        write_message(&mut answers, &serde_json::to_vec(&answer)?)?;
    }
    Ok(())
}

#[cfg(unix)]
fn limit_memory(memory: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // If the system refuses, the limit on time remains.
    let limit = Rlimit { current: Some(memory), maximum: Some(memory) };
    let _ = setrlimit(Resource::As, limit);
}

#[cfg(not(unix))]
fn limit_memory(_: u64) {}

fn read_message(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length);
    let mut message = Vec::new();
    input.take(u64::from(length)).read_to_end(&mut message)?;
    if message.len() == length as usize { Ok(Some(message)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn write_message(output: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(|_| io::Error::other("message of more than 4 GiB"))?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(message)?;
    output.flush()
}

/// Reads PDFs by a worker process, which is started at the first PDF and replaced when it fails.
pub(crate) struct PdfReader {
    command: WorkerCommand,
    worker: Option<Worker>,
}

impl PdfReader {
    pub(crate) fn new(command: WorkerCommand) -> Self {
        Self { command, worker: None }
    }

    /// The text of a PDF.
    pub(crate) fn text(&mut self, pdf: &[u8]) -> Result<PdfText, ReadError> {
        let worker = match self.worker.take() {
            Some(worker) => self.worker.insert(worker),
            None => self.worker.insert(Worker::start(&self.command).map_err(ReadError::WorkerStart)?),
        };
        let answer = worker.ask(pdf);
        if answer.is_err() {
            self.worker = None;
        }
        answer?.map_err(|fault| match fault {
            PdfFault::Password => ReadError::PdfPassword,
            PdfFault::NoTextLayer { pages } => ReadError::NoTextLayer { pages },
            PdfFault::Damaged(what) => ReadError::DamagedPdf(what),
        })
    }
}

struct Worker {
    process: Child,
    requests: ChildStdin,
    answers: Receiver<Vec<u8>>,
}

impl Worker {
    fn start(command: &WorkerCommand) -> io::Result<Self> {
        let mut worker = Command::new(&command.program);
        // Ctrl-C is for the parent, which ends its workers.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut worker, 0);
        let mut process = worker
            .args(&command.arguments)
            .envs(command.environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipe = || io::Error::other("the worker has no pipe");
        let requests = process.stdin.take().ok_or_else(pipe)?;
        let mut output = process.stdout.take().ok_or_else(pipe)?;
        // A thread of its own reads the answers, so that waiting for one can end by time.
        let (sender, answers) = sync_channel(1);
        thread::spawn(move || {
            while let Ok(Some(answer)) = read_answer(&mut output) {
                if sender.send(answer).is_err() {
                    break;
                }
            }
        });
        Ok(Self { process, requests, answers })
    }

    fn ask(&mut self, pdf: &[u8]) -> Result<Answer, ReadError> {
        // A write that fails shows in the missing answer.
        let _ = write_message(&mut self.requests, pdf);
        match self.answers.recv_timeout(TIME_LIMIT) {
            Ok(answer) => serde_json::from_slice(&answer).map_err(|_| ReadError::PdfCrash),
            Err(RecvTimeoutError::Timeout) => Err(ReadError::PdfTimeout { seconds: TIME_LIMIT.as_secs() }),
            Err(RecvTimeoutError::Disconnected) => Err(ReadError::PdfCrash),
        }
    }
}

fn read_answer(output: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    output.read_exact(&mut length)?;
    if u32::from_le_bytes(length) > ANSWER_LIMIT {
        return Ok(None);
    }
    read_message(&mut length.chain(output))
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Ended already, or not worth waiting for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
