//! What a sentence of a rationale says is not documented or not there.
//!
//! It is read in three steps. First the words that deny: `no documentation of`. Then the stretch in which stands what they
//! deny: behind them to the end of the clause, or before them from its beginning. Last, for each thing that is looked for, what
//! else stands in that stretch: it tells whether the thing is denied, or something narrower, as its recent use is.

use std::ops::Range;
use std::sync::LazyLock;

use super::Pattern;
use crate::gaps::may_negate;

/// A denial in a sentence. Places are those of the [`Plain`](super::Plain) sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The words that deny: `no documentation of`.
    pub words: Range<usize>,
    /// The stretch in which stands what is denied.
    pub things: Range<usize>,
    /// A verb closes the stretch: `no spasm is documented`, `spasm is not documented`. All of it is then the subject of the verb,
    /// so that a thing may have nothing behind it but [`FILLERS`].
    is_closed: bool,
}

/// The denials of a sentence in plain text.
pub(super) fn denials(sentence: &str) -> Vec<Denial> {
    if !may_negate(sentence) || POINT.is_match(sentence) {
        return Vec::new();
    }
    let all = open(sentence).chain(none_is(sentence)).chain(is_not(sentence));
    all.filter(|denial| is_of_the_case(sentence, denial.words.start.min(denial.things.start))).collect()
}

/// `no documentation of spasm`: what is denied stands behind.
fn open(sentence: &str) -> impl Iterator<Item = Denial> {
    OPEN.find(sentence, 0..sentence.len()).filter(|words| !is_passive(sentence, words)).map(|words| {
        let end = CLAUSE.find(sentence, words.end..sentence.len()).next().map_or(sentence.len(), |end| end.start);
        // `<there is no>` looks at the word before it.
        let before = sentence[words.clone()].find("there ").filter(|at| *at <= 2).unwrap_or(0);
        Denial { things: words.end..end, words: words.start + before..words.end, is_closed: false }
    })
}

/// `no spasm is documented`: what is denied stands between.
fn none_is(sentence: &str) -> impl Iterator<Item = Denial> {
    NONE_IS.find(sentence, 0..sentence.len()).filter(|found| is_general(sentence, found)).map(|found| {
        let verb = IS.find(sentence, found.clone()).last().map_or(found.end, |verb| verb.start);
        Denial {
            words: found.start..found.start + "no".len(),
            things: found.start + "no ".len()..verb,
            is_closed: true,
        }
    })
}

/// `spasm is not documented`: what is denied stands before.
fn is_not(sentence: &str) -> impl Iterator<Item = Denial> {
    IS_NOT.find(sentence, 0..sentence.len()).filter(|words| is_general(sentence, words)).map(|words| {
        let things = clause_start(sentence, words.start)..words.start;
        Denial { things, words, is_closed: true }
    })
}

/// Whether `not documented` is the verb of what stands before it: `spasm is not documented on the form`.
fn is_passive(sentence: &str, words: &Range<usize>) -> bool {
    let before = sentence[..words.start].trim_end();
    let auxiliaries = [" is", " are", " was", " were", " been", " be"];
    sentence[words.clone()].starts_with("not ") && auxiliaries.iter().any(|verb| before.ends_with(verb))
}

/// Whether a denial with a verb is of the thing as such: nothing behind the verb makes it one visit's or one test's.
fn is_general(sentence: &str, verb: &Range<usize>) -> bool {
    !ELSEWHERE.is_match(&sentence[verb.end..])
}

/// Whether what begins at a place of a sentence is said of the case at hand.
fn is_of_the_case(sentence: &str, start: usize) -> bool {
    let case = OF_THE_CASE.find(sentence, 0..start).last().map_or(0, |end| end.end);
    let before = &sentence[clause_start(sentence, start).max(case)..start];
    !NOT_OF_THE_CASE.is_match(before) && before.matches('"').count().is_multiple_of(2)
}

fn clause_start(sentence: &str, place: usize) -> usize {
    CLAUSE.find(sentence, 0..place).last().map_or(0, |end| end.end)
}

impl Denial {
    /// Whether it denies a thing that stands among its things, and nothing narrower.
    pub(super) fn is_of(&self, sentence: &str, thing: &Range<usize>) -> bool {
        let (before, behind) = (&sentence[self.things.start..thing.start], &sentence[thing.end..self.things.end]);
        let (others, own) = before.split_at(last_joint(before));
        // That two things are not there together leaves room for either.
        if others.ends_with(" and ") || behind.starts_with(" and ") || behind.starts_with(", and ") {
            return false;
        }
        // `No indication for therapy` does not say that there was none.
        let is_reason = sentence[self.things.clone()].trim_start().starts_with("for ");
        if is_reason || NARROWER.is_match(others) || !FILLERS.is_match(own) {
            return false;
        }
        let purpose = PURPOSE.find(behind, 0..behind.len()).next().map_or(behind.len(), |found| found.start);
        let behind = &behind[..purpose];
        !NARROWER.is_match(behind) && (!self.is_closed || FILLERS.is_match(behind.trim_start()))
    }
}

