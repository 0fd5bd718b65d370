//! The sessions in README.md print what they say.

use std::fs;

use crate::program::{Program, Ran, root};

#[test]
fn sessions_are_true() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let program = Program::new();
    let mut tried = 0;
    for session in readme.split("```console\n").skip(1).filter_map(|rest| rest.split("\n```").next()) {
        let Some((command, expected)) = session.split_once('\n') else { continue };
        let Some(arguments) = command.strip_prefix("$ imr-search ") else { continue };
        let arguments = words(arguments);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        // As a new user: in the root of the repository, at the usual width.
        let mut run = program.command(&arguments);
        let output = run.current_dir(root()).env("COLUMNS", "80").output().unwrap();
        let ran = Ran::new(&output, program.home());
        let stderr: Vec<&str> = ran
            .stderr
            .lines()
            .filter(|line| !line.starts_with("corpus-samples/") && !line.starts_with("indexed"))
            .collect();
        let printed = format!("{}\n{}", stderr.join("\n"), ran.stdout.trim_end());
        assert_eq!(printed.trim(), expected.trim(), "README.md: {command}");
        tried += 1;
    }
    assert!(tried >= 3, "README.md shows {tried} sessions");
}

/// Divides a command line as a shell does, for single and double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => quote = Some(c),
            (' ', None) => words.push(String::new()),
            (c, _) => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
