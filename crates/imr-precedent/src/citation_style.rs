//! Ready citations of decisions and letters.

use imr_model::{CaseOutcome, Decision, Layout, Letter, Outcome};
use jiff::civil::Date;

/// How to cite. No style names or guesses who the reviewer or the worker is (Labor Code 4610.6(f)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `IMR No. CM16-0213037, issue 2 (Jan. 20, 2017)`.
    Short,
    /// The agency, the review organization, the title, case and issue, what was decided and when.
    Full,
    /// As the Bluebook would have it. There is no official form for Independent Medical Review: this one follows rule 14.3
    /// (administrative adjudications: docket number, then agency and full date in brackets), with the abbreviations of
    /// tables T1.3 (California), T6 (institutions) and T12 (months). The letters name no party that a case could be called
    /// after, so that the kind of the proceeding stands in its place.
    Bluebook,
    /// The full form as Markdown: the title in italics, the number in bold.
    Markdown,
    /// An entry of type `@misc` for BibTeX and biblatex.
    Bibtex,
}

/// Reviews are made by one organization, under contract with the Division of Workers' Compensation (Labor Code 139.5).
const ORGANIZATION: &str = "MAXIMUS Federal Services";
const AGENCY: &str = "California Department of Industrial Relations, Division of Workers' Compensation";

/// A citation of a letter, or of one decision of it. What the letter lacks (date, case number, outcome) is left out.
///
/// # Examples
///
/// ```
/// use imr_model::{Layout, Letter};
/// use imr_precedent::{Style, citation};
///
/// let mut letter = Letter::new("a", "a.txt");
/// letter.layout = Layout::FinalDetermination;
/// letter.case_number = "CM16-9000808".parse().ok();
/// letter.decision_date = "2016-11-14".parse().ok();
/// assert_eq!(citation(&letter, None, Style::Short), "IMR No. CM16-9000808 (Nov. 14, 2016)");
/// ```
#[must_use]
pub fn citation(letter: &Letter, decision: Option<&Decision>, style: Style) -> String {
    let of = Parts { letter, decision };
    match style {
        // What has the form of no letter of the agency is not cited as one.
        Style::Bibtex if letter.layout == Layout::Unknown => {
            of.entry(&format!("{}{}", of.unknown(), of.issue()), None, None)
        }
        Style::Short | Style::Bluebook if letter.layout == Layout::Unknown => {
            format!("{}{}{}", of.unknown(), of.issue(), in_brackets(letter.decision_date.map(abbreviated)))
        }
        Style::Full | Style::Markdown if letter.layout == Layout::Unknown => {
            let date = letter.decision_date.map(|date| format!(", {}", written_out(date))).unwrap_or_default();
            let text = format!("{}{}", of.unknown(), of.what());
            format!("{}{date}", if style == Style::Markdown { markdown(&text) } else { text })
        }
        Style::Short => of.short(),
        Style::Full => of.full(str::to_owned, str::to_owned, str::to_owned),
        Style::Bluebook => of.bluebook(),
        Style::Markdown => {
            of.full(|title| format!("*{}*", markdown(title)), |number| format!("**{}**", markdown(number)), markdown)
        }
        Style::Bibtex => of.bibtex(),
    }
}

fn in_brackets(text: Option<String>) -> String {
    text.map(|text| format!(" ({text})")).unwrap_or_default()
}

struct Parts<'a> {
    letter: &'a Letter,
    decision: Option<&'a Decision>,
}