/// Where the last thing of a list begins.
fn last_joint(list: &str) -> usize {
    let joints = [", ", " or ", " and ", "/"];
    joints.iter().filter_map(|joint| Some(list.rfind(joint)? + joint.len())).max().unwrap_or(0)
}

/// Where a sentence says of something that it is not at its end, from the beginning of the clause: `therapy has not been
/// exhausted`. What is not at its end was begun.
pub(super) fn unfinished(sentence: &str) -> impl Iterator<Item = Range<usize>> {
    let of_the_case =
        UNFINISHED.find(sentence, 0..sentence.len()).filter(|words| is_of_the_case(sentence, words.start));
    of_the_case.map(|words| clause_start(sentence, words.start)..words.start)
}

/// Whether a sentence denies what an examination would find: `no spasm on examination`. What the patient tells, or is diagnosed
/// with, may be there all the same. Complaints at an examination are told.
pub(super) fn is_of_findings(sentence: &str) -> bool {
    ON_EXAMINATION.is_match(sentence) && !sentence.contains("complain")
}

/// `no documentation of ...`, `does not mention ...`, `there is no ...`, `has not tried ...`.
static OPEN: LazyLock<Pattern> = LazyLock::new(|| {
    let tried = [
        "have|had|been on|taken|used",
        "undergone|received|participated in|attended",
        "tried|attempted|trialed",
        "reported|complained of",
    ];
    Pattern::new(format!(
        r"(?:<undocumented>|<there is no>|<had no>|\b(?:contain|include)(?:s|ed|d)? no |\b(?:do|does|did|has|have|had) not (?:yet |ever )?(?:{}) )",
        tried.join("|")
    ))
});

/// Verbs of what is in records.
const RECORDED: &str = "(?:documented|noted|reported|mentioned|provided|described|recorded|found|seen|identified|evident|present|demonstrated|shown|established|included|discussed|submitted)";

/// `no spasm is documented`.
static NONE_IS: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(format!(r"\bno <1-8>(?:is|are|was|were|has been|have been) (?:also |clearly )?{RECORDED}\b"))
});

/// The verb at the end of `no spasm is documented`.
static IS: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"\b(?:is|are|was|were|has been|have been) ".to_owned()));

/// `is not documented`.
static IS_NOT: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::words(&[
        &format!(
            r"(?:is|are|was|were|has|have|had) (?:not|never) (?:been |also |clearly |otherwise ){{0,2}}{RECORDED}"
        ),
        r"(?:is|are|was|were) (?:lacking|missing)",
    ])
});

/// `has not been exhausted`.
static UNFINISHED: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::words(&[r"(?:is|are|was|were|has|have|had) not (?:yet )?(?:been )?(?:completed|exhausted|finished)"])
});

/// `on examination`.
static ON_EXAMINATION: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::words(&[
        r"(?:on|upon|by|from|in|during) (?:the |any |physical |clinical |objective )*(?:exams?|examinations?)",
    ])
});

/// Where a clause ends.
static CLAUSE: LazyLock<Pattern> = LazyLock::new(|| {
    let ends = [
        r"[;:.] ",
        r",? (?:but|however|although|though|while|whereas|yet|because|since)\b,? ?",
        r", (?:and )?(?:there|it|he|she|the (?:patient|claimant|provider)) ",
    ];
    Pattern::new(format!("(?:{})", ends.join("|")))
});

/// Before a denial: that of a rule, of a condition, or of somebody else.
static NOT_OF_THE_CASE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::words(&[
        // A condition.
        "if|unless|when|where|until|in the absence|in absence",
        // A rule.
        "guidelines?|guidance|mtus|odg|acoem|criteria|criterion|recommend[a-z]*|indicated for|should|must|requir[a-z]*",
        // Research.
        "study|studies show|trials?|evidence[- ]based|literature|patients|workers",
        // Somebody else who says it.
        "utilization|claims|adjuster|according to|states?",
    ])
});

/// The case itself, whatever rule was told before.
static OF_THE_CASE: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b(?:in this case|in the present case|in this instance|here),? ".to_owned()));

/// A point of a list of criteria: `(2) No documentation of ...`.
static POINT: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"^ ?(?:\(?[0-9a-z]{1,2}[).]|[-*]) ".to_owned()));

