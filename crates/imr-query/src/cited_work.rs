//! What is meant by a guideline and a place in it, as people name them.

use imr_index::{page_name, stem_term, words};
use imr_model::{Citation, Family};
use imr_vocabulary::guidelines;

use crate::ast::{Ast, Bound, Place, Value};
use crate::error::SyntaxError;
use crate::values::family;

/// A guideline, or a page or section of it, of which citations are looked for. What it does not say matches anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CitedWork {
    family: Option<Family>,
    title: Title,
    edition: Option<u16>,
    place: CitedPlace,
}

/// Which titles are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Title {
    #[default]
    Any,
    /// The one that a synonym stands for.
    Is(String),
    /// Those that hold these words.
    Holds(Words),
}

/// A place in a guideline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum CitedPlace {
    #[default]
    Any,
    /// From a page to another, both included.
    Pages(u32, u32),
    /// Sections that hold these words.
    Section(Words),
}

/// Words that stand in a name, in any order and form, or begin words of it: `mri` stands in `MRIs`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Words {
    /// As they were typed.
    text: String,
    /// Each with its stem.
    words: Vec<(String, String)>,
}

/// Shorter words begin too many others.
const SHORTEST_BEGINNING: usize = 3;

impl Words {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), words: with_stems(text) }
    }

    fn stand_in(&self, name: &str) -> bool {
        let own = with_stems(name);
        let stands = |(word, stem): &(String, String)| {
            let is_begun = |other: &str| word.len() >= SHORTEST_BEGINNING && other.starts_with(word);
            own.iter().any(|(other, other_stem)| stem == other_stem || is_begun(other))
        };
        self.words.iter().all(stands)
    }
}

fn with_stems(text: &str) -> Vec<(String, String)> {
    words(text).map(|word| (stem_term(&word.text), word.text)).map(|(stem, word)| (word, stem)).collect()
}

impl CitedWork {
    /// Reads what is typed: a family, a title or a name of it, each with or without the year of an edition, and behind it a
    /// page (`24`, `p. 63-66`) or words of a section. Without a place the first may be a page or the name of a section.
    /// `*` is any guideline.
    ///
    /// # Errors
    ///
    /// If nothing is asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// use imr_query::CitedWork;
    ///
    /// let work = CitedWork::parse("chronic pain 2009", Some("p. 24")).unwrap();
    /// assert_eq!(work.to_string(), "chronic pain (2009), p. 24");
    /// assert_eq!(CitedWork::parse("24", None).unwrap().to_string(), "p. 24");
    /// ```
    pub fn parse(guideline: &str, place: Option<&str>) -> Result<Self, SyntaxError> {
        let is_whole = place.is_some() || page_range(guideline).is_some();
        let behind = if is_whole { None } else { split_place(guideline) };
        let (guideline, place) = behind.map_or((guideline, place), |(guideline, place)| (guideline, Some(place)));
        let guideline_meant = Self::of_guideline(guideline);
        let work = match place {
            Some(place) => Self { place: CitedPlace::parse(place), ..guideline_meant },
            None if page_range(guideline).is_some() || guideline_meant.is_no_guideline() => {
                Self { place: CitedPlace::parse(guideline), ..Self::default() }
            }
            None => guideline_meant,
        };
        if work == Self::default() {
            let help = "name a guideline, a page or a section, as in `cites \"chronic pain\" 24`";
            return Err(SyntaxError::new("no guideline and no place in one", 0..0, help));
        }
        Ok(work)
    }

    fn of_guideline(text: &str) -> Self {
        let mut typed: Vec<&str> = text.split_whitespace().filter(|word| *word != "*").collect();
        let family = typed.first().and_then(|first| family(first)).filter(|family| *family != Family::NoneStated);
        if family.is_some() {
            typed.remove(0);
        }
        let edition = typed.last().and_then(|last| year(last));
        if edition.is_some() {
            typed.pop();
        }
        Self { family, title: Title::parse(&typed.join(" ")), edition, place: CitedPlace::Any }
    }

    /// Whether it is a page of no guideline in particular.
    #[must_use]
    pub fn is_bare_page(&self) -> bool {
        matches!(self, Self { family: None, title: Title::Any, edition: None, place: CitedPlace::Pages(..) })
    }

    /// Whether its words stand in no title that is known: they may be those of a section.
    fn is_no_guideline(&self) -> bool {
        let Title::Holds(words) = &self.title else { return false };
        let is_title = guidelines().odg_chapter(&words.text).is_some()
            || guidelines().get(&words.text).is_some()
            || guidelines().titles().any(|title| words.stand_in(title));
        self.family.is_none() && !is_title
    }

