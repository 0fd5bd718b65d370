//! Searching: hits, facets, and how these disputes end.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imr_output::{AnswerReport, Group, OutputField, OutputSchema, csv_of_hits, id};
use imr_query::{
    Answer, Ast, Division, Hit, Period, Request, Sort, Tabulation, parse, read_english, search as find, tabulate,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::letters::LetterParameters;
use crate::app::App;
use crate::cursor::Cursor;
use crate::form::{Form, Reply};
use crate::pages;
use crate::parameters::{Parameters, Switch, bounded, is_usual, items};
use crate::problem::Problem;
use crate::work::Context;

/// What is searched for, and what is wanted of the answer.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParameters {
    /// The query: words, fields and plain English. Empty: every decision.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[param(example = "upheld benzodiazepine decisions citing page 24")]
    pub(crate) q: String,
    /// Take every word as it is, without reading plain English.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) literal: Switch,
    /// The order of hits.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) sort: Order,
    /// At most this many hits (10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<usize>,
    /// Pass over this many hits first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<usize>,
    /// Where to go on: the `next` of an answer. It holds over changes of the index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
    /// Put decisions under their letter; limit and offset count letters then.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) group: Grouping,
    /// Of hits with the same rationale, give the first and how many there are.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) collapse: Switch,
    /// Tell of each hit why it ranks where it does.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) explain: Switch,
    /// Count the values of these fields over all hits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(example = json!(["specialty"]))]
    pub(crate) facet: Vec<String>,
    /// Give these fields of each hit in place of the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fields: Vec<String>,
    /// On a page: only decisions since this day; leads to a query with that condition.
    #[serde(default, skip_serializing)]
    #[param(ignore)]
    pub(crate) from: Option<String>,
    /// On a page: only decisions until this day.
    #[serde(default, skip_serializing)]
    #[param(ignore)]
    pub(crate) to: Option<String>,
}

/// The order of hits. Ties go to the newer decision, then by case number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub(crate) enum Order {
    /// The best match first.
    #[default]
    #[serde(rename = "score")]
    Score,
    /// The newest decision first.
    #[serde(rename = "-date")]
    Newest,
    /// The oldest decision first.
    #[serde(rename = "date")]
    Oldest,
    /// By case number.
    #[serde(rename = "case")]
    Case,
}

impl Order {
    pub(crate) fn sort(self) -> Sort {
        match self {
            Self::Score => Sort::Score,
            Self::Newest => Sort::Newest,
            Self::Oldest => Sort::Oldest,
            Self::Case => Sort::Case,
        }
    }
}

/// What hits are put together by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Grouping {
    /// Each hit by itself.
    #[default]
    None,
    /// Decisions under their letter.
    Letter,
}

/// What was found.
pub(crate) struct Found<'f> {
    /// What was asked for.
    pub(crate) parameters: &'f SearchParameters,
    /// The answer; its hits have been read.
    pub(crate) answer: Answer<'f>,
    /// The hits of this page.
    pub(crate) hits: Vec<Hit>,
    /// So many stand before them.
    pub(crate) offset: usize,
    /// The most hits that the page would have.
    pub(crate) limit: usize,
    /// Where the next ones begin.
    pub(crate) next: Option<Cursor>,
}

