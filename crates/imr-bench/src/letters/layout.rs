//! Puts a case into the form of its letter.

use imr_model::Outcome;

use super::calendar::slashes;
use super::case::{Case, Dispute, Form};
use super::dice::Dice;
use super::facts::Fact;
use super::paper::{Block, Style, print};
use super::stock::Stock;

/// The text of a letter.
pub(crate) fn lay_out(case: &Case, stock: &Stock, dice: &mut Dice) -> String {
    let mut standing = |rule: &str| stock.grammar.expand(rule, &case.facts, dice);
    let (blocks, style) = match case.form {
        Form::Table => (determination(case, table(case), &mut standing), Style::Gaps),
        Form::Columns => (determination(case, columns(case), &mut standing), Style::Dense),
        Form::Spaced => (determination(case, Vec::new(), &mut standing), Style::Spaced),
        Form::Determination2014 => (determination_2014(case, &mut standing), Style::Gaps),
        Form::Notice2013 => (notice(case, &mut standing), Style::Gaps),
        Form::ProfessionalReview => (professional_review(case, &mut standing), Style::Gaps),
        Form::Unknown => (unknown(case), Style::Gaps),
    };
    print(&blocks, style)
}

fn title(text: &str) -> Block {
    Block::Title(text.to_owned())
}

fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph(text.into())
}

fn item(text: impl Into<String>) -> Block {
    Block::Item(text.into())
}

fn priority(case: &Case) -> &'static str {
    if case.is_expedited { "Expedited" } else { "Standard" }
}

/// The table at the head; its last label is broken over two lines with the date between.
fn table(case: &Case) -> Vec<Block> {
    let days = &case.calendar;
    let row = |label: &str, value: &str, second: &str, date: &str| {
        format!("{label:<21}{value:<34}{second:<21}{date}").trim_end().to_owned()
    };
    vec![Block::Lines(vec![
        row("Case Number:", &days.case_number(), "", ""),
        row("Date Assigned:", &slashes(days.assigned), "Date of Injury:", &slashes(days.injured)),
        row("Decision Date:", &slashes(days.decided), "UR Denial Date:", &slashes(days.denied)),
        row("Priority:", priority(case), "Application", &slashes(days.received)),
        row("", "", "Received:", ""),
    ])]
}

/// The same table as it is read by columns: labels, values, labels, values.
fn columns(case: &Case) -> Vec<Block> {
    let days = &case.calendar;
    let lines = format!(
        "Case Number:\nDate Assigned:\nDecision Date:\nPriority:\n\n{}\n{}\n{}\n{}\n\nDate of Injury:\nUR Denial Date:\nApplication\nReceived:\n\n{}\n{}\n{}\n",
        days.case_number(),
        slashes(days.assigned),
        slashes(days.decided),
        priority(case),
        slashes(days.injured),
        slashes(days.denied),
        slashes(days.received),
    );
    vec![Block::Table(lines.split('\n').map(str::to_owned).collect())]
}

fn determination(case: &Case, head: Vec<Block>, standing: &mut impl FnMut(&str) -> String) -> Vec<Block> {
    let mut blocks = head;
    blocks.push(title("HOW THE IMR FINAL DETERMINATION WAS MADE"));
    if case.form == Form::Spaced {
        blocks.push(item(standing("made.physician")));
    } else {
        blocks.extend([
            item(standing("made.expert")),
            paragraph("The credentials of the Expert Reviewer are as follows:"),
            item(format!("State(s) of Licensure: {}", case.states.join(", "))),
            item(format!("Certification(s)/Specialty: {}", case.specialties.join(", "))),
        ]);
    }
    blocks.extend([
        title("CLINICAL CASE SUMMARY"),
        item(standing("summary.introduction")),
        paragraph(&*case.summary),
        title("IMR ISSUES, DECISIONS AND RATIONALES"),
        item(standing("issues.introduction")),
    ]);
    blocks.extend(case.disputes.iter().flat_map(|dispute| labelled(dispute, "")));
    blocks
}

/// A dispute with the labels of final determinations.
fn labelled(dispute: &Dispute, prefix: &str) -> [Block; 4] {
    let outcome = if dispute.outcome == Outcome::Upheld { "Upheld" } else { "Overturned" };
    [
        paragraph(format!("{prefix}{}: {outcome}", dispute.heading)),
        paragraph(format!("Claims Administrator guideline: {}", dispute.administrator)),
        paragraph(format!("MAXIMUS guideline: {}", dispute.reviewer)),
        paragraph(format!("Decision rationale: {}", dispute.rationale)),
    ]
}

fn documents(standing: &mut impl FnMut(&str) -> String) -> impl Iterator<Item = Block> {
    let mut documents: Vec<String> = (0..6).map(|_| format!("- {}", standing("document"))).collect();
    documents.sort();
    documents.dedup();
    documents.into_iter().map(item)
}

