//! The query on the command line.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io::{self, Read};

use anyhow::Context;
use clap_complete::engine::ArgValueCompleter;
use imr_index::Schema;

use super::completions;

/// The query, as words of the command line.
#[derive(clap::Args)]
pub(crate) struct QueryText {
    /// The query; `-` reads it from standard input; without one, every decision
    #[arg(value_name = "QUERY", value_parser = unshielded, add = ArgValueCompleter::new(completions::query_word))]
    words: Vec<String>,

    /// Search for every word as it is, without reading plain English
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL", default_missing_value = "true", hide_possible_values = true)]
    pub(crate) literal: Option<bool>,
}

impl QueryText {
    /// The text of the query.
    pub(crate) fn text(&self) -> anyhow::Result<String> {
        if self.words != ["-"] {
            return Ok(self.words.join(" "));
        }
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("the query cannot be read from standard input")?;
        Ok(text.trim().to_owned())
    }
}

/// Put before an exclusion, so that it is not taken for a flag; no argument begins with it.
const SHIELD: char = '\u{1}';

/// The commands that take a query.
const ASKING: [&str; 9] =
    ["query", "facets", "explain", "export", "stats", "similar", "counter", "compare", "contradictions"];

/// The arguments of the program, with exclusions such as `-drug:*` kept from being taken for flags: a hyphen before a
/// bracket, a quote, or a field that queries can ask for and its colon.
///
/// Letting the query take hyphens (`allow_hyphen_values`) would turn each mistyped flag into a word to search for.
pub(crate) fn shielded(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut is_query = false;
    let shield = |argument: OsString| {
        is_query = (is_query || ASKING.iter().any(|command| argument == *command)) && argument != "--";
        match argument.to_str() {
            Some(text) if is_query && is_exclusion(text) => format!("{SHIELD}{text}").into(),
            _ => argument,
        }
    };
    arguments.into_iter().map(shield).collect()
}

fn is_exclusion(argument: &str) -> bool {
    let Some(excluded) = argument.strip_prefix('-') else { return false };
    if excluded.starts_with(['(', '"', '“']) {
        return true;
    }
    let Some((field, _)) = excluded.split_once(':') else { return false };
    let field = ["any.", "mx."].iter().find_map(|side| field.strip_prefix(side)).unwrap_or(field);
    Schema::shared().find(field).is_some_and(|id| Schema::shared().definition(id).is_public())
}

/// An argument as it was typed.
#[expect(clippy::unnecessary_wraps, reason = "what clap takes for a parser")]
pub(super) fn unshielded(argument: &str) -> Result<String, Infallible> {
    Ok(argument.strip_prefix(SHIELD).unwrap_or(argument).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exclusions_are_shielded() {
        for (argument, want) in [
            ("-drug:*", true),
            ("-o:upheld", true),
            ("-case-outcome:partial", true),
            ("-ca.page:24 mri", true),
            ("-any.page:24", true),
            ("-(class:opioids OR mri)", true),
            ("-\"red flag\"", true),
            ("-fclass:3", false),
            ("-n3", false),
            ("--facet=drug:3", false),
            ("-date", false),
            ("-", false),
            ("drug:*", false),
        ] {
            let shielded = shielded(["query", argument].map(OsString::from)).remove(1);
            assert_eq!(shielded != argument, want, "case: {argument}");
            assert_eq!(unshielded(shielded.to_str().unwrap()), Ok(argument.to_owned()));
        }
        for others in [["query", "--", "-drug:*"], ["imr-search", "show", "-drug:*"]] {
            let others = others.map(OsString::from);
            assert_eq!(shielded(others.clone()), others);
        }
    }
}
