//! What a sentence of a rationale says is not documented or not there.

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
    /// The stretch ends with a verb: `no spasm is documented`, `spasm is not documented`. Nothing else may stand there.
    is_closed: bool,
}

/// `no documentation of ...`, `does not mention ...`, `there is no ...`, `has not tried ...`.
static OPEN: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"(?:<undocumented>|<there is no>|<had no>|\b(?:contain|include)(?:s|ed|d)? no |\b(?:do|does|did|has|have|had) not (?:yet |ever )?(?:have|had|been on|undergone|received|tried|attempted|participated in|attended|taken|used|trialed|reported|complained of) )"
            .to_owned(),
    )
});

/// Verbs of what is in records.
const RECORDED: &str = "(?:documented|noted|reported|mentioned|provided|described|recorded|found|seen|identified|evident|present|demonstrated|shown|established|included|discussed|submitted)";

/// `no spasm is documented`.
static NONE_IS: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(format!(r"\bno <1-8>(?:is|are|was|were|has been|have been) (?:also |clearly )?{RECORDED}\b"))
});

/// `is not documented`.
static IS_NOT: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(format!(
        r"\b(?:(?:is|are|was|were|has|have|had) (?:not|never) (?:been |also |clearly |otherwise ){{0,2}}{RECORDED}|(?:is|are|was|were) (?:lacking|missing))\b"
    ))
});

/// Where a clause ends.
static CLAUSE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"(?:[;:.] |,? (?:but|however|although|though|while|whereas|yet|because|since)\b,? ?|, (?:and )?(?:there|it|he|she|the (?:patient|claimant|provider)) )".to_owned())
});

/// Before a denial: that of a rule, of a condition, or of somebody else.
static NOT_OF_THE_CASE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:if|unless|when|where|until|guidelines?|guidance|mtus|odg|acoem|criteria|criterion|recommend[a-z]*|indicated for|should|must|requir[a-z]*|utilization|claims|adjuster|patients|workers|according to|states?|study|studies show|trials?|evidence[- ]based|literature|in the absence|in absence)\b"
            .to_owned(),
    )
});

/// The case itself, whatever rule was told before.
static OF_THE_CASE: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b(?:in this case|in the present case|in this instance|here),? ".to_owned()));

/// A point of a list of criteria: `(2) No documentation of ...`.
static POINT: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"^ ?(?:\(?[0-9a-z]{1,2}[).]|[-*]) ".to_owned()));

/// What may stand between a denial and what it denies without making it another thing.
static FILLERS: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"^ ?(?:(?:of|that|the|a|an|any|this|these|his|her|their|its|patient|patient's|claimant|claimant's|injured|worker|worker's|employee|applicant|individual|he|she|they|has|have|had|been|is|was|were|are|being|having|ever|previously|prior|previous|earlier|past|already|first|initial|initially|in|on|for|to|with|at|all|or|and|both|regarding|about|concerning|indicating|showing|demonstrating|suggesting|suggest|documented|documentation|documenting|clinical|medical|evidence|mention|record|indication of|indication that|use|used|using|uses|taking|taken|took|takes|tried|treated|trialed|trial|trials|trialing|trying|attempted|attempt|attempts|attempting|undergone|undergoing|underwent|received|receiving|participated|participating|participation|attended|attending|engaged|engaging|performed|performing|performs|obtained|obtaining|done|presence|existence|history|complaint|complaints|complained|complaining|diagnosis|diagnosed|suffers|suffering|reports|reported|experiences|experiencing|findings?|signs?|symptoms?|such|as|including|like|e\.g\.|left|right|bilateral|lumbar|cervical|thoracic|paraspinal|paravertebral|shoulder|elbow|wrist|hand|hip|knee|ankle|foot|feet|arm|leg|spine|neck|back|low|lower|upper|extremity|extremities|a course|course|completed? any),? )*$"
            .to_owned(),
    )
});

