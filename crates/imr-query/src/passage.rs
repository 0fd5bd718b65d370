//! The passage of a decision that shows why it was found.

use std::cell::{LazyCell, OnceCell};
use std::ops::Range;

use imr_index::{
    Boundaries, FieldId, FieldKind, Schema, boundaries, joined, lower, sentences, stem_begins_with, stem_term,
    word_places,
};
use imr_model::Decision;
use imr_vocabulary::{drugs, gaps, procedures, regions};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Type};

use crate::plan::Plan;
use crate::spans::{Leaf, Match, Spans, matches};

/// A stretch of a letter to show and quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Passage {
    /// The field it stands in.
    pub field: &'static str,
    /// Whole sentences, as printed.
    pub text: String,
    /// What matched, in bytes of `text`; in order, without overlaps. Of a phrase or proximity all words are marked, and
    /// words that stand alone elsewhere are not.
    #[schema(schema_with = ranges)]
    pub marks: Vec<Range<usize>>,
}

/// Ranges of bytes, as they are written: objects of `start` and `end`.
fn ranges() -> Array {
    let end = || ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    let range = ["start", "end"]
        .into_iter()
        .fold(ObjectBuilder::new(), |range, name| range.property(name, end()).required(name));
    ArrayBuilder::new().items(range).build()
}

/// About this many bytes are shown; the last sentence is never cut.
const LENGTH: usize = 320;

/// What a query looks for, for marking it in text.
#[derive(Debug, Default)]
pub(crate) struct Marker {
    wanted: Vec<Wanted>,
}

/// One thing that a query looks for.
#[derive(Debug, PartialEq)]
enum Wanted {
    /// Words, in one field or in all.
    Text { field: Option<FieldId>, spans: Spans },
    /// Names that mean a value of a concept field.
    Concept { field: String, value: String },
}

impl Wanted {
    /// How much a sentence says by holding it: words were asked for as they are, concepts stand in the heading anyway.
    fn weight(&self) -> usize {
        match self {
            Self::Text { .. } => 2,
            Self::Concept { .. } => 1,
        }
    }
}

