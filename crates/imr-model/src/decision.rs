//! The decision on one disputed treatment.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Citations, Concepts};

/// What the reviewer decided of the utilization review's refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub enum Outcome {
    /// The refusal stands: the treatment is not approved.
    #[serde(rename = "upheld")]
    Upheld,
    /// The refusal falls: the treatment is approved.
    #[serde(rename = "overturned")]
    Overturned,
    /// The refusal falls for a part of the treatment.
    #[serde(rename = "partially overturned")]
    PartiallyOverturned,
    /// The refusal was modified.
    #[serde(rename = "modified")]
    Modified,
}

impl Outcome {
    /// Every outcome, the commonest first.
    pub const ALL: [Self; 4] = [Self::Upheld, Self::Overturned, Self::PartiallyOverturned, Self::Modified];

    /// The name in JSON, in facets and in queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Overturned => "overturned",
            Self::PartiallyOverturned => "partially overturned",
            Self::Modified => "modified",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// What a letter decides as a whole, by the outcomes of its decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CaseOutcome {
    /// Every refusal stands.
    Upheld,
    /// Every refusal falls.
    Overturned,
    /// Some stand and some fall, or one falls in part.
    Partial,
}

impl CaseOutcome {
    /// Every value, the commonest first.
    pub const ALL: [Self; 3] = [Self::Upheld, Self::Overturned, Self::Partial];

    /// The name in JSON, in facets and in queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Overturned => "overturned",
            Self::Partial => "partial",
        }
    }

    /// The outcome of a letter; `None` where an outcome is missing, or there is none.
    #[must_use]
    pub fn of(decisions: &[Decision]) -> Option<Self> {
        let outcomes: Vec<Outcome> = decisions.iter().map(|decision| decision.outcome).collect::<Option<_>>()?;
        let all = |outcome| outcomes.iter().all(|other| *other == outcome);
        match outcomes.first()? {
            Outcome::Upheld if all(Outcome::Upheld) => Some(Self::Upheld),
            Outcome::Overturned if all(Outcome::Overturned) => Some(Self::Overturned),
            _ => Some(Self::Partial),
        }
    }
}

/// The text is no outcome word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownOutcome;

impl fmt::Display for UnknownOutcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first @ .., last] = Outcome::ALL.map(Outcome::as_str);
        write!(out, "unknown outcome; expected {} or {last}", first.join(", "))
    }
}

impl std::error::Error for UnknownOutcome {}

impl FromStr for Outcome {
    type Err = UnknownOutcome;

    /// Reads an outcome as letters and the official search tool word it, in any case: `Upheld`, `UPHOLD`, `Overturn`,
    /// `Partial Overturn`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["upheld" | "uphold"] => Ok(Self::Upheld),
            ["overturned" | "overturn"] => Ok(Self::Overturned),
            ["partial" | "partially", "overturned" | "overturn"] => Ok(Self::PartiallyOverturned),
            ["modified" | "modify"] => Ok(Self::Modified),
            _ => Err(UnknownOutcome),
        }
    }
}

/// The decision on one disputed treatment: the unit that is searched and quoted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// Its place in the letter, from 1.
    pub n: usize,
    /// The heading as printed, joined over its lines, without a leading `Decision for` and without the outcome.
    pub treatment: String,
    /// Of a partly authorized request, what is left in dispute; `None` if the heading does not say.
    pub eligible_portion: Option<String>,
    /// What was decided; `None` if the letter prints no outcome for this treatment.
    pub outcome: Option<Outcome>,
    /// The paragraph that says what the claims administrator relied on.
    pub administrator_guideline: Option<String>,
    /// The paragraph that says what the reviewer relied on.
    pub reviewer_guideline: Option<String>,
    /// Both paragraphs, read.
    pub citations: Citations,
    /// Why the reviewer decided so.
    pub rationale: Option<String>,
    /// What it is about. In JSON these keys stand beside the others.
    #[serde(flatten)]
    pub concepts: Concepts,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_read_as_printed() {
        for (printed, want) in [
            ("Upheld", Ok(Outcome::Upheld)),
            ("UPHOLD", Ok(Outcome::Upheld)),
            ("Overturned", Ok(Outcome::Overturned)),
            ("Partially  Overturned", Ok(Outcome::PartiallyOverturned)),
            ("partial overturn", Ok(Outcome::PartiallyOverturned)),
            ("Modified", Ok(Outcome::Modified)),
            ("Upheld in part", Err(UnknownOutcome)),
            ("", Err(UnknownOutcome)),
        ] {
            assert_eq!(printed.parse::<Outcome>(), want, "case: {printed:?}");
        }
        for outcome in Outcome::ALL {
            assert_eq!(outcome.as_str().parse(), Ok(outcome));
        }
    }
}
