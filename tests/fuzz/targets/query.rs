//! No text makes the parser panic, what is printed is parsed again, and plain English is read without a panic.

#![no_main]

use imr_query::{parse, read_english};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: &str| {
    let Ok(ast) = parse(query) else { return };
    assert_eq!(parse(&ast.to_string()), Ok(ast.clone()), "printed as {ast}");
    let _ = read_english(ast).to_string();
});