impl Marker {
    /// Collects what a plan wants found; what it excludes is not marked.
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut marker = Self::default();
        marker.add(plan, false);
        marker
    }

    fn add(&mut self, plan: &Plan, in_any_field: bool) {
        let mut want = |id: FieldId, spans: Spans| {
            let definition = Schema::shared().definition(id);
            let is_text = definition.kind == FieldKind::Text;
            // What a heading says is spoken of in the rationale, too.
            let anywhere = in_any_field || definition.name == "treatment";
            let wanted = Wanted::Text { field: (!anywhere).then_some(id), spans };
            if is_text && !self.wanted.contains(&wanted) {
                self.wanted.push(wanted);
            }
        };
        let leaf = |term: &String| Leaf::Term(term.clone());
        match plan {
            Plan::Term { field, term } => {
                want(*field, Spans::Word(leaf(term)));
                let field = Schema::shared().definition(*field);
                if field.kind == FieldKind::Keyword {
                    self.wanted.push(Wanted::Concept { field: field.name.clone(), value: term.clone() });
                }
            }
            Plan::Phrase { field, terms } => {
                want(*field, Spans::Phrase { words: terms.iter().map(leaf).collect(), slop: 0 });
            }
            Plan::Near { field, spans } => want(*field, spans.clone()),
            Plan::Pattern { field, pattern } => want(*field, Spans::Word(Leaf::Pattern(pattern.clone()))),
            Plan::And(parts) | Plan::Or(parts) | Plan::Most { parts, .. } => {
                parts.iter().for_each(|part| self.add(part, in_any_field));
            }
            // The same text in every field.
            Plan::Best(parts) => parts.iter().take(1).for_each(|(_, part)| self.add(part, true)),
            Plan::Constant { plan, .. } => self.add(plan, in_any_field),
            Plan::All | Plan::Nothing | Plan::Number { .. } | Plan::Has(_) | Plan::Whole { .. } | Plan::Not(_) => {}
        }
    }

    /// Where each wanted thing stands in a text of a field.
    fn marks(&self, field: &str, text: &str) -> Vec<(usize, Range<usize>)> {
        let analysed = LazyCell::new(|| Analysed::new(text));
        let mut marks = Vec::new();
        for (index, wanted) in self.wanted.iter().enumerate() {
            match wanted {
                Wanted::Text { field: Some(id), .. } if Schema::shared().definition(*id).name != field => {}
                Wanted::Text { spans, .. } => marks.extend(analysed.marks(spans).map(|range| (index, range))),
                Wanted::Concept { field, value } => {
                    marks.extend(concept_marks(field, value, text).into_iter().map(|range| (index, range)));
                }
            }
        }
        marks
    }

    /// What to mark in the whole text of a field, in order and without overlaps.
    pub(crate) fn in_text(&self, field: &str, text: &str) -> Vec<Range<usize>> {
        merged(self.marks(field, text).into_iter().map(|(_, range)| range).collect())
    }

    /// The passage of a decision that matches best: of the rationale if it matches at all, or else of another field. A
    /// rationale without a match shows its finding.
    pub(crate) fn passage(&self, decision: &Decision, summary: Option<&str>) -> Option<Passage> {
        let fields = [
            ("rationale", decision.rationale.as_deref()),
            ("reviewer_guideline", decision.reviewer_guideline.as_deref()),
            ("administrator_guideline", decision.administrator_guideline.as_deref()),
            ("summary", summary),
        ];
        // What the heading matches is shown by the heading.
        let in_heading = !self.marks("treatment", &decision.treatment).is_empty();
        let best = fields.into_iter().find_map(|(field, text)| {
            let passage = self.best(field, text?);
            (!passage.marks.is_empty() && (field == "rationale" || !in_heading)).then_some(passage)
        });
        best.or_else(|| decision.rationale.as_deref().map(finding))
    }

    /// The sentences of a text that hold most of what is wanted, from the first that holds any of it.
    pub(crate) fn best(&self, field: &'static str, text: &str) -> Passage {
        let marks = self.marks(field, text);
        let sentences = sentences(text);
        let gaps_in: Vec<usize> = sentences.iter().map(|range| self.gaps_in(&text[range.clone()])).collect();
        let mut best: Option<(usize, Range<usize>)> = None;
        for first in 0..sentences.len() {
            let start = sentences[first].start;
            let last = (first + 1..sentences.len()).take_while(|next| sentences[*next].end - start <= LENGTH).last();
            let last = last.unwrap_or(first);
            let range = start..sentences[last].end;
            let begins_marked =
                gaps_in[first] > 0 || marks.iter().any(|(_, mark)| sentences[first].contains(&mark.start));
            let mut held: Vec<usize> =
                marks.iter().filter(|(_, mark)| range.contains(&mark.start)).map(|(index, _)| *index).collect();
            held.sort_unstable();
            held.dedup();
            let weight: usize = held.iter().map(|index| self.wanted[*index].weight()).sum();
            let score = weight + gaps_in[first..=last].iter().max().copied().unwrap_or(0);
            // The first of the best: findings repeat themselves towards the end.
            if begins_marked && best.as_ref().is_none_or(|(known, _)| score > *known) {
                best = Some((score, range));
            }
        }
        let range = best.map_or(0..0, |(_, range)| range);
        cut(field, text, range, marks.into_iter().map(|(_, mark)| mark))
    }

    /// How much a sentence says by naming gaps that are wanted.
    fn gaps_in(&self, sentence: &str) -> usize {
        let is_wanted = |tag: &str| {
            self.wanted.iter().any(|wanted| {
                matches!(wanted, Wanted::Concept { field, value } if field == "gap" && value.eq_ignore_ascii_case(tag))
            })
        };
        let asks = self.wanted.iter().any(|wanted| matches!(wanted, Wanted::Concept { field, .. } if field == "gap"));
        if asks { 2 * gaps().in_text(sentence).into_iter().filter(|tag| is_wanted(tag)).count() } else { 0 }
    }
}

