//! Damaged and hostile letters: none brings a run down, each is accounted for, time and memory stay bounded.
//!
//! Some 200 files by default; 5,000 with `IMR_SEARCH_LONG_TESTS=1 cargo test --release --test integration damage`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{Program, Ran, samples};

/// The address space, in KiB, that the whole program may use: a worker has a limit of its own, half of this.
const ADDRESS_SPACE: u32 = 2 << 20;
/// Longer than any run of these files; a run that hangs ends here.
const DEADLINE: Duration = Duration::from_secs(300);

#[test]
fn damage_is_survived_and_accounted_for() {
    let program = Program::new();
    let folder = program.home().join("damaged");
    fs::create_dir(&folder).unwrap();
    let is_long = std::env::var_os("IMR_SEARCH_LONG_TESTS").is_some();
    write_mutants(&folder, if is_long { 5_000 } else { 200 });
    write_bombs(&folder);
    let files: BTreeSet<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();

    let ran = run_within_limits(&program, &["index", folder.to_str().unwrap()]);
    let summary = ran.stderr.lines().last().unwrap();
    assert!(ran.status == 2 && summary.starts_with("indexed "), "exit {}: {}", ran.status, ran.stderr);
    let failed: Vec<(&str, &str)> = ran.stderr.lines().filter_map(failure).collect();
    assert_eq!(failed.len(), count(summary, "failed"), "each is told: {}", ran.stderr);
    let letters = count(summary, "letter");
    assert_eq!(letters + count(summary, "duplicate") + failed.len(), files.len(), "{summary}");
    let names: BTreeSet<&str> = failed.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), failed.len(), "none is told twice");
    for (name, reason) in failed {
        assert!(files.contains(name) && !reason.is_empty(), "{name}: {reason}");
        assert!(!reason.contains("fault in imr-search"), "{name}: {reason}");
    }
    // Most of the text survives most damage, and every bomb is found out.
    assert!(letters > files.len() / 3, "{summary}");
    let survivors: Vec<&String> =
        files.iter().filter(|name| name.starts_with("bomb") && !names.contains(name.as_str())).collect();
    assert!(survivors.is_empty(), "{survivors:?}");
    // What was indexed can be searched.
    let found = program.run(&["query", "--count", ""]);
    assert!(found.stdout.trim().parse::<usize>().unwrap() > letters / 2, "{}", found.stdout);
}

/// The file and the reason, of a line that tells of a failure.
fn failure(line: &str) -> Option<(&str, &str)> {
    let (name, told) = line.strip_prefix("HOME/damaged/")?.split_once(' ')?;
    let is_indexed = told.starts_with("is indexed as whole text") || told.starts_with("fits its form in part");
    (!is_indexed).then_some((name, told))
}

/// The number before a word of the summary; 0 if it is not there.
fn count(summary: &str, word: &str) -> usize {
    let words: Vec<&str> = summary.split(' ').collect();
    let at = words.iter().position(|found| found.starts_with(word));
    at.map_or(0, |at| words[at - 1].replace(',', "").parse().unwrap())
}

