//! What the two sides of a generated dispute cite, in the grammar of the letter's year.

use imr_model::{PageRange, Side};

use super::dice::Dice;
use super::stock::{Region, Section, Stock, Topic};

/// How letters of a time cite the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// `The Expert Reviewer based his/her decision on the ... (2009), Topical Analgesics, pages 111-113, which is part of
    /// the MTUS.` (2013).
    Prose,
    /// `Decision based on MTUS Chronic Pain Treatment Guidelines Benzodiazepines Page(s): 24.` (to 2015).
    Pages,
    /// `Decision based on MTUS Low Back Complaints 2004, Section(s): Special Studies.` (2016 and 2017).
    Sections,
    /// The same with the chapters of ACOEM that the schedule adopted (2018 on).
    Adopted,
}

/// A guideline paragraph and the pages it names.
#[derive(Debug, Default)]
pub(crate) struct Paragraph {
    pub(crate) text: String,
    pub(crate) pages: Vec<PageRange>,
}

/// What citations are made of.
pub(crate) struct Citing<'s> {
    pub(crate) stock: &'s Stock,
    pub(crate) topic: &'s Topic,
    pub(crate) region: &'s Region,
    pub(crate) grammar: Grammar,
}

impl Citing<'_> {
    /// The paragraph of one side. Of 100 administrators 18 cite nothing and 19 cite only what is outside of the schedule; of
    /// 100 reviewers 6 and 15.
    pub(crate) fn paragraph(&self, side: Side, dice: &mut Dice) -> Paragraph {
        let (none, outside) = match side {
            Side::Administrator => (18, 19),
            Side::Reviewer => (6, 15),
        };
        let drawn = dice.below(100);
        if drawn < none {
            return Paragraph { text: nothing(side), pages: Vec::new() };
        }
        if self.grammar == Grammar::Prose {
            return self.prose(side, drawn < none + outside, dice);
        }
        if drawn < none + outside {
            let text = format!("{} {}", outside_of_schedule(side), self.other(dice));
            return Paragraph { text, pages: Vec::new() };
        }
        let mut paragraph = self.schedule(dice);
        if dice.chance(15) {
            paragraph.text = format!("{} {}", paragraph.text, self.other(dice));
        }
        paragraph
    }

    /// A sentence on the schedule.
    fn schedule(&self, dice: &mut Dice) -> Paragraph {
        let section =
            (!self.topic.sections.is_empty() && dice.chance(85)).then(|| dice.pick_skewed(&self.topic.sections));
        match (self.grammar, section) {
            (Grammar::Prose | Grammar::Pages, Some(section)) => Self::pages_of_section(section, dice),
            (Grammar::Prose | Grammar::Pages, None) => self.pages_of_chapter(dice),
            (Grammar::Sections, Some(section)) => {
                let more = if dice.chance(20) {
                    format!(", {}", dice.pick_skewed(&self.topic.sections).name)
                } else {
                    String::new()
                };
                Self::sections("Chronic Pain Medical Treatment 2016", &format!("{}{more}", section.name))
            }
            (Grammar::Sections, None) => Self::sections(&self.chapter_of_2004(), &self.chapter_sections(dice)),
            (Grammar::Adopted, Some(section)) => Self::sections("Chronic Pain 2017", &section.name),
            (Grammar::Adopted, None) => {
                Self::sections(&format!("{} 2016", self.region.acoem), &self.chapter_sections(dice))
            }
        }
    }

    /// The chapters on elbows and on acupuncture were revised in 2007.
    fn chapter_of_2004(&self) -> String {
        format!("{} {}", self.region.chapter, if self.region.name == "elbow" { 2007 } else { 2004 })
    }

    fn chapter_sections(&self, dice: &mut Dice) -> String {
        let sections = &self.stock.chapter_sections;
        let (first, second) = (dice.pick(sections), dice.pick(sections));
        if dice.chance(30) && first != second { format!("{first}, {second}") } else { first.clone() }
    }

    fn sections(work: &str, sections: &str) -> Paragraph {
        Paragraph { text: format!("Decision based on MTUS {work}, Section(s): {sections}."), pages: Vec::new() }
    }

    fn pages_of_section(section: &Section, dice: &mut Dice) -> Paragraph {
        let name = &section.name;
        let Some(range) = section.pages.filter(|_| dice.chance(90)) else {
            return Paragraph {
                text: format!("Decision based on MTUS Chronic Pain Treatment Guidelines {name}."),
                pages: Vec::new(),
            };
        };
        let text = format!("Decision based on MTUS Chronic Pain Treatment Guidelines {name} Page(s): {range}.");
        Paragraph { text, pages: vec![range] }
    }

    fn pages_of_chapter(&self, dice: &mut Dice) -> Paragraph {
        let Region { chapter, number, pages: (first, last), .. } = self.region;
        let mut pages: Vec<PageRange> = (0..dice.between(1, 3)).map(|_| range_within(*first, *last, dice)).collect();
        pages.sort();
        pages.dedup();
        let list: Vec<String> = pages.iter().map(ToString::to_string).collect();
        let text = format!("Decision based on MTUS ACOEM Chapter {number} {chapter} Page(s): {}.", list.join(", "));
        Paragraph { text, pages }
    }

    /// A citation outside of the schedule.
    fn other(&self, dice: &mut Dice) -> String {
        let entry = self.topic.odg.replace('@', self.region.odg);
        let work = match dice.below(12) {
            0 => "UpToDate".to_owned(),
            1 => "American College of Occupational and Environmental Medicine (ACOEM)".to_owned(),
            2 => format!("Official Disability Guidelines - {} Chapter", self.region.odg),
            _ => format!("Official Disability Guidelines (ODG), {entry}"),
        };
        format!("Decision based on Non-MTUS Citation {work}.")
    }

    /// The sentence of the notices of 2013.
    fn prose(&self, side: Side, is_outside: bool, dice: &mut Dice) -> Paragraph {
        let who = match side {
            Side::Administrator => "The Claims Administrator based its decision",
            Side::Reviewer => "The Expert Reviewer based his/her decision",
        };
        if is_outside {
            let entry = self.topic.odg.replace('@', &format!("{} Chapter", self.region.odg));
            let text =
                format!("{who} on the Official Disability Guidelines (ODG), {entry}, which is not part of the MTUS.");
            return Paragraph { text, pages: Vec::new() };
        }
        let part = "which is part of the Medical Treatment Utilization Schedule (MTUS)";
        if self.topic.sections.is_empty() {
            let (first, last) = self.region.pages;
            let range = range_within(first, last, dice);
            let text = format!(
                "{who} on the {} (ACOEM Practice Guidelines, 2nd Edition (2004), Chapter {}), page {range}, {part}.",
                self.region.chapter, self.region.number
            );
            return Paragraph { text, pages: vec![range] };
        }
        let section = dice.pick_skewed(&self.topic.sections);
        let pages = section.pages.map(|range| format!(", pages {range}")).unwrap_or_default();
        let text =
            format!("{who} on the Chronic Pain Medical Treatment Guidelines (2009), {}{pages}, {part}.", section.name);
        Paragraph { text, pages: section.pages.into_iter().collect() }
    }
}

fn range_within(first: u32, last: u32, dice: &mut Dice) -> PageRange {
    let page = dice.between(first, last);
    PageRange::new(page, (page + dice.between(0, 4)).min(last))
}

fn nothing(side: Side) -> String {
    format!("{} did not cite any medical evidence for its decision.", name(side))
}

fn outside_of_schedule(side: Side) -> String {
    format!("{} based their decision on recommendation(s) outside of the MTUS Guidelines.", name(side))
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Administrator => "The Claims Administrator",
        Side::Reviewer => "The Expert Reviewer",
    }
}