/// A text, its words and where its sentences begin.
struct Analysed<'t> {
    text: &'t str,
    /// Where its words stand. Few can be what is looked for: the others are not put into lower case.
    words: Vec<Range<usize>>,
    /// Made when they are first asked for: stemming costs more than all else here.
    stems: Vec<OnceCell<String>>,
    /// The stems of words with a hyphen inside, and where they begin.
    joined: Vec<(usize, String)>,
    boundaries: Boundaries,
}

impl<'t> Analysed<'t> {
    fn new(text: &'t str) -> Self {
        let words: Vec<Range<usize>> = word_places(text).collect();
        let boundaries = boundaries(text, &words);
        let joined = joined(text, &words).map(|(at, whole)| (at, stem_term(&whole))).collect();
        Self { text, stems: vec![OnceCell::new(); words.len()], words, joined, boundaries }
    }

    fn positions(&self, leaf: &Leaf) -> Vec<u32> {
        let is_meant = |at: usize| match leaf {
            Leaf::Term(term) => self.is_term(at, term),
            Leaf::Pattern(pattern) => pattern.matches(&lower(self.word(at))),
        };
        let places = (0..self.words.len()).filter(|at| is_meant(*at));
        let joined = self.joined.iter().filter(|(_, stem)| matches!(leaf, Leaf::Term(term) if term == stem));
        let mut places: Vec<usize> = places.chain(joined.map(|(at, _)| *at)).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|at| u32::try_from(at).ok()).collect()
    }

    /// A word as it is printed.
    fn word(&self, at: usize) -> &'t str {
        &self.text[self.words[at].clone()]
    }

    /// Whether a term is a word or its stem. Either begins with the letter of the word.
    fn is_term(&self, at: usize, term: &str) -> bool {
        let word = self.word(at);
        let Some(begin) = word.chars().next().and_then(|letter| letter.to_lowercase().next()) else { return false };
        let is_stem = || *self.stems[at].get_or_init(|| stem_term(&lower(word))) == *term;
        term.starts_with(begin) && lower(word) == term || stem_begins_with(term, begin) && is_stem()
    }

    /// The words of all matches; words beside each other are one mark.
    fn marks(&self, spans: &Spans) -> impl Iterator<Item = Range<usize>> {
        let positions: Vec<Vec<u32>> = spans.leaves().into_iter().map(|leaf| self.positions(leaf)).collect();
        let matches = matches(spans, &positions, &self.boundaries);
        matches.into_iter().flat_map(|found: Match| {
            let mut marks: Vec<(u32, Range<usize>)> = Vec::new();
            for at in found.words {
                let Some(range) = self.words.get(at as usize) else { continue };
                match marks.last_mut() {
                    Some((last, mark)) if *last + 1 == at => {
                        *last = at;
                        mark.end = range.end;
                    }
                    _ => marks.push((at, range.clone())),
                }
            }
            marks.into_iter().map(|(_, mark)| mark)
        })
    }
}

/// The names in a text that mean a value of a concept field.
fn concept_marks(field: &str, value: &str, text: &str) -> Vec<Range<usize>> {
    let is_value = |name: &str| name.eq_ignore_ascii_case(value);
    match field {
        "drug" => {
            let named = drugs().find(text).filter(|(_, drug)| drug.ingredients.iter().any(|name| is_value(name)));
            named.map(|(range, _)| range).collect()
        }
        "class" | "other_class" => {
            let drugs_of = drugs().find(text).filter(|(_, drug)| drug.class.as_deref().is_some_and(is_value));
            let classes = drugs().find_classes(text).filter(|(_, class)| is_value(class));
            drugs_of.map(|(range, _)| range).chain(classes.map(|(range, _)| range)).collect()
        }
        "procedure" => {
            let named = procedures().find(text).filter(|(_, procedure)| is_value(&procedure.name));
            named.map(|(range, _)| range).collect()
        }
        "body" => regions().find(text).filter(|(_, region)| is_value(region)).map(|(range, _)| range).collect(),
        _ => Vec::new(),
    }
}