impl Parts<'_> {
    /// The number of the case behind what it is a number of; a letter without one goes by its source.
    fn number(&self, kind: &str) -> String {
        match &self.letter.case_number {
            // `IMR 13-000004` says already what it is.
            Some(number) => format!("{kind} No. {}", number.as_str().trim_start_matches("IMR ")),
            None => format!("letter \"{}\"", self.letter.source),
        }
    }

    /// A text of which nobody can say what it is.
    fn unknown(&self) -> String {
        format!("text of unknown form \"{}\"", self.letter.name())
    }

    fn issue(&self) -> String {
        self.decision.map(|decision| format!(", issue {}", decision.n)).unwrap_or_default()
    }

    fn title(&self) -> &'static str {
        match self.letter.layout {
            Layout::Notice2013 => "Notice of Independent Medical Review Determination",
            Layout::ProfessionalReview => "Independent Medical Review, Medical Professional Review",
            Layout::FinalDetermination | Layout::Determination2014 | Layout::Unknown => {
                "Independent Medical Review Final Determination Letter"
            }
        }
    }

    /// The disputed treatment: of a partly authorized request what is left in dispute.
    fn treatment(&self) -> Option<&str> {
        let decision = self.decision?;
        let treatment = decision.eligible_portion.as_deref().unwrap_or(&decision.treatment).trim();
        (!treatment.is_empty()).then_some(treatment)
    }

    fn outcome(&self) -> Option<&'static str> {
        match self.decision {
            Some(decision) => decision.outcome.map(Outcome::as_str),
            None => self.letter.case_outcome.map(CaseOutcome::as_str),
        }
    }

    /// `, issue 2: MRI of the knee (overturned)`.
    fn what(&self) -> String {
        let treatment = self.treatment().map(|treatment| format!(": {treatment}")).unwrap_or_default();
        format!("{}{treatment}{}", self.issue(), in_brackets(self.outcome().map(str::to_owned)))
    }

    fn short(&self) -> String {
        let kind = if self.letter.case_number.is_some() { "" } else { "IMR " };
        let date = in_brackets(self.letter.decision_date.map(abbreviated));
        format!("{kind}{}{}{date}", self.number("IMR"), self.issue())
    }

    fn full(
        &self,
        title: impl Fn(&str) -> String,
        number: impl Fn(&str) -> String,
        rest: impl Fn(&str) -> String,
    ) -> String {
        let date = self.letter.decision_date.map(|date| format!(", {}", written_out(date))).unwrap_or_default();
        let (title, number) = (title(self.title()), number(&self.number("Case")));
        format!("{AGENCY}; {ORGANIZATION}, {title}, {number}{}{date}", rest(&self.what()))
    }

    fn bluebook(&self) -> String {
        let date = self.letter.decision_date.map(|date| format!(" {}", abbreviated(date))).unwrap_or_default();
        let number = self.number("");
        let number = number.trim_start();
        let agency = "Cal. Dep't of Indus. Rels., Div. of Workers' Comp.";
        format!("Indep. Med. Rev. Final Determination {number}{} ({agency}{date})", self.issue())
    }

    fn bibtex(&self) -> String {
        let title = format!("{}, {}{}", self.title(), self.number("Case"), self.issue());
        self.entry(&title, Some(format!("{{{ORGANIZATION}}}")), Some(AGENCY.to_owned()))
    }

    fn entry(&self, title: &str, author: Option<String>, agency: Option<String>) -> String {
        let note = [self.treatment(), self.outcome()].into_iter().flatten().collect::<Vec<_>>().join(": ");
        let date = self.letter.decision_date;
        let fields = [
            ("author", author),
            ("title", Some(format!("{{{}}}", bibtex(title)))),
            ("howpublished", agency),
            ("date", date.map(|date| date.to_string())),
            ("year", date.map(|date| date.year().to_string())),
            ("month", date.map(|date| date.month().to_string())),
            ("number", self.letter.case_number.as_ref().map(|number| bibtex(number.as_str()))),
            ("note", Some(bibtex(&note)).filter(|note| !note.is_empty())),
        ];
        let lines = fields.into_iter().filter_map(|(name, value)| Some(format!("  {name} = {{{}}},\n", value?)));
        format!("@misc{{{},\n{}}}", self.key(), lines.collect::<String>())
    }

    /// The same for the same decision, whatever else is cited: from the case number, or the source and the beginning of the
    /// digest.
    fn key(&self) -> String {
        let name =
            self.letter.name().chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
        let name: String = name.collect();
        let name = name.trim_start_matches("imr-").to_owned();
        let digest = match &self.letter.case_number {
            Some(_) => String::new(),
            None => format!("-{}", self.letter.digest.chars().take(8).collect::<String>()),
        };
        let issue = self.decision.map(|decision| format!("-{}", decision.n)).unwrap_or_default();
        format!("imr-{name}{digest}{issue}")
    }
}

