//! Partly authorized requests: the three texts of their headings.

use std::borrow::Cow;
use std::sync::LazyLock;

use imr_model::{Partial, PartialKind};
use regex::Regex;

use super::quantity;
use crate::text::regex;

/// What is asked for.
pub(crate) struct Request<'h> {
    /// The request: the heading, or of a partly authorized request the original and the disputed text.
    pub(crate) text: Cow<'h, str>,
    /// How a partly authorized request divides.
    pub(crate) partial: Option<Partial>,
}

impl<'h> Request<'h> {
    /// Reads a heading. `disputed` is what it says is left in dispute.
    pub(crate) fn read(heading: &'h str, disputed: Option<&str>) -> Self {
        match disputed.and_then(|disputed| partial(heading, disputed)) {
            Some(partial) => {
                Self { text: format!("{}. {}", partial.requested, partial.disputed).into(), partial: Some(partial) }
            }
            None => Self { text: heading.into(), partial: None },
        }
    }

    /// The heading, or of a partly authorized request its original and its disputed text.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match &self.partial {
            Some(partial) => vec![&partial.requested, &partial.disputed],
            None => vec![&self.text],
        }
    }

    /// The text that is in dispute.
    pub(crate) fn disputed(&self) -> &str {
        self.partial.as_ref().map_or(&*self.text, |partial| &partial.disputed)
    }
}

/// The parts of the two formulae of final determination letters.
///
/// `X was the original request. Y was authorized by the Claims Administrator. The remaining IMR eligible portion of the
/// original request, Z is`, and `X was the original request. The Claims Administrator authorized Y, leaving the original
/// request IMR eligible. The original request, X is`.
fn partial(heading: &str, disputed: &str) -> Option<Partial> {
    static FORMULA: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xis) ^ (?P<requested> .+? ) \s+ (?:was|were|is|are) \s+ the \s+ original \s+ requests? \s* [.;,] \s*
              (?: (?P<authorized> .+? ) \s+ (?:was|were|is|are|has \s been|have \s been) \s+ (?:previously \s+)? (?:authorized|certified|approved)
                  (?: \s+ by \s+ (?:the\s+)? claims \s+ administrator )?
                | (?:the\s+)? claims \s+ administrator \s+ (?:authorized|certified|approved) \s+ (?P<given> .+? ) )
              \s* [.;,] \s* (?:leaving \s+)? the \s+ (?: (?: remaining | (?P<whole> original \s+ requests? ) ) \s+ )? imr \b",
        )
    });
    let parts = FORMULA.captures(heading)?;
    let text = |name| parts.name(name).map(|part| part.as_str().trim().to_owned());
    let (requested, disputed) = (text("requested")?, disputed.to_owned());
    let authorized = text("authorized").or_else(|| text("given"))?;
    let kind = if text("whole").is_some() { PartialKind::WholeRequestOpen } else { PartialKind::Remainder };
    let amounts = quantity::together([&requested, &authorized, &disputed]);
    let unit = amounts.iter().flatten().map(|quantity| quantity.unit.to_owned()).next();
    let [requested_qty, authorized_qty, disputed_qty] = amounts.map(|quantity| Some(quantity?.amount));
    Some(Partial { requested, authorized, disputed, kind, requested_qty, authorized_qty, disputed_qty, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_a_partly_authorized_request() {
        for (heading, want) in [
            (
                "Percocet 5/325mg #90 was the original request. Percocet 5/325mg #40 was authorized by the Claims Administrator. The remaining IMR eligible portion of the original request, Percocet 5/325mg #50 is",
                Some((
                    "Percocet 5/325mg #90",
                    "Percocet 5/325mg #40",
                    "Percocet 5/325mg #50",
                    [Some(90), Some(40), Some(50)],
                )),
            ),
            (
                "Inpatient stay 10 days was the original request. The Claims Administrator authorized Inpatient stay 3 days, leaving the original request IMR eligible. The original request, Inpatient stay 10 days",
                Some((
                    "Inpatient stay 10 days",
                    "Inpatient stay 3 days",
                    "Inpatient stay 10 days",
                    [Some(10), Some(3), Some(10)],
                )),
            ),
            (
                "Three massages were the original request. The Claims Administrator authorized one massage. The remaining IMR eligible portion of the original request, two massages are",
                Some(("Three massages", "one massage", "two massages", [None, None, None])),
            ),
            ("Percocet 5/325mg #90", None),
            ("The original request was misplaced", None),
        ] {
            let disputed = crate::fields::heading::eligible_portion(heading);
            let partial = Request::read(heading, disputed.as_deref()).partial;
            if let Some(partial) = &partial {
                let is_whole = partial.kind == PartialKind::WholeRequestOpen;
                assert_eq!(is_whole, heading.contains("leaving the original"), "case: {heading}");
                assert_eq!(partial.unit.is_some(), partial.requested_qty.is_some(), "case: {heading}");
            }
            let got = partial.as_ref().map(|partial| {
                let Partial { requested, authorized, disputed, requested_qty, authorized_qty, disputed_qty, .. } =
                    partial;
                (
                    requested.as_str(),
                    authorized.as_str(),
                    disputed.as_str(),
                    [*requested_qty, *authorized_qty, *disputed_qty],
                )
            });
            assert_eq!(got, want, "case: {heading}");
        }
    }
}
