use std::cell::{Cell, RefCell};
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use imr_ingest::answer_requests;

/// A small PDF that can be read.
const SOUND: &[u8] = include_bytes!("../corpus/pdf/plain.pdf");

thread_local! {
    static IS_ANSWERING: Cell<bool> = const { Cell::new(false) };
    /// A panic of our own code while this thread was answering.
    static OWN_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whatever a PDF is, it gets one answer that the reader of answers understands, the next PDF is answered as if there had
/// been none before, and only the extractor panics over it.
///
/// The extractor runs in this process, without the limits of a worker. What only these contain is left out: an object
/// that draws itself overflows the stack.
///
/// # Panics
///
/// Where that does not hold.
pub fn pdf(input: &[u8]) {
    if input.windows(8).any(|window| window == b"/XObject") {
        return;
    }
    let answers = answers(&[message(input), message(SOUND)].concat());
    assert_eq!(OWN_PANIC.take(), None, "a panic of our own code");
    let (first, rest) = split_message(&answers);
    let (second, rest) = split_message(rest);
    assert!(rest.is_empty(), "two requests, two answers");
    for answer in [first, second] {
        let answer: serde_json::Value = serde_json::from_slice(answer).expect("an answer is JSON");
        assert!(answer.get("Ok").is_some() != answer.get("Err").is_some(), "{answer}");
    }
    assert!(String::from_utf8_lossy(second).contains("sound"), "the PDF before spoiled this one");
}

/// The answers to some requests. Panics on the way there are not told on standard error.
fn answers(requests: &[u8]) -> Vec<u8> {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| if IS_ANSWERING.get() { note(panic) } else { usual(panic) }));
    });
    let mut answers = Vec::new();
    IS_ANSWERING.set(true);
    let told = answer_requests(requests, &mut answers);
    IS_ANSWERING.set(false);
    told.expect("requests are whole, and memory takes any answer");
    answers
}

/// The extractor's panics are damage of the file; ours would pass for it.
fn note(panic: &PanicHookInfo) {
    if panic.location().is_some_and(|place| place.file().contains("crates/imr-")) {
        OWN_PANIC.set(Some(panic.to_string()));
    }
}

fn message(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("inputs are short");
    [&length.to_le_bytes()[..], content].concat()
}

/// The first of some messages, and those behind it.
fn split_message(messages: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = messages.split_first_chunk::<4>().expect("the length of an answer");
    rest.split_at(u32::from_le_bytes(*length) as usize)
}