/// Runs the program with little memory, and not without end.
fn run_within_limits(program: &Program, arguments: &[&str]) -> Ran {
    let unlimited = program.command(arguments);
    let errors = program.home().join("errors.txt");
    let mut limited = Command::new("sh")
        .args(["-c", &format!("ulimit -v {ADDRESS_SPACE}; exec \"$@\""), "sh"])
        .arg(unlimited.get_program())
        .args(unlimited.get_args())
        .current_dir(unlimited.get_current_dir().unwrap())
        .env_clear()
        .envs(unlimited.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let status = loop {
        if let Some(status) = limited.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > DEADLINE {
            limited.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let output = std::process::Output { status, stdout: Vec::new(), stderr: fs::read(errors).unwrap() };
    Ran::new(&output, program.home())
}

/// Writes damaged copies of the sample letters and PDFs, the same on each run.
fn write_mutants(folder: &Path, number: usize) {
    let mut sources: Vec<PathBuf> = fs::read_dir(samples())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt" || ending == "pdf"))
        .collect();
    sources.sort();
    let contents: Vec<Vec<u8>> = sources.iter().map(|path| fs::read(path).unwrap()).collect();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for index in 0..number {
        let source = index % sources.len();
        let mut content = contents[source].clone();
        for _ in 0..=random.below(3) {
            damage(&mut content, &mut random);
        }
        let ending = sources[source].extension().unwrap().to_str().unwrap();
        fs::write(folder.join(format!("{index:04}.{ending}")), content).unwrap();
    }
}

/// Xorshift: the same numbers everywhere, for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }

    fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }
}

/// Damages a file in one of the ways of broken disks, transfers and editors.
fn damage(content: &mut Vec<u8>, random: &mut Random) {
    let start = random.below(content.len());
    let end = (start + random.below(200)).min(content.len());
    match random.below(7) {
        0 => content.truncate(start),
        1 => (0..random.below(40)).for_each(|_| flip_bit(content, random)),
        2 => content[start..end].fill_with(|| random.byte()),
        3 => content[start..end].fill(b'0' + random.below(10) as u8),
        4 => drop(content.drain(start..end)),
        5 => {
            let copied = content[start..end].to_vec();
            let to = random.below(content.len());
            content.splice(to..to, copied);
        }
        _ => content.splice(start..start, (0..random.below(100)).map(|_| random.byte())).for_each(drop),
    }
}

fn flip_bit(content: &mut [u8], random: &mut Random) {
    let at = random.below(content.len());
    if let Some(byte) = content.get_mut(at) {
        *byte ^= 1 << random.below(8);
    }
}

/// Writes PDFs that bring their reader down: by memory, by the depth of the stack, by loops.
fn write_bombs(folder: &Path) {
    let nested = "[".repeat(200_000);
    let draws_itself =
        stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>", b"/X Do");
    let page_of = |entries: &str, more: &[Vec<u8>]| {
        let page = format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {entries} >>").into_bytes();
        pdf(&[&[b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_vec(), page][..], more].concat())
    };
    for (name, bomb) in [
        ("unpacks", page_of("/Contents 4 0 R", &[stream("/Filter /FlateDecode", &two_gigabytes_of_zeros())])),
        ("nested-content", page_of("/Contents 4 0 R", &[stream("", nested.as_bytes())])),
        ("nested-object", page_of("/Contents 4 0 R", &[nested.clone().into_bytes()])),
        (
            "draws-itself",
            page_of(
                "/Contents 4 0 R /Resources << /XObject << /X 6 0 R >> >>",
                &[stream("", b"/X Do"), b"null".to_vec(), draws_itself],
            ),
        ),
        ("no-end-of-pages", pdf(&[b"<< /Type /Pages /Count 1 /Kids [2 0 R 2 0 R] /Parent 2 0 R >>".to_vec()])),
    ] {
        fs::write(folder.join(format!("bomb-{name}.pdf")), bomb).unwrap();
    }
}

/// A PDF of these objects, numbered from 2 on; 2 is the tree of its pages.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut places = String::new();
    let catalog = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    for (index, object) in [catalog].iter().chain(objects).enumerate() {
        places.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.extend([format!("{} 0 obj\n", index + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let (count, table) = (objects.len() + 2, pdf.len());
    let end = format!(
        "xref\n0 {count}\n0000000000 65535 f \n{places}trailer << /Root 1 0 R /Size {count} >>\nstartxref\n{table}\n%%EOF\n"
    );
    pdf.extend(end.into_bytes());
    pdf
}

fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    [format!("<< {entries} /Length {} >>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat()
}

/// Zeros as zlib packs them (RFC 1950, 1951), 159 bytes in one: a literal zero, then `the 258 bytes from 1 back` without
/// end, in the fixed code.
fn two_gigabytes_of_zeros() -> Vec<u8> {
    const LAST_BLOCK_IN_FIXED_CODE: &str = "110";
    const ZERO: &str = "00110000";
    const REPEAT: &str = "1100010100000";
    // Eight repeats fill 13 bytes, so that the bytes repeat as the bits do.
    let bits = format!("{LAST_BLOCK_IN_FIXED_CODE}{ZERO}{}", REPEAT.repeat(16));
    let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
    let bytes: Vec<u8> = bits.as_bytes().chunks(8).map(byte).collect();
    [&[0x78, 0x01], &bytes[..2], &bytes[2..15].repeat((2 << 30) / (8 * 258))].concat()
}