/// Behind a verb: it denies something narrower than the thing, at one visit or by one test, or says something else.
static ELSEWHERE: LazyLock<Pattern> = LazyLock::new(|| {
    let words = [
        // A date or a number stands without the bounds of a word.
        r"[0-9]",
        r"\b(?:last|latest|recent[a-z]*|current[a-z]*)\b",
        r"\b(?:imaging|mri|x-?rays?|films?|radiographs?|electrodiagnostic|emg|tests?)\b",
        r"\b(?:(?:medically )?necessary|appropriate|to (?:be|have)|as|with)\b",
    ];
    Pattern::new(format!("(?:{})", words.join("|")))
});

/// What may stand between a denial and what it denies without making it another thing.
static FILLERS: LazyLock<Pattern> = LazyLock::new(|| {
    let words = [
        // Small words.
        r"of|that|the|a|an|any|this|these|all|in|on|for|to|with|at|or|and|both|such|as|including|like|e\.g\.|regarding|about|concerning",
        // The patient.
        r"his|her|their|its|he|she|they|patient|patient's|claimant|claimant's|injured|worker|worker's|employee|applicant|individual",
        // Times gone by.
        r"has|have|had|been|is|was|were|are|being|having|ever|previously|prior|previous|earlier|past|already|first|initial|initially",
        // Records.
        r"documented|documentation|documenting|clinical|medical|evidence|mention|record|presence|existence|indication of|indication that|indicating|showing|demonstrating|suggesting|suggest",
        // Having had a treatment.
        r"use|used|using|uses|taking|taken|took|takes|tried|treated|trialed|trial|trials|trialing|trying|attempted|attempt|attempts|attempting|undergone|undergoing|underwent|received|receiving|participated|participating|participation|attended|attending|engaged|engaging|performed|performing|performs|obtained|obtaining|done|a course|course|completed? any",
        // Having a complaint.
        r"history|complaint|complaints|complained|complaining|diagnosis|diagnosed|suffers|suffering|reports|reported|experiences|experiencing|findings?|signs?|symptoms?",
        // Parts of the body: whether they agree is seen to elsewhere.
        r"left|right|bilateral|lumbar|cervical|thoracic|paraspinal|paravertebral|shoulder|elbow|wrist|hand|hip|knee|ankle|foot|feet|arm|leg|spine|neck|back|low|lower|upper|extremity|extremities",
    ];
    Pattern::new(format!("^ ?(?:(?:{}),? )*$", words.join("|")))
});

/// What makes a denied thing narrower than the thing itself: its recent use, enough of it, its effect, its record.
static NARROWER: LazyLock<Pattern> = LazyLock::new(|| {
    let words = [
        // Its time.
        r"recent[a-z]*|current[a-z]*|ongoing|latest|last|new|future|since|within|during|over|weeks?|months?|years?|days?",
        // Another one.
        r"another|other|any more|additional|further|repeat|continu[a-z]*|alternative|conjunction|combination|adjunct|supervis[a-z]*",
        // Enough of it.
        r"adequa[a-z]*|inadequa[a-z]*|sufficien[a-z]*|insufficien[a-z]*|formal|full|complete[a-z]*|completion|extensive|exhaust[a-z]*|thorough|proper|appropriate|least|more|less|than|beyond|numbers?|amount|frequency|duration",
        // Its degree.
        r"significan[a-z]*|severe|acute|progress[a-z]*|worsen[a-z]*|chang[a-z]*|decreas[a-z]*|increas[a-z]*|reduc[a-z]*|compared",
        // Its effect.
        r"fail[a-z]*|ineffective|intoleran[a-z]*|contraindicat[a-z]*|respon[a-z]*|result[a-z]*|outcomes?|benefi[a-z]*|improv[a-z]*|relie[fv][a-z]*|effic[a-z]*|effect[a-z]*|success[a-z]*|help(?:s|ed|ful)?|risks?|function[a-z]*|goals?",
        // What is to be known of it.
        r"how|what|why|when|which|whether|details?|detailed|quantif[a-z]*|measur[a-z]*|objective|specific[a-z]*|rationale|reasons?|explanation|notes?|official|available|due to|secondary to|caused",
        // Its need.
        r"needs?|needed|necess[a-z]*|indications?|indicated|candidate|plan[a-z]*|request[a-z]*|pending|schedul[a-z]*|consider[a-z]*|would|will",
        // How it is kept to.
        r"complian[a-z]*|consisten[a-z]*|adher[a-z]*",
        // Exceptions.
        r"not|without|except",
    ];
    Pattern::new(format!(r"(?:\b(?:{})\b|[0-9])", words.join("|")))
});