fn determination_2014(case: &Case, standing: &mut impl FnMut(&str) -> String) -> Vec<Block> {
    let days = &case.calendar;
    let mut blocks = vec![
        title("MAXIMUS FEDERAL SERVICES, INC."),
        item("Independent Medical Review"),
        item("P.O. Box 00000"),
        item("Sacramento, CA 95899-0000"),
        paragraph("Independent Medical Review Final Determination Letter"),
        paragraph(format!("IMR Case Number: {}", days.case_number())),
        item(format!("Date of Injury: {}", slashes(days.injured))),
        item(format!("UR Denial Date: {}", slashes(days.denied))),
        item(format!("Application Received: {}", slashes(days.received))),
        item(format!("Priority: {}", priority(case))),
        item(format!("Dated: {}", slashes(days.decided))),
        title("HOW THE IMR FINAL DETERMINATION WAS MADE"),
        item(standing("made.physician")),
        title("DOCUMENTS REVIEWED"),
        item(standing("documents.introduction")),
        Block::Lines(Vec::new()),
    ];
    blocks.extend(documents(standing));
    blocks.extend([
        title("CLINICAL CASE SUMMARY"),
        item(standing("summary.introduction")),
        paragraph(&*case.summary),
        title("IMR DECISION(S) AND RATIONALE(S)"),
        item(standing("issues.introduction")),
    ]);
    blocks.extend(case.disputes.iter().flat_map(|dispute| labelled(dispute, "Decision for ")));
    blocks
}

/// The notice of 2013: findings printed twice, then a block of reasons for each.
fn notice(case: &Case, standing: &mut impl FnMut(&str) -> String) -> Vec<Block> {
    let days = &case.calendar;
    let finding = |(n, dispute): (usize, &Dispute)| {
        let not = if dispute.outcome == Outcome::Upheld { "not " } else { "" };
        paragraph(format!(
            "{n}) MAXIMUS Federal Services, Inc. has determined the request for {} is {not}medically necessary and appropriate.",
            dispute.heading
        ))
    };
    let findings = || (1..).zip(&case.disputes).map(finding);
    let mut blocks = vec![
        title("MAXIMUS FEDERAL SERVICES, INC."),
        item("Notice of Independent Medical Review Determination"),
        paragraph(format!("Dated: {}", slashes(days.decided))),
        item(format!("MAXIMUS Case Number: {}", days.case_number())),
    ];
    blocks.extend(findings());
    blocks.push(title("INDEPENDENT MEDICAL REVIEW DECISION AND RATIONALE"));
    blocks.push(item(standing("notice.filed")));
    blocks.extend(findings());
    blocks.extend([
        paragraph("Medical Qualifications of the Expert Reviewer:"),
        item(standing("notice.qualifications")),
        paragraph("Case Summary:"),
        item(standing("notice.disclaimer")),
        paragraph(format!("\"{}\"", case.summary)),
        paragraph("Documents Reviewed for Determination:"),
        item(standing("documents.introduction")),
        Block::Lines(Vec::new()),
    ]);
    blocks.extend(documents(standing));
    blocks.extend((1..).zip(&case.disputes).flat_map(|(n, dispute)| block_of_notice(n, dispute)));
    blocks.push(paragraph(standing("notice.closing")));
    blocks
}

fn block_of_notice(n: usize, dispute: &Dispute) -> [Block; 5] {
    [
        paragraph(format!("{n}) Regarding the request for {}:", dispute.heading)),
        paragraph("Medical Treatment Guideline(s) Relied Upon by the Expert Reviewer to Make His/Her Decision:"),
        item(format!("{} {}", dispute.administrator, dispute.reviewer)),
        paragraph("Rationale for the Decision:"),
        item(&*dispute.rationale),
    ]
}

fn professional_review(case: &Case, standing: &mut impl FnMut(&str) -> String) -> Vec<Block> {
    let mut blocks =
        vec![title("MEDICAL PROFESSIONAL REVIEW"), item(format!("Case Number: {}", case.calendar.early_case_number()))];
    for dispute in &case.disputes {
        let not = if dispute.outcome == Outcome::Upheld { "NOT " } else { "" };
        blocks.extend([
            paragraph("ISSUE AT DISPUTE:"),
            paragraph(&*dispute.heading),
            paragraph("CASE SUMMARY:"),
            paragraph(&*case.summary),
            paragraph("DOCUMENTS REVIEWED FOR DETERMINATION:"),
            Block::Lines(Vec::new()),
        ]);
        blocks.extend(documents(standing));
        blocks.extend([
            paragraph("MEDICAL TREATMENT GUIDELINE(S) RELIED UPON BY PROFESSIONAL REVIEWER AND WHY:"),
            paragraph(&*dispute.reviewer),
            paragraph(format!("RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE IS {not}MEDICALLY NECESSARY:")),
            paragraph(&*dispute.rationale),
        ]);
    }
    blocks.extend([paragraph("MEDICAL REVIEWER QUALIFICATIONS:"), paragraph(case.facts.get(Fact::Narrative))]);
    blocks
}

fn unknown(case: &Case) -> Vec<Block> {
    vec![
        title("REPORT OF THE INDEPENDENT REVIEW PANEL"),
        paragraph(format!("File: {}", case.calendar.case_number())),
        paragraph("What happened"),
        paragraph(&*case.summary),
        paragraph("What was asked for and what we find"),
        paragraph(&*case.finding),
        paragraph("If you disagree"),
        paragraph("You may write to the Appeals Board. The panel cannot reopen a file."),
    ]
}