/// What makes a denied thing narrower than the thing itself: its recent use, enough of it, its effect, its record.
static NARROWER: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"(?:\b(?:recent[a-z]*|current[a-z]*|ongoing|latest|last|new|another|other|any more|adequa[a-z]*|sufficien[a-z]*|significan[a-z]*|severe|progress[a-z]*|worsen[a-z]*|acute|formal|full|complete[a-z]*|completion|extensive|exhaust[a-z]*|thorough|proper|appropriate|fail[a-z]*|inadequa[a-z]*|insufficien[a-z]*|intoleran[a-z]*|contraindicat[a-z]*|respon[a-z]*|result[a-z]*|outcomes?|benefi[a-z]*|improv[a-z]*|relie[fv][a-z]*|effic[a-z]*|effect[a-z]*|success[a-z]*|help(?:s|ed|ful)?|numbers?|amount|frequency|duration|how|what|why|when|which|whether|details?|detailed|quantif[a-z]*|measur[a-z]*|objective|specific[a-z]*|rationale|reasons?|explanation|needs?|needed|necess[a-z]*|indications?|indicated|candidate|plan[a-z]*|request[a-z]*|pending|schedul[a-z]*|consider[a-z]*|additional|further|repeat|continu[a-z]*|since|within|during|over|weeks?|months?|years?|days?|least|notes?|complian[a-z]*|consisten[a-z]*|adher[a-z]*|risks?|official|not|without|except|beyond|more|less|than|chang[a-z]*|due to|secondary to|caused|decreas[a-z]*|increas[a-z]*|reduc[a-z]*|function[a-z]*|goals?|future|would|will|compared|ineffective|conjunction|combination|adjunct|alternative|available|supervis[a-z]*)\b|[0-9])"
            .to_owned(),
    )
});

/// Where it is told what the denied thing would be good for.
static PURPOSE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"(?:\b(?:to (?:warrant|support|justify|substantiate|necessitate|establish|meet|require)|(?:that|which) (?:would|could|might|may|will|warrants?|supports?)|prior to|before|in order|supporting|warranting|necessitating|on (?:the )?(?:physical )?exam(?:ination)?|in the (?:submitted|provided|available|medical) )|,? as well as )"
            .to_owned(),
    )
});

/// The denials of a sentence in plain text.
pub(super) fn denials(sentence: &str) -> Vec<Denial> {
    if !may_negate(sentence) || POINT.is_match(sentence) {
        return Vec::new();
    }
    let whole = 0..sentence.len();
    let open = OPEN.find(sentence, whole.clone()).filter(|words| !is_passive(sentence, words)).map(|words| {
        let end = CLAUSE.find(sentence, words.end..sentence.len()).next().map_or(sentence.len(), |end| end.start);
        // `<there is no>` looks at the word before it.
        let before = sentence[words.clone()].find("there ").filter(|at| *at <= 2).unwrap_or(0);
        Denial { things: words.end..end, words: words.start + before..words.end, is_closed: false }
    });
    let is_general = |words: &Range<usize>| !ELSEWHERE.is_match(&sentence[words.end..]);
    let none_is = NONE_IS.find(sentence, whole.clone()).filter(is_general).map(|found| {
        let verb = IS.find(sentence, found.clone()).last().map_or(found.end, |verb| verb.start);
        Denial { words: found.start..found.start + 2, things: found.start + 3..verb, is_closed: true }
    });
    let is_not = IS_NOT.find(sentence, whole).filter(is_general).map(|words| {
        let start = CLAUSE.find(sentence, 0..words.start).last().map_or(0, |end| end.end);
        Denial { things: start..words.start, words, is_closed: true }
    });
    let all = open.chain(none_is).chain(is_not);
    all.filter(|denial| is_of_the_case(sentence, denial.words.start.min(denial.things.start))).collect()
}

/// Behind a verb: it denies something narrower than the thing, at one visit or by one test, or says something else.
static ELSEWHERE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"(?:[0-9]|\b(?:last|latest|recent[a-z]*|current[a-z]*|imaging|mri|x-?rays?|films?|radiographs?|electrodiagnostic|emg|tests?|(?:medically )?necessary|appropriate|to (?:be|have)|as|with)\b)".to_owned())
});

/// Whether `not documented` is the verb of what stands before it: `spasm is not documented on the form`.
fn is_passive(sentence: &str, words: &Range<usize>) -> bool {
    let before = sentence[..words.start].trim_end();
    let auxiliaries = [" is", " are", " was", " were", " been", " be"];
    sentence[words.clone()].starts_with("not ") && auxiliaries.iter().any(|verb| before.ends_with(verb))
}

/// The verb at the end of `no spasm is documented`.
static IS: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"\b(?:is|are|was|were|has been|have been) ".to_owned()));

/// Whether what begins at a place of a sentence is said of the case at hand.
fn is_of_the_case(sentence: &str, start: usize) -> bool {
    let clause = CLAUSE.find(sentence, 0..start).last().map_or(0, |end| end.end);
    let case = OF_THE_CASE.find(sentence, 0..start).last().map_or(0, |end| end.end);
    let before = &sentence[clause.max(case)..start];
    !NOT_OF_THE_CASE.is_match(before) && before.matches('"').count().is_multiple_of(2)
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
