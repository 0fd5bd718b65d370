//! Every sample letter against its golden file.

use std::collections::BTreeSet;
use std::fs;

use expect_test::expect_file;
use imr_model::Letter;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::program::{Program, root};

#[test]
fn sample_letters_are_segmented_as_their_golden_files_say() {
    let ran = Program::new().run(&["segment", "letters"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let letters: Vec<Letter> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let golden = root().join("corpus-samples/golden");
    let mut names: BTreeSet<String> = BTreeSet::new();
    for letter in &letters {
        let name = format!("{}.json", letter.source);
        let printed = serde_json::to_string_pretty(letter).unwrap() + "\n";
        expect_file![golden.join(&name)].assert_eq(&printed);
        assert!(names.insert(name.clone()), "two letters are called {name}");
    }
    let kept: BTreeSet<String> =
        fs::read_dir(golden).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(kept, names, "each golden file has its letter");
}

#[test]
fn the_manifests_list_every_file() {
    for (folder, manifest) in
        [("corpus-samples/letters", "corpus-samples/manifest.tsv"), ("tests/bad", "tests/bad/manifest.tsv")]
    {
        let manifest = fs::read_to_string(root().join(manifest)).unwrap();
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if name == "README.md" || name == "manifest.tsv" {
                continue;
            }
            let digest: String =
                Sha256::digest(fs::read(&path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(manifest.contains(&format!("{name}\t{digest}\t")), "{folder}/{name} with digest {digest}");
        }
    }
}

#[test]
fn samples_cover_every_layout() {
    let letters = Program::new().run(&["segment", "letters"]).json_lines();
    let layouts: BTreeSet<&str> = letters.iter().map(|letter| letter["layout"].as_str().unwrap()).collect();
    let all = ["determination-2014", "final-determination", "notice-2013", "professional-review", "unknown"];
    assert_eq!(layouts, BTreeSet::from(all));
}

#[test]
fn the_same_text_gives_the_same_letter_from_every_kind_of_file() {
    let program = Program::new();
    let text = fs::read_to_string(root().join("corpus-samples/letters/seed-xanax.txt")).unwrap();
    let mark = "\u{feff}";
    let utf_16: Vec<u8> = format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let record = serde_json::json!({"id": "seed-xanax", "text": text}).to_string();
    for (name, content) in [
        ("plain.txt", text.clone().into_bytes()),
        ("marked.txt", format!("{mark}{text}").into_bytes()),
        ("utf-16.txt", utf_16),
        ("no-ending", text.clone().into_bytes()),
        ("record.jsonl", record.into_bytes()),
        ("carriage-returns.txt", text.replace('\n', "\r\n").into_bytes()),
    ] {
        let path = program.home().join(name);
        fs::write(&path, content).unwrap();
        let letters = program.run(&["segment", path.to_str().unwrap()]).json_lines();
        let golden: Value =
            serde_json::from_str(&fs::read_to_string(root().join("corpus-samples/golden/seed-xanax.json")).unwrap())
                .unwrap();
        assert_eq!(letters[0]["decisions"], golden["decisions"], "case: {name}");
        assert_eq!(letters[0]["clinical_summary"], golden["clinical_summary"], "case: {name}");
    }
}

#[test]
fn outline_for_reading() {
    let ran = Program::new().run(&["segment", "--format", "text", "letters/seed-xanax.txt"]);
    assert_eq!(ran.status, 0);
    for line in ["seed-xanax#1  upheld  ", "  rationale     ", "  licensed in   "] {
        assert!(ran.stdout.contains(line), "{line:?} in {}", ran.stdout);
    }
}