    /// Whether a citation is one of these.
    #[must_use]
    pub fn is_cited_by(&self, citation: &Citation) -> bool {
        let Some(title) = citation.guideline.as_deref() else { return false };
        let is_place = match &self.place {
            CitedPlace::Any => true,
            CitedPlace::Pages(first, last) => {
                citation.pages.iter().flat_map(|range| range.pages()).any(|page| (*first..=*last).contains(&page))
            }
            CitedPlace::Section(words) => citation.sections.iter().any(|section| words.stand_in(section)),
        };
        self.is_work(citation.family.as_str(), title, citation.known_edition()) && is_place
    }

    /// The same of a path of family, guideline, edition, and page or section.
    pub(crate) fn is_path(&self, levels: &[&str]) -> bool {
        let [family, title, edition, place @ ..] = levels else { return false };
        let is_place = match (&self.place, place) {
            (CitedPlace::Any, _) => true,
            (CitedPlace::Pages(first, last), [place]) => {
                page(place).is_some_and(|page| (*first..=*last).contains(&page))
            }
            (CitedPlace::Section(words), [place]) => page(place).is_none() && words.stand_in(place),
            (_, _) => false,
        };
        is_place && self.is_work(family, title, edition.parse().ok())
    }

    fn is_work(&self, family: &str, title: &str, edition: Option<u16>) -> bool {
        let is_title = match &self.title {
            Title::Any => true,
            Title::Is(known) => title == known,
            Title::Holds(words) => words.stand_in(title),
        };
        is_title
            && self.family.is_none_or(|known| known.as_str() == family)
            && (self.edition.is_none() || self.edition == edition)
    }

    /// A condition that all decisions meet in which either side cites it, and maybe others: it does not hold family,
    /// edition and place together.
    #[must_use]
    pub fn condition(&self) -> Ast {
        let of = |side: &str| {
            let family = self.family.map(|family| Ast::one_of(&format!("{side}family"), [family.as_str()]));
            let title = match &self.title {
                Title::Is(title) => Some(Ast::one_of(&format!("{side}guideline"), [title.as_str()])),
                Title::Any | Title::Holds(_) => Some(Ast::field(&format!("{side}guideline"), Value::Any, &(0..0))),
            };
            let pages = match self.place {
                CitedPlace::Pages(first, last) => Some(pages(&format!("{side}page"), first, last)),
                CitedPlace::Any | CitedPlace::Section(_) => None,
            };
            [family, title, pages].into_iter().flatten().fold(Ast::All, Ast::and)
        };
        Ast::any_of(vec![of(""), of("ca.")])
    }

    /// What of it rationales may speak of: the words of its section.
    #[must_use]
    pub fn spoken_of(&self) -> Option<&str> {
        match &self.place {
            CitedPlace::Section(words) => Some(&words.text),
            CitedPlace::Any | CitedPlace::Pages(..) => None,
        }
    }
}

