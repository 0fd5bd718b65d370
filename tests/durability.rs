//! An index is kept up to date, survives what happens to machines, and answers meanwhile.
//!
//! The short forms run with the other tests; the long ones with `IMR_SEARCH_LONG_TESTS=1 cargo test --release -p imr-search
//! --test integration durability -- --nocapture`: 200 kills, and 20 readers beside a writer for five minutes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use expect_test::expect;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::program::{Program, Ran};

/// Whether the long forms are asked for.
fn is_long() -> bool {
    std::env::var_os("IMR_SEARCH_LONG_TESTS").is_some()
}

/// The text of a letter with one to three decisions.
fn letter(number: usize, body: &str) -> String {
    let issues: String = (0..=number % 3)
        .map(|at| {
            format!(
                "Massage {at} of the neck: Upheld\n\nClaims Administrator guideline: Decision based on MTUS ACOEM.\n\n\
                 MAXIMUS guideline: Decision based on MTUS ACOEM.\n\nDecision rationale: {body} It is not medically necessary.\n\n"
            )
        })
        .collect();
    format!(
        "Case Number: CM15-{number:07}\nDate Assigned: 01/02/2015 Date of Injury: 03/04/2014\n\n\
         HOW THE IMR FINAL DETERMINATION WAS MADE\n\nA reviewer was chosen.\n\n\
         CLINICAL CASE SUMMARY\n\nThe worker is a 44 year old man.\n\n\
         IMR ISSUES, DECISIONS AND RATIONALES\n\nThe Final Determination was based on decisions set forth below:\n\n{issues}"
    )
}

/// A folder of letters and an index of them.
struct Fixture {
    program: Program,
    letters: PathBuf,
    index: String,
}

