//! Our own engine, in process.

use std::path::Path;

use imr_index::IndexReader;
use imr_query::{Answer, Facet, Request, Sort, search};
use jiff::civil::{Date, date};

use super::question::{Counts, Engine, Found, Kind, Question};

/// No query is relative to it.
const TODAY: Date = date(2020, 1, 1);

/// An opened index.
pub(crate) struct Ours {
    index: IndexReader,
}

impl Ours {
    /// Opens an index.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self { index: IndexReader::open(folder)? })
    }

    fn search(&self, query: &str, question: &Question) -> anyhow::Result<Answer<'_>> {
        let limit = if matches!(question.kind, Kind::Topk | Kind::Sort | Kind::Snippet) { 10 } else { 0 };
        let mut request = Request::new(query, limit, TODAY);
        request.literal = true;
        request.facets.clone_from(&question.by);
        if question.kind == Kind::Sort {
            request.sort = Sort::Newest;
        }
        Ok(search(&self.index, &request)?)
    }

    /// A rate takes two counts: of everything, and of what was overturned.
    fn overturned(&self, question: &Question) -> anyhow::Result<Answer<'_>> {
        self.search(&format!("{} outcome:overturned", question.ours), question)
    }
}

fn count(facets: &[Facet], suffix: &str, counts: &mut Counts) {
    for facet in facets {
        let values = facet.values.iter().map(|value| (value.value.clone(), value.count as u64)).collect();
        counts.insert(format!("{}{suffix}", facet.field), values);
    }
}

impl Engine for Ours {
    fn name(&self) -> &'static str {
        "imr-search"
    }

    fn answer(&self, question: &Question) -> anyhow::Result<()> {
        let mut answer = self.search(&question.ours, question)?;
        // The others tell what the first hits are called, too.
        match question.kind {
            Kind::Snippet => answer.hits().try_for_each(|hit| hit.map(drop))?,
            _ => answer.names().try_for_each(|name| name.map(drop))?,
        }
        if question.kind == Kind::Rate {
            self.overturned(question)?;
        }
        Ok(())
    }

    fn check(&self, question: &Question) -> anyhow::Result<Found> {
        let answer = self.search(&question.ours, question)?;
        let mut found = Found { hits: answer.decisions as u64, ..Found::default() };
        count(&answer.facets, "", &mut found.counts);
        if question.kind == Kind::Rate {
            count(&self.overturned(question)?.facets, " overturned", &mut found.counts);
        }
        // A field of which no hit has a value is as good as not counted.
        found.counts.retain(|_, values| !values.is_empty());
        Ok(found)
    }
}
