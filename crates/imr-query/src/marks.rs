//! What a query finds in whole texts, for marking it there.

use std::ops::Range;

use imr_index::IndexReader;

use crate::error::QueryError;
use crate::gather::{Wanted, gather};
use crate::passage::Marker;
use crate::search::{Request, understand};

/// What a query looks for, as it stands in texts.
#[derive(Debug)]
pub struct Marks(Marker);

impl Marks {
    /// What the query of a request looks for, as [`crate::search()`] understands it.
    ///
    /// # Errors
    ///
    /// As [`crate::search()`].
    pub fn new(index: &IndexReader, request: &Request) -> Result<Self, QueryError> {
        let any = |_: &_, plan: &_| gather(index, plan, &Wanted::default(), request.limits);
        Ok(Self(Marker::new(&understand(index, request, any)?.plan)))
    }

    /// Where it stands in the text of a field of the index, in bytes; in order, without overlaps.
    #[must_use]
    pub fn in_text(&self, field: &str, text: &str) -> Vec<Range<usize>> {
        self.0.in_text(field, text)
    }
}