/// Search decisions by words, fields and plain English.
#[utoipa::path(
    get,
    path = "/search",
    operation_id = "search",
    tag = "search",
    params(SearchParameters),
    responses((status = 200, description = "The hits, and what was counted over all of them", content((AnswerReport<'static> = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn search(
    State(app): State<App>,
    form: Form,
    Parameters(parameters): Parameters<SearchParameters>,
) -> Result<Response, Problem> {
    app.answer(move |context| match parameters.dated(form)? {
        Some(url) => Ok(Redirect::to(&url).into_response()),
        None => Ok(reply(context, form, &parameters)?.into_response()),
    })
    .await
}

fn reply(context: &Context, form: Form, parameters: &SearchParameters) -> Result<Reply, Problem> {
    let found = parameters.find(context, form)?;
    match form {
        Form::Page => Ok(Reply::new(form, pages::search::page(context, &found)?.into_string())),
        Form::Json => {
            let fields = parameters.fields(Group::Json)?;
            let next = found.next.as_ref().map(Cursor::to_string);
            let report = AnswerReport::new(&parameters.q, &found.answer, &found.hits, &fields, next);
            Reply::json(&report)
        }
        Form::Csv => {
            let fields = parameters.fields(Group::Table)?;
            Reply::csv(|table| csv_of_hits(table, found.hits.into_iter().map(Ok), &fields, b','))
        }
    }
}

impl SearchParameters {
    /// Hits on a page where nobody asks for another number.
    pub(crate) const USUAL: usize = 10;

    /// The URL of the page with these parameters.
    pub(crate) fn url(&self) -> String {
        self.in_form("")
    }

    /// The same in another form, by the ending of its path.
    pub(crate) fn in_form(&self, ending: &str) -> String {
        let query = serde_html_form::to_string(self).unwrap_or_default();
        if query.is_empty() { format!("/search{ending}") } else { format!("/search{ending}?{query}") }
    }

    /// The parameters by their names, as a form sends them.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let query = serde_html_form::to_string(self).unwrap_or_default();
        serde_html_form::from_str(&query).unwrap_or_default()
    }

    /// Whether nothing is asked for.
    pub(crate) fn is_start(&self) -> bool {
        self.pairs().is_empty()
    }

    /// The same from behind so many hits on.
    pub(crate) fn at(&self, offset: usize) -> Self {
        Self { offset: (offset > 0).then_some(offset), ..self.first_page() }
    }

    /// The page of a hit, the `at`-th from 1: it leads to the hits before and behind it.
    pub(crate) fn hit_url(&self, hit: &Hit, at: usize) -> String {
        let Self { literal, sort, group, collapse, .. } = *self;
        let of_search = LetterParameters { q: self.q.clone(), literal, sort, group, collapse, at: None };
        of_search.url_of(&id(hit.letter.name(), hit.n), at)
    }

    /// The same for another query, from its first page on.
    pub(crate) fn of_query(&self, query: &Ast) -> Self {
        Self { q: if *query == Ast::All { String::new() } else { query.to_string() }, ..self.first_page() }
    }

    /// The same from its first page on.
    pub(crate) fn first_page(&self) -> Self {
        Self { offset: None, cursor: None, from: None, to: None, ..self.clone() }
    }

    /// Of a page that was asked for with days, the URL of the query that has them as a condition.
    fn dated(&self, form: Form) -> Result<Option<String>, Problem> {
        if form != Form::Page || self.from.is_none() && self.to.is_none() {
            return Ok(None);
        }
        let typed = parse(&self.q).map_err(|error| Problem::of_query(error.into(), &self.q))?;
        let meant = if self.literal.into() { typed } else { read_english(typed) };
        let dated = meant.with_range("date", self.from.as_deref(), self.to.as_deref());
        Ok(Some(self.of_query(&dated).url()))
    }

    fn fields(&self, group: Group) -> Result<Vec<&'static OutputField>, Problem> {
        let schema = OutputSchema::shared();
        if !self.fields.is_empty() {
            return Ok(schema.chosen(items(&self.fields))?);
        }
        let asked = [("folded", self.collapse), ("explanation", self.explain)];
        let added = asked.into_iter().filter(|(_, is_asked)| (*is_asked).into());
        let added = added.map(|(name, _)| schema.find(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(schema.usual(group).into_iter().chain(added).collect())
    }

    fn request(&self, context: &Context, form: Form) -> Result<Request, Problem> {
        let limit = bounded("limit", self.limit, Self::USUAL, context.options.limits.hits)?;
        let facets: Vec<String> = items(&self.facet).map(str::to_owned).collect();
        let facets = if form == Form::Page { pages::search::facets(&facets) } else { facets };
        Ok(Request {
            literal: self.literal.into(),
            sort: self.sort.sort(),
            facets,
            group_by_letter: self.group == Grouping::Letter,
            collapse: self.collapse.into(),
            explain: self.explain.into(),
            ..context.request(&self.q, limit)
        })
    }

    fn find<'f>(&'f self, context: &'f Context, form: Form) -> Result<Found<'f>, Problem> {
        let request = self.request(context, form)?;
        let offset = match &self.cursor {
            Some(cursor) => self.resumed(context, &request, &cursor.parse()?)?,
            None => self.offset.unwrap_or(0),
        };
        let (limit, depth) = (request.limit, context.options.limits.depth);
        if offset.saturating_add(limit) > depth {
            let detail = format!("{offset} hits cannot be passed over: at most {depth} are listed");
            return Err(Problem::parameter(detail, "narrow the query; `imr-search export` writes all that it finds"));
        }
        let of_query = |error| Problem::of_query(error, &self.q);
        let mut answer = find(&context.index, &Request { offset, ..request.clone() }).map_err(of_query)?;
        answer.facets = answer.facets.drain(..).map(|facet| facet.limited(context.options.limits.hits)).collect();
        let hits = answer.hits().collect::<Result<Vec<Hit>, _>>().map_err(of_query)?;
        let (shown, all) = match self.group {
            Grouping::None => (hits.len(), answer.decisions),
            Grouping::Letter => (letters(hits.iter().map(|hit| hit.letter.name())), answer.letters),
        };
        let next = offset + limit;
        let is_last = shown < limit || next >= all || next >= depth;
        let last = hits.last().filter(|_| !is_last).map(|hit| id(hit.letter.name(), hit.n));
        let next = last.map(|last| Cursor { offset: next, commit: context.index.commit().to_owned(), last });
        Ok(Found { parameters: self, answer, hits, offset, limit, next })
    }

    /// How many hits stand before the place of a cursor. In another commit its decision is looked for.
    fn resumed(&self, context: &Context, request: &Request, cursor: &Cursor) -> Result<usize, Problem> {
        if cursor.commit == context.index.commit() {
            return Ok(cursor.offset);
        }
        let limit = cursor.offset.saturating_add(MOVED).min(context.options.limits.depth);
        let request = Request { limit, facets: Vec::new(), passages: false, explain: false, ..request.clone() };
        let of_query = |error| Problem::of_query(error, &self.q);
        let mut answer = find(&context.index, &request).map_err(of_query)?;
        let names = answer.names().collect::<Result<Vec<(String, usize)>, _>>().map_err(of_query)?;
        let place = names.iter().position(|(letter, n)| id(letter, *n) == cursor.last);
        let before = &names[..=place.ok_or_else(Problem::stale_cursor)?];
        Ok(match self.group {
            Grouping::None => before.len(),
            Grouping::Letter => letters(before.iter().map(|(letter, _)| letter.as_str())),
        })
    }
}

/// A decision is looked for among so many more hits than stood before it.
const MOVED: usize = 1_000;

/// How many letters there are among decisions that stand under their letters.
fn letters<'n>(names: impl Iterator<Item = &'n str>) -> usize {
    let (mut letters, mut last) = (0, None);
    for name in names {
        letters += usize::from(last != Some(name));
        last = Some(name);
    }
    letters
}

/// What decisions by year are divided by.
const BY_YEAR: [Division; 1] = [Division::Time(Period::Year)];

impl Found<'_> {
    /// How the decisions that the query finds end, in all and by year. Services that go with an operation are left out.
    pub(crate) fn by_year(&self) -> Result<Tabulation, Problem> {
        let by_year = self.answer.tabulate(&BY_YEAR, true);
        by_year.map_err(|error| Problem::of_query(error, &self.parameters.q))
    }
}

/// The same of another query, which was understood.
pub(crate) fn by_year_of(context: &Context, query: &Ast) -> Result<Tabulation, Problem> {
    let query = query.to_string();
    let request = Request { literal: true, ..context.request(&query, 0) };
    tabulate(&context.index, &request, &BY_YEAR, true).map_err(|error| Problem::of_query(error, &query))
}
