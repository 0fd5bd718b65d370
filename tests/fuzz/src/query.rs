use imr_query::{parse, read_english};

/// No text makes the parser panic, what is printed is parsed again, and plain English is read without a panic.
///
/// # Panics
///
/// Where that does not hold.
pub fn query(input: &[u8]) {
    let Ok(ast) = parse(&String::from_utf8_lossy(input)) else { return };
    assert_eq!(parse(&ast.to_string()), Ok(ast.clone()), "printed as {ast}");
    let _ = read_english(ast).to_string();
}
