//! Runs the built program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The folder of sample letters.
pub(crate) fn samples() -> PathBuf {
    root().join("corpus-samples/letters")
}

/// A home of its own for the program: no test sees an index of another, or one of yours.
pub(crate) struct Program {
    home: TempDir,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    /// A folder that goes when the test ends.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The program with its arguments, run in the folder `corpus-samples`.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_imr-search"));
        command
            .args(arguments)
            .current_dir(root().join("corpus-samples"))
            .env_clear()
            .env("HOME", self.home())
            .env("XDG_DATA_HOME", self.home().join("data"))
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .stdin(Stdio::null());
        command
    }

    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::new(&self.command(arguments).output().unwrap(), self.home())
    }

    /// Runs the program on the sample letters, indexed in this home.
    #[track_caller]
    pub(crate) fn query(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["query", "--letters", "letters"], arguments].concat())
    }
}

/// What a run printed. The home is `HOME` in it, paths of samples count from their folder, and times are `N.N s`.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn new(output: &Output, home: &Path) -> Self {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec())
                .unwrap()
                .replace(&home.display().to_string(), "HOME")
                .replace(&format!("{}/corpus-samples/", root().display()), "")
                .replace(&format!("{}/tests/", root().display()), "")
                .replace("../tests/", "");
            without_times(&text)
        };
        Self { status: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Everything, for comparing with an expected text.
    pub(crate) fn all(&self) -> String {
        format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.status, self.stdout, self.stderr)
    }

    /// Everything but what is told of indexing, which comes first when a test asks the samples for the first time.
    pub(crate) fn all_but_indexing(&self) -> String {
        let is_of_indexing = |line: &&str| line.starts_with("letters/") || line.starts_with("indexed ");
        let stderr: String =
            self.stderr.lines().filter(|line| !is_of_indexing(line)).map(|line| line.to_owned() + "\n").collect();
        format!("exit {}\n--- stdout\n{}--- stderr\n{stderr}", self.status, self.stdout)
    }

    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        assert!(self.status < 2, "{}", self.stderr);
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The ids of hits printed as JSON lines.
    #[track_caller]
    pub(crate) fn ids(&self) -> Vec<String> {
        self.json_lines().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// `in 0.3 s` as `in N.N s`.
fn without_times(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_time = |index: usize| {
        words.get(index + 1).is_some_and(|next| next.starts_with('s'))
            && words[index].parse::<f64>().is_ok()
            && words[index].contains('.')
    };
    let words: Vec<&str> =
        words.iter().enumerate().map(|(index, word)| if is_time(index) { "N.N" } else { word }).collect();
    words.join(" ")
}

/// A terminal of 24 lines, with the program writing to it.
#[cfg(unix)]
pub(crate) mod terminal {
    use std::fs::File;
    use std::io::Read;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, tcsetwinsize};

    use super::*;

    /// What stands on the terminal when the program has ended.
    pub(crate) fn seen(program: &Program, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&near).unwrap();
        unlockpt(&near).unwrap();
        tcsetwinsize(&near, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let path = ptsname(&near, Vec::new()).unwrap().into_string().unwrap();
        let far = File::options().read(true).write(true).open(path).unwrap();
        let mut command = program.command(arguments);
        command.env("PATH", "/usr/bin:/bin").envs(variables.iter().copied()).stdout(far).stderr(Stdio::null());
        let mut running = command.spawn().unwrap();
        drop(command);
        let mut text = Vec::new();
        // A terminal whose other end is closed gives an error, not an end.
        let _ = File::from(near).read_to_end(&mut text);
        running.wait().unwrap();
        String::from_utf8(text).unwrap().replace("\r\n", "\n")
    }
}