/// Where it is told what the denied thing would be good for, or where it would stand.
static PURPOSE: LazyLock<Pattern> = LazyLock::new(|| {
    let beginnings = [
        r"\bto (?:warrant|support|justify|substantiate|necessitate|establish|meet|require)\b",
        r"\b(?:that|which) (?:would|could|might|may|will|warrants?|supports?)\b",
        r"\b(?:prior to|before|in order|supporting|warranting|necessitating)\b",
        r"\bon (?:the )?(?:physical )?exam(?:ination)?\b",
        r"\bin the (?:submitted|provided|available|medical) \b",
        r",? as well as ",
    ];
    Pattern::new(format!("(?:{})", beginnings.join("|")))
});

#[cfg(test)]
mod tests {
    use crate::Plain;

    /// What a sentence denies: the subjects, in the order of their names.
    fn denied(sentence: &str) -> Vec<&'static str> {
        let sentence = Plain::new(sentence);
        let denials = sentence.denials();
        let subjects = crate::contradictions().subjects().iter();
        subjects.filter(|subject| subject.denied(&sentence, &denials).is_some()).map(|subject| &*subject.name).collect()
    }

    #[test]
    fn a_thing_is_denied_or_something_narrower() {
        for (sentence, want) in [
            ("There is no documentation of muscle spasm.", vec!["muscle spasm"]),
            (
                "The records do not mention insomnia, depression or muscle spasm.",
                vec!["depression", "insomnia", "muscle spasm"],
            ),
            ("Muscle spasm was not documented in the records provided.", vec!["muscle spasm"]),
            ("No muscle spasm is documented.", vec!["muscle spasm"]),
            ("There is no evidence of muscle spasm to support continued use.", vec!["muscle spasm"]),
            ("There is no documentation of recent muscle spasm.", vec![]),
            ("There is no documentation of muscle spasm within the last month.", vec![]),
            ("There is no documentation of how muscle spasm responded.", vec![]),
            ("There is no documentation of a response to therapy or muscle spasm.", vec![]),
            ("Muscle spasm with improved motion was not documented.", vec![]),
            ("There is no indication for physical therapy.", vec![]),
            ("There is no indication that he attended physical therapy.", vec!["physical therapy"]),
            ("He has not tried physical therapy.", vec!["physical therapy"]),
            ("There is no documentation of insomnia and muscle spasm.", vec![]),
            ("No muscle spasm was found on 12-16-17.", vec![]),
            ("An MRI was not found necessary.", vec![]),
            ("Osteoarthritis is not shown by imaging.", vec![]),
        ] {
            assert_eq!(denied(sentence), want, "case: {sentence}");
        }
    }

    #[test]
    fn findings_are_denied_on_examination() {
        for (sentence, is_of_findings) in [
            ("No muscle spasm was found on physical examination.", true),
            ("No neuropathic pain is evident from the exam.", true),
            ("There is no documentation of muscle spasm.", false),
            ("There is no documentation of complaints of insomnia on exam.", false),
        ] {
            assert_eq!(Plain::new(sentence).is_of_findings(), is_of_findings, "case: {sentence}");
        }
    }

    #[test]
    fn what_is_not_at_its_end_was_begun() {
        let subjects = crate::contradictions().subjects();
        let care = subjects.iter().find(|known| known.name == "conservative care").unwrap();
        for (sentence, is_unfinished) in [
            ("Conservative care has not been exhausted.", true),
            ("A course of conservative care was not yet completed.", true),
            ("Home exercise has not been exhausted.", false),
            ("An operation is not advised where conservative care has not been exhausted.", false),
            ("Conservative care is needed; the form was not completed.", false),
        ] {
            assert_eq!(care.is_unfinished(&Plain::new(sentence)), is_unfinished, "case: {sentence}");
        }
    }

    #[test]
    fn rules_and_others_do_not_deny_of_the_case() {
        for (sentence, is_denied) in [
            ("The guidelines ask for more where there is no documentation of muscle spasm.", false),
            ("The guidelines ask for more; however, there is no documentation of muscle spasm.", true),
            ("The MTUS asks for spasm, and in this case there is no documentation of muscle spasm.", true),
            ("If there is no documentation of muscle spasm, the drug is stopped.", false),
            ("(2) No documentation of muscle spasm.", false),
            ("It says \"there is no documentation of muscle spasm\" there.", false),
            ("Utilization review saw no documentation of muscle spasm.", false),
        ] {
            assert_eq!(!denied(sentence).is_empty(), is_denied, "case: {sentence}");
        }
    }
}
