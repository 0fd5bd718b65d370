//! What answering a query may cost. The command line sets no limit: whoever types there pays for it. A server answers
//! strangers, and one of them must not keep the others waiting.

use std::time::Instant;

use crate::ast::{Ast, Span, Text, Value};
use crate::error::{QueryError, SyntaxError};

/// What answering a request may cost.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// use imr_query::Limits;
///
/// let deadline = Some(Instant::now() + Duration::from_secs(2));
/// let limits = Limits { clauses: 100, regex: false, deadline, ..Limits::none() };
/// assert_eq!(limits.expansions, usize::MAX);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most words, phrases and conditions of the query as it is understood. A `similar:ID` counts as one, and what the
    /// program adds to a query counts nothing.
    pub clauses: usize,
    /// The most words that one pattern (`taper*`, `wean~1`, `/we[ai]n/`) may stand for in a field. The program's own bounds
    /// hold besides.
    pub expansions: usize,
    /// Whether regular expressions are allowed.
    pub regex: bool,
    /// When the work stops, finished or not.
    pub deadline: Option<Instant>,
}

impl Default for Limits {
    fn default() -> Self {
        Self::none()
    }
}

impl Limits {
    /// No limit.
    #[must_use]
    pub const fn none() -> Self {
        Self { clauses: usize::MAX, expansions: usize::MAX, regex: true, deadline: None }
    }

    /// Refuses a query that has too many conditions, or one that is not allowed.
    pub(crate) fn permit(&self, query: &Ast) -> Result<(), QueryError> {
        let leaves = leaves(query);
        if !self.regex
            && let Some(regex) = leaves.iter().find_map(|leaf| regex(leaf))
        {
            let help = "write the words that are meant, or a pattern such as `taper*`";
            return Err(too_costly("regular expressions are not allowed here", regex, help));
        }
        if let Some(first) = leaves.get(self.clauses) {
            let (found, most) = (leaves.len(), self.clauses);
            let problem = format!("query of {found} words and conditions: at most {most} are allowed here");
            return Err(too_costly(problem, span(first), "search for fewer words, or narrow the result by fields"));
        }
        Ok(())
    }

    /// Fails once the time is over.
    pub(crate) fn in_time(&self) -> Result<(), QueryError> {
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(QueryError::OutOfTime),
            _ => Ok(()),
        }
    }

    /// A watch for a long loop.
    pub(crate) fn watch(&self) -> Watch {
        Watch { deadline: self.deadline, rounds: 0 }
    }
}

pub(crate) fn too_costly(problem: impl Into<String>, span: Span, help: &str) -> QueryError {
    QueryError::TooCostly(SyntaxError::new(problem, span, help))
}

/// Looks at the clock in some rounds of a loop only: to look takes as long as a short round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    deadline: Option<Instant>,
    rounds: u32,
}

/// The clock is looked at once in so many rounds.
const ROUNDS: u32 = 16;

impl Watch {
    /// Whether the time is over, as far as was looked.
    pub(crate) fn is_over(&mut self) -> bool {
        let Some(deadline) = self.deadline else { return false };
        self.rounds = self.rounds.wrapping_add(1);
        self.rounds.is_multiple_of(ROUNDS) && Instant::now() >= deadline
    }

    /// Fails once the time is over, as far as was looked.
    pub(crate) fn in_time(&mut self) -> Result<(), QueryError> {
        if self.is_over() { Err(QueryError::OutOfTime) } else { Ok(()) }
    }
}

/// The words, phrases and conditions of a query, in order.
fn leaves(query: &Ast) -> Vec<&Ast> {
    match query {
        Ast::All => Vec::new(),
        Ast::Text(_) | Ast::Field { .. } => vec![query],
        Ast::Near { left, right, .. } => [leaves(left), leaves(right)].concat(),
        Ast::And(parts) | Ast::Or(parts) | Ast::Most(parts) => parts.iter().flat_map(leaves).collect(),
        Ast::Not(part) => leaves(part),
    }
}

/// Where a word, phrase or condition stands.
fn span(leaf: &Ast) -> Span {
    match leaf {
        Ast::Text(text) => text.typed().span(),
        Ast::Field { name, value: Value::Text(text) } => name.span().start..text.typed().span().end,
        Ast::Field { name, value: Value::Whole(typed) } => name.span().start..typed.span().end,
        Ast::Field { name, value: Value::Range { place, .. } } => name.span().start..place.0.end,
        Ast::Field { name, .. } => name.span(),
        _ => 0..0,
    }
}

/// Where a regular expression stands; `None` if a leaf is none.
fn regex(leaf: &Ast) -> Option<Span> {
    match leaf {
        Ast::Text(text @ Text::Regex(_)) | Ast::Field { value: Value::Text(text @ Text::Regex(_)), .. } => {
            Some(text.typed().span())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::parse::parse;

    #[test]
    fn queries_that_may_be_asked() {
        let some = |clauses: usize, regex: bool| Limits { clauses, regex, ..Limits::none() };
        for (query, limits, refused) in [
            ("a b \"c d\"", some(3, false), None),
            ("a b \"c d\"", some(2, false), Some("\"c d\"")),
            ("~(a b) NOT (c /s d)", some(4, false), None),
            ("~(a b) NOT (c /s d)", some(3, false), Some("d")),
            ("drug:(soma OR norco OR xanax)", some(2, false), Some("drug:(soma OR norco OR xanax")),
            ("page:63-66 date:>=2016", some(1, false), Some("date:>=2016")),
            ("", some(0, false), None),
            ("a drug:*", some(1, false), Some("drug")),
            ("taper* wean~1", some(2, false), None),
            ("wean /tap.*/", some(2, false), Some("/tap.*/")),
            ("wean rationale:/tap.*/", some(2, false), Some("/tap.*/")),
            ("wean /tap.*/", some(2, true), None),
        ] {
            let permitted = limits.permit(&parse(query).unwrap());
            let at = match permitted {
                Ok(()) => None,
                Err(QueryError::TooCostly(error)) => Some(error.span),
                Err(other) => panic!("case: {query}: {other}"),
            };
            assert_eq!(at.map(|span| &query[span]), refused, "case: {query}");
        }
    }

    #[test]
    fn time_is_over_at_the_deadline() {
        let now = Instant::now();
        let over = |deadline| Limits { deadline, ..Limits::none() };
        for (limits, is_over) in
            [(Limits::none(), false), (over(Some(now + Duration::from_secs(600))), false), (over(Some(now)), true)]
        {
            assert_eq!(matches!(limits.in_time(), Err(QueryError::OutOfTime)), is_over, "{limits:?}");
            let mut watch = limits.watch();
            assert_eq!((0..ROUNDS).any(|_| watch.is_over()), is_over, "{limits:?}");
        }
    }
}
