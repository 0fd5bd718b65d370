//! What is found in briefs.

use super::*;

/// Each quotation with the cases that it belongs to and why.
fn outline(brief: &Brief) -> Vec<String> {
    let case = |index: &usize| {
        let cited = &brief.cited[*index];
        let issue = cited.issue.map(|issue| format!("#{issue}")).unwrap_or_default();
        format!("{}{issue}", cited.case)
    };
    let quoted = |quoted: &Quoted| {
        let cases: Vec<String> = quoted.cited.iter().map(case).collect();
        let basis = quoted.basis.map_or_else(|| "-".to_owned(), |basis| format!("{basis:?}"));
        format!("{} | {} | {basis} | {}", quoted.text.replace('\n', " "), cases.join(" "), quoted.spot)
    };
    brief.quotations.iter().map(quoted).collect()
}

#[track_caller]
fn check(name: &str, brief: &str, markup: Markup, want: &[&str]) {
    assert_eq!(outline(&Brief::from_text(brief, markup)), want, "case: {name}");
}

#[test]
fn quotations_of_plain_text() {
    for (name, brief, want) in [
        ("straight", "He wrote \"one two three four\" there.", &["one two three four |  | - | line 1"][..]),
        ("curly, over lines", "So:\n“one two\r\nthree four”", &["one two three four |  | - | line 2"]),
        ("too short", "the \"red flag\" rule", &[]),
        (
            "single",
            "He said ‘the worker’s own words are’ and 'one two three four,' there.",
            &["the worker’s own words are |  | - | line 1", "one two three four, |  | - | line 1"],
        ),
        (
            "a possessive in single",
            "‘The workers’ board has none of it.’ So.",
            &["The workers’ board has none of it. |  | - | line 1"],
        ),
        ("apostrophes", "the workers' board of the '90s and the carriers' own lawyers", &[]),
        (
            "single in double",
            "\"one two 'three four five six' seven\"",
            &["one two 'three four five six' seven |  | - | line 1"],
        ),
        ("nested", "“one two “three four” five”", &["one two “three four” five |  | - | line 1"]),
        ("inches", "\"a 5\" scar was seen there\" and", &["a 5\" scar was seen there |  | - | line 1"]),
        ("a stray mark", "a 5\" scar and \"one two three four\"", &["one two three four |  | - | line 1"]),
        (
            "never closed",
            "“one two three four\n\nNext “five six seven eight”",
            &["five six seven eight |  | - | line 3"],
        ),
        ("an empty line inside", "\"one two\n\nthree four\" and", &["one two three four |  | - | line 1"]),
        ("each paragraph reopened", "“one two\n\n“three four”", &["one two three four |  | - | line 1"]),
        (
            "lazy block quote",
            "> one two\nthree four\n(CM16-0000001)",
            &["one two three four | CM16-0000001 | Behind | line 1"],
        ),
        ("block quote", "> one two\n> three four\n\nfive", &["one two three four |  | - | line 1"]),
    ] {
        check(name, brief, Markup::Plain, want);
    }
}

