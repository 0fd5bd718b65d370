//! What the writer keeps, and what it forgets.

use super::*;

fn letter(source: &str) -> Letter {
    Letter { digest: format!("digest of {source}"), ..Letter::new(source, format!("/{source}.txt")) }
}

/// Puts a file with some letters into an index.
fn put(writer: &mut IndexWriter, file: &str, letters: &[&str]) -> Vec<Added> {
    let added = letters.iter().map(|name| {
        let letter = Letter { source_file: format!("{file}!{name}"), ..letter(name) };
        writer.add(&NewLetter { letter: &letter, text: name, identity: name, file }).unwrap()
    });
    let added = added.collect();
    writer.end_file(record(file)).unwrap();
    added
}

fn record(file: &str) -> FileRecord {
    FileRecord { path: file.to_owned(), digest: Some("d".to_owned()), bytes: 1, ..FileRecord::default() }
}

fn open(path: &Path) -> IndexWriter {
    IndexWriter::open(path, WRITER_MEMORY).unwrap()
}

/// The letters of an index, with their places; checks that the totals are right.
fn places(path: &Path) -> Vec<String> {
    let index = crate::IndexReader::open(path).unwrap();
    let mut places: Vec<String> =
        index.letters("layout", "unknown").unwrap().into_iter().map(|letter| letter.source_file).collect();
    places.sort();
    assert_eq!(index.manifest().totals.letters, places.len() as u64);
    places
}

#[test]
fn there_is_one_writer_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let writer = open(folder.path());
    assert!(matches!(IndexWriter::open(folder.path(), WRITER_MEMORY), Err(IndexError::Locked { .. })));
    drop(writer);
    open(folder.path());
}

#[test]
fn what_is_not_committed_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    put(&mut writer, "/a", &["a"]);
    writer.finish().unwrap();
    let mut writer = IndexWriter::rebuild(folder.path(), WRITER_MEMORY).unwrap();
    put(&mut writer, "/b", &["b"]);
    writer.commit().unwrap();
    assert_eq!(places(folder.path()), ["/a!a"], "a rebuild shows when it is whole");
    drop(writer);
    assert_eq!(places(folder.path()), ["/a!a"], "a rebuild that was given up leaves the index as it was");
    let mut writer = IndexWriter::rebuild(folder.path(), WRITER_MEMORY).unwrap();
    put(&mut writer, "/b", &["b"]);
    writer.finish().unwrap();
    assert_eq!(places(folder.path()), ["/b!b"]);
}

#[test]
fn a_rebuild_clears_a_damaged_index_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).finish().unwrap();
    std::fs::write(folder.path().join("CURRENT"), "{").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert!(matches!(IndexWriter::open(folder.path(), WRITER_MEMORY), Err(IndexError::Damaged { .. })));
    let mut writer = IndexWriter::rebuild(folder.path(), WRITER_MEMORY).unwrap();
    put(&mut writer, "/a", &["a"]);
    writer.finish().unwrap();
    assert_eq!(places(folder.path()), ["/a!a"]);
    assert_eq!(std::fs::read_to_string(folder.path().join("notes.txt")).unwrap(), "mine");
}

#[test]
fn a_letter_is_stored_once_with_all_its_places() {
    use Added::{Duplicate, Indexed, Unchanged};
    let folder = tempfile::tempdir().unwrap();
    for commits in [false, true] {
        let path = folder.path().join(commits.to_string());
        let commit = |writer: &mut IndexWriter| {
            if commits {
                writer.commit().unwrap();
            }
        };
        let mut writer = open(&path);
        assert_eq!(put(&mut writer, "/1", &["a", "b", "a"]), [Indexed, Indexed, Duplicate]);
        commit(&mut writer);
        assert_eq!(put(&mut writer, "/2", &["b", "c"]), [Duplicate, Indexed]);
        assert_eq!(writer.finish().unwrap().totals.duplicates, 2);
        assert_eq!(places(&path), ["/1!a", "/1!b", "/2!c"]);

        let mut writer = open(&path);
        assert_eq!(put(&mut writer, "/1", &["a"]), [Unchanged]);
        commit(&mut writer);
        let totals = writer.finish().unwrap().totals;
        assert_eq!((totals.duplicates, totals.files), (0, 2));
        assert_eq!(places(&path), ["/1!a", "/2!b", "/2!c"], "a letter moves to the file that still has it");

        let mut writer = open(&path);
        assert_eq!(put(&mut writer, "/2", &["a"]), [Duplicate]);
        commit(&mut writer);
        let known = writer.known_files();
        assert!(known.find("/2").is_some() && known.find("/3").is_none());
        assert_eq!(writer.not_found().unwrap(), ["/1"]);
        writer.finish().unwrap();
        assert_eq!(places(&path), ["/1!a"]);

        let mut writer = open(&path);
        writer.remove_files(&["/1".to_owned()]).unwrap();
        commit(&mut writer);
        let totals = writer.finish().unwrap().totals;
        assert_eq!((totals.files, totals.duplicates, totals.letters), (1, 0, 1));
        assert_eq!(places(&path), ["/2!a"]);

        let mut writer = open(&path);
        writer.remove_files(&["/1".to_owned(), "/2".to_owned()]).unwrap();
        assert_eq!(writer.finish().unwrap().totals, crate::Totals::default());
        assert!(places(&path).is_empty());
    }
}

