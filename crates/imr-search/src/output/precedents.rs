//! Decisions like one.

use std::io::{self, Write};

use imr_output::id;
use imr_precedent::{Differing, Precedent, Precedents};

use super::text::{Cards, Look, card};

/// Prints cards, each with what it has in common and where it differs.
pub(crate) fn text(out: &mut impl Write, found: &Precedents, look: Look) -> io::Result<()> {
    let cards = Cards { look, fields: Vec::new(), by_letter: false };
    let base = id(found.letter.name(), found.decision.n);
    for (at, Precedent { hit, alike, differing }) in found.list.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        card(out, hit, &cards)?;
        let own = id(hit.letter.name(), hit.n);
        look.named(out, "in common", &alike.line())?;
        let Some(Differing { first, second }) = differing else { continue };
        for (name, sentences) in [(&base, first), (&own, second)] {
            for sentence in sentences {
                look.named(out, &format!("only in {name}"), &format!("\"{sentence}\""))?;
            }
        }
    }
    Ok(())
}