#[test]
fn quotations_belong_to_the_nearest_case() {
    let quote = "\"one two three four\"";
    for (name, brief, want) in [
        ("in a bracket behind", format!("CM16-0000001 holds. It says {quote} (CM16-0000002, issue 2)."), "CM16-0000002#2 | Behind"),
        (
            "two with dates",
            format!("{quote} (CM16-0000001 (Jan. 20, 2017); CM16-0000002 (May 2, 2016))."),
            "CM16-0000001 CM16-0000002 | Behind",
        ),
        ("a sentence of citation", format!("CM16-0000001 holds. {quote} IMR No. CM16-0000002."), "CM16-0000002 | Behind"),
        ("two in one bracket", format!("{quote} (CM16-0000001#1; CM16-0000002)."), "CM16-0000001#1 CM16-0000002 | Behind"),
        (
            "a list before it",
            format!("Two agree (CM16-0000001; CM16-0000002): {quote}."),
            "CM16-0000001 CM16-0000002 | Sentence",
        ),
        ("in its sentence", format!("CM16-0000001 holds. CM16-0000002 says {quote}."), "CM16-0000002 | Sentence"),
        ("later in its sentence", format!("CM16-0000001. By {quote} the reviewer of CM16-0000002 meant it."), "CM16-0000002 | Sentence"),
        ("before it in its paragraph", format!("CM16-0000001 holds. It says {quote}. So CM16-0000002."), "CM16-0000001 | Paragraph"),
        ("behind it in its paragraph", format!("CM16-0000001\n\nIt says {quote}. So CM16-0000002 does."), "CM16-0000002 | Paragraph"),
        ("the last before", format!("CM16-0000001 holds.\n\nIt says {quote}."), "CM16-0000001 | Before"),
        ("In the next case", "In CM16-0000001 he said \"one two three four.\" In CM16-0000002 it was other.".to_owned(), "CM16-0000001 | Sentence"),
        ("In the next case, none before", "CM16-0000001 holds. \"one two three four.\" In CM16-0000002 it was other.".to_owned(), "CM16-0000001 | Paragraph"),
        ("See the next case", "In CM16-0000001 he said \"one two three four.\" See CM16-0000002.".to_owned(), "CM16-0000001 | Sentence"),
        ("See also", "In CM16-0000001 he said \"one two three four.\" See also CM16-0000002.".to_owned(), "CM16-0000001 | Sentence"),
        ("see also in a bracket", format!("In CM16-0000001 he said {quote} (see also CM16-0000002)."), "CM16-0000001 | Sentence"),
        ("See alone", "CM16-0000001 holds. \"one two three four.\" See CM16-0000002 (Jan. 20, 2017).".to_owned(), "CM16-0000002 | Behind"),
        ("a number that begins a sentence", "CM16-0000001 holds. \"one two three four.\" CM16-0000002 does not.".to_owned(), "CM16-0000001 | Paragraph"),
        ("a bare number", "CM16-0000001 holds. \"one two three four.\" CM16-0000002, issue 2.".to_owned(), "CM16-0000002#2 | Behind"),
        ("a bracket behind its stop", "CM16-0000001 says \"one two three four.\" (CM16-0000002.)".to_owned(), "CM16-0000002 | Behind"),
        ("Id.", format!("CM16-0000001#2 holds.\n\n{quote} Id. Then CM16-0000002."), "CM16-0000001#2 | Behind"),
        ("Id. of another issue", format!("CM16-0000001#2 holds.\n\n{quote} Id., issue 3."), "CM16-0000001#3 | Behind"),
        ("nothing before", quote.to_owned(), " | -"),
        ("block with introduction", "In CM16-0000001:\n\n> one two three four\n\nCM16-0000002 is another matter altogether, and it is a long one that says nothing of the kind for its own reasons of course.".to_owned(), "CM16-0000001 | Sentence"),
        ("block with its case inside", "CM16-0000001:\n\n> one two three four (CM16-0000002, issue 1)".to_owned(), "CM16-0000002#1 | Behind"),
        ("block with its case below", "CM16-0000001 holds.\n\n> one two three four\n\n(CM16-0000002)".to_owned(), "CM16-0000002 | Behind"),
    ] {
        let outline = outline(&Brief::from_text(&brief, Markup::Plain));
        assert_eq!(outline.len(), 1, "case: {name}");
        let found = outline[0].replacen("four. |", "four |", 1);
        assert!(found.starts_with(&format!("one two three four | {want} | ")), "case: {name}: {}", outline[0]);
    }
}

#[test]
fn spellings_of_case_numbers() {
    for (text, want) in [
        ("CM16-0213037", "CM16-0213037"),
        ("cm16-0213037 #2", "CM16-0213037#2"),
        ("CM16–0213037, Issue No. 2", "CM16-0213037#2"),
        ("CM16-\n0213037 (issue #12)", "CM16-0213037#12"),
        ("CM16-0213037, decision 3", "CM16-0213037#3"),
        ("CM16-0213037, issues 2 and 3", "CM16-0213037"),
        ("IMR Case No. CM16-0213037", "CM16-0213037"),
        ("IMR 13-000004", "IMR 13-000004"),
        ("IMR No. 13-000004, issue 1", "IMR 13-000004#1"),
        ("CM16-0213037 and 2 others", "CM16-0213037"),
        ("XCM16-0213037", ""),
        ("CM160213037, issue 2", "CM16-0213037#2"),
        ("Case No. 16-0213037", "CM16-0213037"),
        ("IMR No. 16-0213037#2", "CM16-0213037#2"),
        ("Case 16-0213037", ""),
        ("CM16-02130371234", ""),
        ("Id. is the wrong word", ""),
    ] {
        let brief = Brief::from_text(text, Markup::Plain);
        let found: Vec<String> = brief
            .cited
            .iter()
            .map(|cited| format!("{}{}", cited.case, cited.issue.map(|n| format!("#{n}")).unwrap_or_default()))
            .collect();
        assert_eq!(found.join(" "), want, "case: {text:?}");
    }
}

#[test]
fn marks_of_markdown_are_no_text() {
    let brief = "# Title\nIn [CM16-0000001](http://x.y/z) it says \"one **two** _three_ four * * * \\[so\\] snake_case\"[^1].\n\n\
                 [^1]: CM16-0000002, issue 2";
    let want = ["one two three four * * * [so] snake_case | CM16-0000002#2 | Behind | line 2"];
    check("markdown", brief, Markup::Markdown, &want);
    let plain = Brief::from_text("\"one *two* three four\"", Markup::Plain);
    assert_eq!(plain.quotations[0].text, "one *two* three four");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(brief in r#"([a-z. "“”\[\]()>*_#&;^-]|CM16-0000001|, issue 2|Id\. |\n\n|> |ﬁ|IMR |\[\^1\]){0,80}"#) {
        for markup in [Markup::Plain, Markup::Markdown] {
            let read = Brief::from_text(&brief, markup);
            for quoted in &read.quotations {
                proptest::prop_assert!(quoted.cited.iter().all(|index| *index < read.cited.len()));
                proptest::prop_assert!(words(&quoted.text) >= SHORTEST_QUOTATION);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        // What it says is tested with documents that are none.
        let _ = Brief::from_docx(&[b"PK\x03\x04", bytes.as_slice()].concat());
    }
}