#[test]
fn letters_that_move_twice_in_one_interval() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    put(&mut writer, "/1", &["a"]);
    put(&mut writer, "/2", &["a"]);
    put(&mut writer, "/3", &["a"]);
    writer.finish().unwrap();
    let mut writer = open(folder.path());
    put(&mut writer, "/1", &["b"]);
    put(&mut writer, "/2", &["c"]);
    writer.finish().unwrap();
    assert_eq!(places(folder.path()), ["/1!b", "/2!c", "/3!a"]);
}

/// The engine hands removals to a segment that is added later, whenever it has not read them yet: what is removed and added
/// again between two commits must be there all the same.
#[test]
fn letters_that_are_removed_and_added_again_in_one_interval_are_there() {
    let names: Vec<String> = (0..50).map(|number| format!("l{number}")).collect();
    let letters: Vec<&str> = names.iter().map(String::as_str).collect();
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    put(&mut writer, "/1", &letters);
    put(&mut writer, "/2", &letters);
    writer.finish().unwrap();
    let mut writer = open(folder.path());
    put(&mut writer, "/1", &["other"]);
    writer.finish().unwrap();
    let there = places(folder.path());
    assert_eq!(there.len(), letters.len() + 1);
    assert!(there.iter().all(|place| place.starts_with("/2!") || place == "/1!other"), "{there:?}");
    let mut writer = open(folder.path());
    put(&mut writer, "/2", &[]);
    put(&mut writer, "/3", &letters);
    writer.finish().unwrap();
    let there = places(folder.path());
    assert_eq!(there.iter().filter(|place| place.starts_with("/3!")).count(), letters.len(), "{there:?}");
}

#[test]
fn a_changed_file_is_amid_change_until_its_end() {
    let folder = tempfile::tempdir().unwrap();
    for (name, is_change) in [("a", false), ("b", true)] {
        let mut writer = open(folder.path());
        let new = letter(name);
        writer.add(&NewLetter { letter: &new, text: name, identity: name, file: "/1" }).unwrap();
        assert_eq!(writer.is_amid_change(), is_change, "{name}");
        writer.end_file(record("/1")).unwrap();
        assert!(!writer.is_amid_change());
        writer.finish().unwrap();
    }
}

#[test]
fn a_file_that_was_committed_in_part_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    for name in ["a", "b"] {
        let new = letter(name);
        writer.add(&NewLetter { letter: &new, text: name, identity: name, file: "/1" }).unwrap();
        writer.commit().unwrap();
    }
    drop(writer);
    let mut writer = open(folder.path());
    let known = writer.known_files();
    assert_eq!(known.find("/1").map(|file| file.modified), Some(0));
    let added = put(&mut writer, "/1", &["a", "c"]);
    assert_eq!(added, [Added::Indexed, Added::Indexed], "the places are others");
    writer.finish().unwrap();
    assert_eq!(places(folder.path()), ["/1!a", "/1!c"]);
}

#[test]
fn letters_are_there_however_small_the_segments() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (10..50).map(|number| number.to_string()).collect();
    let mut writer = IndexWriter::open(folder.path(), 0).unwrap();
    for some in names.chunks(20) {
        let some: Vec<&str> = some.iter().map(String::as_str).collect();
        put(&mut writer, &format!("/{}", some[0]), &some);
        writer.commit().unwrap();
    }
    assert!(writer.searcher.segment_readers().len() > 1);
    writer.finish().unwrap();
    let want: Vec<String> =
        names.iter().map(|name| format!("/{}!{name}", if name < &names[20] { "10" } else { "30" })).collect();
    assert_eq!(places(folder.path()), want);
}