impl Fixture {
    fn new() -> Self {
        let program = Program::new();
        let letters = program.home().join("letters");
        fs::create_dir(&letters).unwrap();
        let index = program.home().join("index").display().to_string();
        Self { program, letters, index }
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.letters.join(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.program.run(&[arguments, &["--index", &self.index]].concat())
    }

    fn update(&self, flags: &[&str]) -> Ran {
        self.run(&[&["index", self.letters.to_str().unwrap()], flags].concat())
    }

    /// The ids of all decisions.
    fn ids(&self) -> Vec<String> {
        self.run(&["query", "*", "--all", "--ids"]).stdout.lines().map(str::to_owned).collect()
    }

    #[track_caller]
    fn verify(&self) {
        let ran = self.run(&["verify"]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    }

    fn info(&self) -> Value {
        serde_json::from_str(&self.run(&["info", "--format", "json"]).stdout).unwrap()
    }

    /// Starts a run that indexes all letters.
    fn start(&self, flags: &[&str]) -> Child {
        let arguments = [&["index", self.letters.to_str().unwrap(), "--index", &self.index], flags].concat();
        self.program.command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

#[test]
fn a_second_run_reads_only_what_has_changed() {
    let fixture = Fixture::new();
    for number in 0..3 {
        fixture.put(&format!("{number}.txt"), &letter(number, "It was tried."));
    }
    // Times that are long past: a file that was just written is compared by its content.
    let past = std::time::SystemTime::now() - Duration::from_secs(3600);
    let age = |name: &str| fs::File::options().write(true).open(fixture.letters.join(name)).unwrap().set_modified(past);
    ["0.txt", "1.txt", "2.txt"].iter().for_each(|name| age(name).unwrap());
    let summary = |ran: Ran| ran.stderr.lines().map(str::to_owned).collect::<Vec<_>>().join(" | ");
    let mut report = Vec::new();
    report.push(summary(fixture.update(&[])));
    let before = fixture.info();
    report.push(summary(fixture.update(&[])));
    assert_eq!(fixture.info(), before, "a run without changes writes nothing");
    // Touched, not changed.
    fixture.put("0.txt", &letter(0, "It was tried."));
    report.push(summary(fixture.update(&[])));
    // Changed, with the same size and time.
    fixture.put("1.txt", &letter(1, "It was cried."));
    report.push(summary(fixture.update(&[])));
    // The same letter under another name and with another spelling of its number.
    fixture
        .put("copy.txt", &letter(2, "It was tried.").replace("CM15-0000002", "cm15 - 0000002").replace('\n', "\n\n"));
    report.push(summary(fixture.update(&[])));
    // Gone: one of two names of a letter, and a letter.
    fs::remove_file(fixture.letters.join("2.txt")).unwrap();
    fs::remove_file(fixture.letters.join("0.txt")).unwrap();
    report.push(summary(fixture.update(&[])));
    report.push(summary(fixture.update(&["--prune"])));
    fixture.verify();
    expect![[r#"
        indexed 3 letters, 6 treatments, 0 unsegmented, 0 failed in N.N s; index: HOME/index
        indexed 0 letters, 0 treatments, 0 unsegmented, 0 failed, 3 unchanged files in N.N s; index: HOME/index
        indexed 0 letters, 0 treatments, 0 unsegmented, 0 failed, 3 unchanged files in N.N s; index: HOME/index
        indexed 1 letter, 2 treatments, 0 unsegmented, 0 failed, 2 unchanged files in N.N s; index: HOME/index
        indexed 0 letters, 0 treatments, 0 unsegmented, 0 failed, 1 duplicate, 3 unchanged files in N.N s; index: HOME/index
        indexed 0 letters, 0 treatments, 0 unsegmented, 0 failed, 2 unchanged files in N.N s; index: HOME/index | 2 files that were indexed before are gone; --prune removes their letters
        indexed 0 letters, 0 treatments, 0 unsegmented, 0 failed, 2 unchanged files, 2 files removed in N.N s; index: HOME/index
    "#]].assert_eq(&(report.join("\n") + "\n"));
    assert_eq!(
        fixture.ids(),
        ["CM15-0000001#1", "CM15-0000001#2", "CM15-0000002#1", "CM15-0000002#2", "CM15-0000002#3"]
    );
    let shown = fixture.run(&["show", "CM15-0000002", "--pdf"]);
    assert_eq!(shown.stdout, "HOME/letters/copy.txt\n", "the letter is kept with the file that still has it");
    assert_eq!(fixture.run(&["query", "-c", "cried"]).stdout, "2\n");
}

#[test]
fn all_places_of_a_letter_are_remembered() {
    let fixture = Fixture::new();
    let text = letter(0, "It was tried.");
    fixture.put("a.txt", &text);
    fixture.put("b.txt", &text);
    let record = serde_json::json!({ "id": "c", "text": text });
    fixture.put("c.jsonl", &format!("{record}\n"));
    fixture.update(&[]);
    let shown = fixture.run(&["show", "CM15-0000000", "--pdf"]);
    assert_eq!(shown.stdout, "HOME/letters/a.txt\nHOME/letters/b.txt\nHOME/letters/c.jsonl\n");
    assert_eq!(fixture.info()["totals"]["letters"], 1);
    fixture.verify();
}

#[test]
fn what_is_not_there_is_not_taken_for_removed() {
    let fixture = Fixture::new();
    fixture.put("a.txt", &letter(0, "It was tried."));
    fixture.update(&[]);
    let away = fixture.program.home().join("away");
    fs::rename(&fixture.letters, &away).unwrap();
    let gone = fixture.update(&["--prune"]);
    assert_eq!(gone.status, 2, "{}", gone.stderr);
    fs::create_dir(&fixture.letters).unwrap();
    let empty = fixture.update(&["--prune"]);
    assert_eq!(empty.status, 2, "{}", empty.stderr);
    assert_eq!(fixture.ids().len(), 1, "a disk that is not mounted is no reason to remove its letters");
    // Another folder says nothing of this one.
    fs::write(away.join("b.txt"), letter(1, "It was tried.")).unwrap();
    fs::remove_file(away.join("a.txt")).unwrap();
    fixture.run(&["index", away.to_str().unwrap(), "--prune"]);
    assert_eq!(fixture.ids().len(), 3);
}

#[test]
fn failures_are_listed_and_tried_again_when_asked() {
    let fixture = Fixture::new();
    fixture.put("good.txt", &letter(0, "It was tried."));
    fixture.put("bad.pdf", "no PDF");
    fixture.put("lines.jsonl", "{\"id\": \"x\"}\n");
    let report = fixture.program.home().join("report.jsonl").display().to_string();
    assert_eq!(fixture.update(&["--report", &report]).status, 2);
    let reported: Vec<Value> =
        fs::read_to_string(&report).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<String> = reported.iter().map(|line| format!("{} {}", line["event"], line["reason"])).collect();
    assert_eq!(events, [r#""failed" "damaged-pdf""#, r#""failed" "bad-record""#, r#""finished" null"#]);
    assert_eq!(reported[2]["letters"], 1);
    let mut told = fixture.run(&["failures"]).all();
    let second = fixture.update(&[]);
    assert_eq!(second.status, 0, "what has not changed fails no second time: {}", second.stderr);
    told += &second.stderr;
    fixture.put("bad.pdf", &letter(1, "It was tried."));
    fs::rename(fixture.letters.join("bad.pdf"), fixture.letters.join("bad.txt")).unwrap();
    let third = fixture.run(&["index", "--retry-failed"]);
    assert_eq!(third.status, 2);
    told += &third.stderr;
    expect![[r#"
        exit 0
        --- stdout
        HOME/letters/bad.pdf is a damaged PDF: it does not begin with %PDF-; fetch it again
        HOME/letters/lines.jsonl:1 is no letter: missing field `text` at line 1 column 11; expected an object like {"id": "...", "text": "..."}
        --- stderr
        2 failures
        indexed 0 letters, 0 treatments, 0 unsegmented, 0 failed, 3 unchanged files in N.N s; index: HOME/index
        2 earlier failures not tried again: `imr-search failures` lists them, --retry-failed tries again
        HOME/letters/lines.jsonl:1 is no letter: missing field `text` at line 1 column 11; expected an object like {"id": "...", "text": "..."}
        HOME/letters/bad.pdf cannot be read: No such file or directory (os error 2)
        indexed 0 letters, 0 treatments, 0 unsegmented, 2 failed in N.N s; index: HOME/index
    "#]].assert_eq(&told);
    fixture.verify();
}

#[test]
fn an_index_is_rebuilt_from_itself() {
    let fixture = Fixture::new();
    for number in 0..4 {
        fixture.put(&format!("{number}.txt"), &letter(number, "It was tried."));
    }
    fixture.put("copy.txt", &letter(3, "It was tried."));
    fixture.put("bad.pdf", "no PDF");
    fixture.update(&[]);
    let (ids, totals) = (fixture.ids(), fixture.info()["totals"].clone());
    fs::rename(&fixture.letters, fixture.program.home().join("away")).unwrap();
    let ran = fixture.run(&["index", "--rebuild", "--from-index"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    fixture.verify();
    assert_eq!((fixture.ids(), fixture.info()["totals"].clone()), (ids, totals));
    // What was read is known still.
    fs::rename(fixture.program.home().join("away"), &fixture.letters).unwrap();
    let again = fixture.update(&[]);
    assert!(
        again.stderr.starts_with("indexed 0 letters, 0 treatments, 0 unsegmented, 0 failed, 6 unchanged files"),
        "{}",
        again.stderr
    );
    assert_eq!(fixture.run(&["optimize"]).status, 0);
    assert_eq!(fixture.info()["segments"], 1);
    fixture.verify();
}

#[test]
fn an_index_of_another_vocabulary_answers_and_is_brought_up_to_date() {
    let fixture = Fixture::new();
    fixture.put("a.txt", &letter(0, "It was tried."));
    fixture.update(&[]);
    let ours = fixture.info()["vocabulary"].as_str().unwrap().to_owned();
    let meta = Path::new(&fixture.index).join("generation-1/meta.json");
    let sealed = fs::read_to_string(&meta).unwrap();
    let data = sealed.rsplit_once("\nsha256 ").unwrap().0.replace(&ours, "0123456789abcdef");
    let digest: String = Sha256::digest(&data).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    fs::write(&meta, format!("{data}\nsha256 {digest}\n")).unwrap();
    let remedy = "bring it up to date with `imr-search index --rebuild --from-index --index HOME/index`";
    let asked = fixture.run(&["query", "-c", "tried"]);
    assert!(asked.stdout == "1\n" && asked.stderr.contains(remedy), "{}", asked.stderr);
    let refused = fixture.update(&[]);
    assert!(refused.status == 2 && refused.stderr.contains(remedy), "{}", refused.stderr);
    assert_eq!(fixture.run(&["index", "--rebuild", "--from-index"]).status, 0);
    assert_eq!(fixture.info()["vocabulary"], ours);
    assert!(!fixture.run(&["query", "-c", "tried"]).stderr.contains("vocabulary"));
}

#[test]
fn one_run_writes_and_the_other_is_told_who() {
    let fixture = Fixture::new();
    for number in 0..400 {
        fixture.put(&format!("{number}.txt"), &letter(number, "It was tried."));
    }
    fixture.update(&["--commit-every", "100"]);
    let mut first = fixture.start(&["--rebuild"]);
    let holds_lock = || {
        let holder = fs::read_to_string(Path::new(&fixture.index).join("writer.lock")).unwrap_or_default();
        holder.starts_with(&format!("process {} ", first.id()))
    };
    let started = Instant::now();
    while !holds_lock() && started.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(5));
    }
    let second = fixture.update(&[]);
    // The first may have ended meanwhile.
    if second.status != 0 {
        let told = format!("another imr-search is writing to this index (process {} since ", first.id());
        assert!(second.stderr.contains(&told), "{}", second.stderr);
    }
    assert!(first.wait().unwrap().success());
    fixture.verify();
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_done() {
    use std::io::Read;
    let fixture = Fixture::new();
    for number in 0..600 {
        fixture.put(&format!("{number:03}.txt"), &letter(number, "It was tried."));
    }
    let mut run = fixture.start(&["--commit-every", "20"]);
    wait_for_commits(&fixture, 1);
    let pid = rustix::process::Pid::from_child(&run);
    // It may have ended.
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
    let status = run.wait().unwrap();
    let mut stderr = String::new();
    run.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    if status.code() == Some(130) {
        assert!(stderr.contains("stopped; what was indexed so far is kept"), "{stderr}");
        assert_eq!(fixture.info()["last_run"]["is_finished"], false);
    }
    fixture.verify();
    fixture.update(&[]);
    fixture.verify();
    assert_eq!(fixture.ids().len(), 1200);
}

/// Waits until a run has committed something.
fn wait_for_commits(fixture: &Fixture, letters: u64) {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        let info = fixture.run(&["info", "--format", "json"]);
        let info: Value = serde_json::from_str(&info.stdout).unwrap_or_default();
        if info["totals"]["letters"].as_u64().is_some_and(|count| count >= letters) {
            return;
        }
    }
}

/// Numbers that look random, the same in every run (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Kills the indexer at random moments while others ask: after each kill the index opens, is whole, holds every letter once
/// and none that never was, and the next run carries on.
#[test]
fn an_indexer_that_is_killed_loses_nothing() {
    let (kills, letters) = if is_long() { (200, 400) } else { (6, 120) };
    let fixture = Fixture::new();
    for number in 0..letters {
        fixture.put(&format!("{number:03}.txt"), &letter(number, "It was tried."));
    }
    fixture.update(&["--commit-every", "20"]);
    let mut random = Random(7);
    let mut killed = 0;
    for round in 0..kills {
        // Each round some letters change, some come and some go.
        let changed = usize::try_from(random.below(letters as u64 / 2)).unwrap();
        for number in changed..changed + 30 {
            fixture.put(&format!("{number:03}.txt"), &letter(number, &format!("Round {round}.")));
        }
        let flags: &[&str] = if round % 5 == 4 { &["--rebuild"] } else { &["--commit-every", "7", "--prune"] };
        let mut run = fixture.start(flags);
        thread::sleep(Duration::from_millis(random.below(if is_long() { 120 } else { 900 })));
        let is_running = run.try_wait().unwrap().is_none();
        killed += usize::from(is_running);
        let _ = run.kill();
        run.wait().unwrap();
        fixture.verify();
        let ids = fixture.ids();
        let distinct: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len(), "round {round}: no decision stands twice");
        assert!(distinct.iter().filter(|id| id.ends_with("#1")).count() >= letters - 1, "round {round}: none is lost");
    }
    assert!(killed * 4 >= kills, "{killed} of {kills} runs were killed");
    fixture.update(&["--prune"]);
    fixture.verify();
    let decisions: usize = (0..letters.max(letters / 2 + 30))
        .filter(|number| fixture.letters.join(format!("{number:03}.txt")).exists())
        .map(|number| number % 3 + 1)
        .sum();
    assert_eq!(fixture.ids().len(), decisions);
}

const LETTERS: usize = 30;

/// Readers ask while a writer changes all letters again and again: each answer is one of one commit.
#[test]
fn readers_see_one_commit_each() {
    let (readers, seconds) = if is_long() { (20, 300) } else { (3, 4) };
    let fixture = Fixture::new();
    // Each commit holds all letters of one round: all of a round are committed together.
    let write = |round: usize| {
        for number in 0..LETTERS {
            fixture.put(&format!("{number:02}.txt"), &letter(number, &format!("Round r{round}.")));
        }
        let flags: &[&str] = if round % 4 == 3 { &["--rebuild"] } else { &[] };
        let ran = fixture.update(flags);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    };
    write(0);
    let (is_done, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..readers {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    let ran = fixture.run(&[
                        "query",
                        "outcome:upheld",
                        "--all",
                        "--format",
                        "jsonl",
                        "--fields",
                        "id,rationale",
                    ]);
                    let rounds: BTreeSet<String> = ran
                        .json_lines()
                        .iter()
                        .map(|hit| hit["rationale"].as_str().unwrap().split_once('.').unwrap().0.to_owned())
                        .collect();
                    assert_eq!(rounds.len(), 1, "letters of two rounds: {rounds:?}");
                    assert_eq!(ran.stdout.lines().count(), LETTERS * 2, "{}", ran.stderr);
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let started = Instant::now();
        let mut round = 0;
        while started.elapsed() < Duration::from_secs(seconds) {
            round += 1;
            write(round);
        }
        is_done.store(true, Ordering::Relaxed);
    });
    assert!(asked.load(Ordering::Relaxed) > 0);
    fixture.verify();
}

#[test]
fn a_disk_that_is_full_leaves_the_index_as_it_was() {
    // A device that is always full stands for the report; the index itself is tested beside its writer.
    let fixture = Fixture::new();
    fixture.put("a.txt", &letter(0, "It was tried."));
    fixture.update(&[]);
    fixture.put("b.txt", &letter(1, "It was tried."));
    if Path::new("/dev/full").exists() {
        let ran = fixture.update(&["--report", "/dev/full"]);
        assert_eq!(ran.status, 2, "{}", ran.stderr);
    }
    fixture.verify();
}
