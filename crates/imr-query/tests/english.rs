//! How plain English is understood: `english.tsv` beside this file holds queries as people type them, and each in the query
//! language. `UPDATE_EXPECT=1 cargo test -p imr-query` renews it; read the difference as critically as code.

use expect_test::expect_file;
use imr_query::{parse, read_english};

#[test]
fn queries_are_understood() {
    let table = include_str!("english.tsv");
    let mut read = String::new();
    for line in table.lines() {
        let query = line.split('\t').next().unwrap_or_default();
        if query.is_empty() || query.starts_with('#') {
            read += &format!("{line}\n");
            continue;
        }
        let understood = parse(query).map_or_else(|error| error.to_string(), |ast| read_english(ast).to_string());
        read += &format!("{query}\t{understood}\n");
    }
    expect_file!["english.tsv"].assert_eq(&read);
}