/// Text for BibTeX. Braces that do not pair would end the field, so that none is kept.
fn bibtex(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str(r"\textbackslash{}"),
            '~' => escaped.push_str(r"\textasciitilde{}"),
            '^' => escaped.push_str(r"\textasciicircum{}"),
            '{' => escaped.push('('),
            '}' => escaped.push(')'),
            '&' | '%' | '$' | '#' | '_' => escaped.extend(['\\', c]),
            c if c.is_whitespace() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text that Markdown prints as it is.
fn markdown(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '>') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Months by Bluebook, table T12.
fn abbreviated(date: Date) -> String {
    let month = match date.month() {
        5..=7 => date.strftime("%B").to_string(),
        9 => "Sept.".to_owned(),
        _ => date.strftime("%b.").to_string(),
    };
    format!("{month} {}, {}", date.day(), date.year())
}

fn written_out(date: Date) -> String {
    date.strftime("%B %-d, %Y").to_string()
}

#[cfg(test)]
mod tests {
    use imr_model::{Citations, Concepts};

    use super::*;

    fn letter() -> Letter {
        let mut letter = Letter::new("a_b {c", "a.txt");
        letter.layout = Layout::FinalDetermination;
        letter.digest = "0123456789abcdef".to_owned();
        letter.decisions = vec![Decision {
            n: 2,
            treatment: "Cream 10% & Co. #60_{x".to_owned(),
            eligible_portion: None,
            outcome: Some(Outcome::PartiallyOverturned),
            administrator_guideline: None,
            reviewer_guideline: None,
            citations: Citations::default(),
            rationale: None,
            concepts: Concepts::default(),
        }];
        letter
    }

    fn all(letter: &Letter, decision: Option<&Decision>) -> String {
        let styles = [Style::Short, Style::Full, Style::Bluebook, Style::Markdown, Style::Bibtex];
        styles.map(|style| citation(letter, decision, style)).join("\n")
    }

    #[test]
    fn citations_of_a_decision() {
        let mut letter = letter();
        letter.case_number = "CM16-9000808".parse().ok();
        letter.decision_date = "2016-09-04".parse().ok();
        let decision = letter.decisions.first();
        expect_test::expect![[r"
            IMR No. CM16-9000808, issue 2 (Sept. 4, 2016)
            California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, Independent Medical Review Final Determination Letter, Case No. CM16-9000808, issue 2: Cream 10% & Co. #60_{x (partially overturned), September 4, 2016
            Indep. Med. Rev. Final Determination No. CM16-9000808, issue 2 (Cal. Dep't of Indus. Rels., Div. of Workers' Comp. Sept. 4, 2016)
            California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, *Independent Medical Review Final Determination Letter*, **Case No. CM16-9000808**, issue 2: Cream 10% & Co. #60\_{x (partially overturned), September 4, 2016
            @misc{imr-cm16-9000808-2,
              author = {{MAXIMUS Federal Services}},
              title = {{Independent Medical Review Final Determination Letter, Case No. CM16-9000808, issue 2}},
              howpublished = {California Department of Industrial Relations, Division of Workers' Compensation},
              date = {2016-09-04},
              year = {2016},
              month = {9},
              number = {CM16-9000808},
              note = {Cream 10\% \& Co. \#60\_(x: partially overturned},
            }"]].assert_eq(&all(&letter, decision));
    }

    #[test]
    fn what_a_letter_lacks_is_left_out() {
        let mut bare = letter();
        bare.decisions.clear();
        expect_test::expect![[r#"
            IMR letter "a_b {c"
            California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, Independent Medical Review Final Determination Letter, letter "a_b {c"
            Indep. Med. Rev. Final Determination letter "a_b {c" (Cal. Dep't of Indus. Rels., Div. of Workers' Comp.)
            California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, *Independent Medical Review Final Determination Letter*, **letter "a\_b {c"**
            @misc{imr-a-b--c-01234567,
              author = {{MAXIMUS Federal Services}},
              title = {{Independent Medical Review Final Determination Letter, letter "a\_b (c"}},
              howpublished = {California Department of Industrial Relations, Division of Workers' Compensation},
            }"#]].assert_eq(&all(&bare, None));
    }

    #[test]
    fn a_text_of_unknown_form_is_no_letter_of_the_agency() {
        let mut unknown = letter();
        unknown.layout = Layout::Unknown;
        unknown.decisions.clear();
        expect_test::expect![[r#"
            text of unknown form "a_b {c"
            text of unknown form "a_b {c"
            text of unknown form "a_b {c"
            text of unknown form "a\_b {c"
            @misc{imr-a-b--c-01234567,
              title = {{text of unknown form "a\_b (c"}},
            }"#]]
        .assert_eq(&all(&unknown, None));
    }

    #[test]
    fn early_numbers_are_cited_once() {
        let mut early = letter();
        early.case_number = "IMR 13-000004".parse().ok();
        early.case_outcome = Some(CaseOutcome::Partial);
        assert_eq!(citation(&early, None, Style::Short), "IMR No. 13-000004");
        assert!(citation(&early, None, Style::Bibtex).starts_with("@misc{imr-13-000004,"));
    }
}