impl std::fmt::Display for CitedWork {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let title = match &self.title {
            Title::Any => None,
            Title::Is(title) => Some(title.clone()),
            Title::Holds(words) => Some(words.text.clone()),
        };
        let work = [self.family.map(|family| family.as_str().to_owned()), title];
        let work = work.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let edition = self.edition.map(|year| format!(" ({year})")).unwrap_or_default();
        let place = match &self.place {
            CitedPlace::Any => None,
            CitedPlace::Pages(first, last) if first == last => Some(format!("p. {first}")),
            CitedPlace::Pages(first, last) => Some(format!("pp. {first}-{last}")),
            CitedPlace::Section(words) => Some(format!("section {}", words.text)),
        };
        let parts = [Some(work + &edition).filter(|work| !work.is_empty()), place];
        out.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

impl Title {
    /// Words of titles mean all titles that hold them; another name of a guideline means its title.
    fn parse(text: &str) -> Self {
        let typed = Words::new(text);
        if typed.words.is_empty() {
            return Self::Any;
        }
        match guidelines().get(text) {
            Some(guideline) if !typed.stand_in(&guideline.title) => Self::Is(guideline.title.clone()),
            _ => Self::Holds(typed),
        }
    }
}

impl CitedPlace {
    fn parse(text: &str) -> Self {
        if let Some((first, last)) = page_range(text) {
            return Self::Pages(first.min(last), first.max(last));
        }
        let words = Words::new(text);
        if words.words.is_empty() { Self::Any } else { Self::Section(words) }
    }
}

/// A guideline and the page behind it: `chronic pain p. 24`. The year of an edition is no page.
fn split_place(text: &str) -> Option<(&str, &str)> {
    let ends = text.match_indices(' ').map(|(end, _)| end);
    ends.map(|end| (text[..end].trim(), text[end..].trim()))
        .find(|(guideline, place)| !guideline.is_empty() && year(place).is_none() && page_range(place).is_some())
}

/// The pages that a text names: `24`, `p. 24`, `Page(s): 63-66`.
fn page_range(text: &str) -> Option<(u32, u32)> {
    let text = text.trim().to_lowercase();
    let numbers = ["page(s)", "pages", "page", "pp.", "pp", "pgs.", "pg.", "p.", "p"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(&text)
        .trim_start_matches([':', ' ']);
    let (first, last) = numbers.split_once(['-', '–']).unwrap_or((numbers, numbers));
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

/// The page of a place in a path.
fn page(place: &str) -> Option<u32> {
    let page = place.strip_prefix("p. ")?.parse().ok()?;
    (page_name(page) == place).then_some(page)
}

/// The year that a word is.
fn year(word: &str) -> Option<u16> {
    word.trim_matches(['(', ')']).parse().ok().filter(|year| (1990..2100).contains(year))
}

fn pages(field: &str, first: u32, last: u32) -> Ast {
    let bound = |page: u32| Some(Bound::included(page.to_string()));
    Ast::field(field, Value::Range { from: bound(first), to: bound(last), place: Place::default() }, &(0..0))
}

#[cfg(test)]
mod tests {
    use imr_model::PageRange;

    use super::*;

    fn citation(
        family: Family,
        title: &str,
        edition: Option<u16>,
        sections: &[&str],
        pages: &[(u32, u32)],
    ) -> Citation {
        Citation {
            edition,
            sections: sections.iter().map(|name| (*name).to_owned()).collect(),
            pages: pages.iter().map(|(first, last)| PageRange::new(*first, *last)).collect(),
            ..Citation::new(family, title)
        }
    }

    #[test]
    fn works_are_known_by_family_title_edition_and_place() {
        let page_24 =
            citation(Family::Mtus, "Chronic Pain Medical Treatment", Some(2009), &["Benzodiazepines"], &[(22, 24)]);
        let chapter = citation(Family::Odg, "Low Back", None, &["MRIs (magnetic resonance imaging)"], &[]);
        for (guideline, place, is_page_24, is_chapter) in [
            ("24", None, true, false),
            ("p. 20-30", None, true, false),
            ("page 25", None, false, false),
            ("chronic pain", None, true, false),
            ("chronic pain", Some("24"), true, false),
            ("chronic pain", Some("63"), false, false),
            ("MTUS chronic pain 2009", Some("24"), true, false),
            ("chronic pain 2016", Some("24"), false, false),
            ("ODG", None, false, true),
            ("odg low back", Some("mri"), false, true),
            ("MTUS low back", None, false, false),
            ("*", Some("benzodiazepine"), true, false),
            ("benzodiazepines", None, true, false),
            ("Chronic Pain Treatment Guidelines", None, true, false),
            ("chronic pain 2009", None, true, false),
            ("chronic pain p. 24", None, true, false),
            ("MTUS 24", None, true, false),
            ("MTUS 25", None, false, false),
            ("chronic pain 2016", None, false, false),
        ] {
            let work = CitedWork::parse(guideline, place).unwrap();
            let found = (work.is_cited_by(&page_24), work.is_cited_by(&chapter));
            assert_eq!(found, (is_page_24, is_chapter), "case: {guideline}, {place:?}: {work}");
        }
        let nothing = CitedWork::parse("chronic pain", None).unwrap().is_cited_by(&Citation::none_stated());
        assert!(!nothing);
        for (guideline, place) in [("", None), ("*", None), ("*", Some("-")), ("none", None)] {
            let asked = CitedWork::parse(guideline, place);
            assert!(asked.is_err() || guideline == "none", "case: {guideline:?} {place:?}: {asked:?}");
        }
    }

    #[test]
    fn paths_are_matched_as_citations_are() {
        let work = CitedWork::parse("chronic pain", Some("24")).unwrap();
        for (path, want) in [
            (["MTUS", "Chronic Pain Medical Treatment", "2009", "p. 24"], true),
            (["MTUS", "Chronic Pain Medical Treatment", "2009", "p. 25"], false),
            (["MTUS", "Chronic Pain Medical Treatment", "2009", "24"], false),
            (["MTUS", "Low Back Complaints", "2004", "p. 24"], false),
        ] {
            assert_eq!(work.is_path(&path), want, "case: {path:?}");
        }
        assert!(!work.is_path(&["MTUS", "Chronic Pain Medical Treatment", "2009"]), "no page");
    }
}