/// A stretch of a text with the marks in it.
fn cut(field: &'static str, text: &str, range: Range<usize>, marks: impl Iterator<Item = Range<usize>>) -> Passage {
    let cut = &text[range.clone()];
    let start = range.start + (cut.len() - cut.trim_start().len());
    let text = cut.trim().to_owned();
    let inside = marks.filter(|mark| mark.start >= start && mark.end <= start + text.len());
    Passage { field, marks: merged(inside.map(|mark| mark.start - start..mark.end - start).collect()), text }
}

/// The sentence that decides: the last one that speaks of medical necessity, or else the last.
fn finding(rationale: &str) -> Passage {
    let sentences = sentences(rationale);
    let decides = |range: &&Range<usize>| {
        let sentence = rationale[(*range).clone()].to_lowercase();
        ["medically necessary", "medically appropriate", "medical necessity", "non-certified"]
            .iter()
            .any(|words| sentence.contains(words))
    };
    let range = sentences.iter().rev().find(decides).or(sentences.last()).cloned().unwrap_or(0..0);
    Passage { field: "rationale", text: rationale[range].trim().to_owned(), marks: Vec::new() }
}

fn merged(mut marks: Vec<Range<usize>>) -> Vec<Range<usize>> {
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match merged.last_mut() {
            Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
            _ => merged.push(mark),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(query: &str, text: &str) -> String {
        let today = jiff::civil::date(2017, 3, 1);
        let query = crate::read_english(crate::parse(query).unwrap());
        let plan = crate::plan::resolve(&query, today).unwrap().plan;
        let Passage { mut text, marks, .. } = Marker::new(&plan).best("rationale", text);
        for mark in marks.iter().rev() {
            text.insert(mark.end, ']');
            text.insert(mark.start, '[');
        }
        text
    }

    #[test]
    fn the_passage_that_matters() {
        let long = "Filler sentence that says nothing of note at all. ".repeat(8);
        let text = format!("{long}Dr. Roe weaned the patient off 0.5 mg of Xanax, e.g. by halves. {long}");
        for (query, want) in [
            ("weaning", "Dr. Roe [weaned] the patient off 0.5 mg of Xanax, e.g. by halves."),
            ("\"the patient\" -filler", "Dr. Roe weaned [the patient] off 0.5 mg of Xanax, e.g. by halves."),
            ("class:benzodiazepines", "Dr. Roe weaned the patient off 0.5 mg of [Xanax], e.g. by halves."),
            ("wean /3 patient", "Dr. Roe [weaned] the [patient] off 0.5 mg of Xanax, e.g. by halves."),
            ("\"patient weaned\"~3", "Dr. Roe [weaned] the [patient] off 0.5 mg of Xanax, e.g. by halves."),
            ("halv* /s xanax", "Dr. Roe weaned the patient off 0.5 mg of [Xanax], e.g. by [halves]."),
        ] {
            let got = marked(query, &text);
            assert!(got.starts_with(want), "case: {query}: {got}");
            assert!(got.len() < LENGTH + 20, "case: {query}: {} bytes", got.len());
        }
    }

    #[test]
    fn words_outside_the_phrase_are_not_marked() {
        let text = "Pain is chronic. The relief of chronic pain is slow, and pain goes on.";
        assert_eq!(marked("\"chronic pain\"", text), "The relief of [chronic pain] is slow, and pain goes on.");
        assert_eq!(marked("summary:pain", text), "", "a text in another field marks nothing here");
    }

    #[test]
    fn the_most_telling_sentences_are_chosen() {
        let filler = "Nothing more is said of it in all of these notes, whatever their age. ".repeat(5);
        let text = format!("An MRI was asked for. {filler}The MRI shows no red flag.");
        assert_eq!(marked("mri \"red flag\"", &text), "The [MRI] shows no [red flag].");
    }
}
