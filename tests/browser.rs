//! The pages in a real browser: `browser/run.sh` drives Chromium over a server of the sample letters.

use std::env;
use std::fs::{self, File};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program::root;

/// Longer than all of it takes where everything is to be installed first.
const LIMIT: Duration = Duration::from_secs(600);
/// The status by which the script says that something is missing.
const MISSING: i32 = 3;

/// Where a browser, Node or the registry of packages is missing this only says so. With `IMR_SEARCH_BROWSER=skip` it is left
/// out: `ci/check.sh` runs the script by itself.
#[test]
#[expect(clippy::print_stderr, reason = "a test that is left out says so")]
fn pages_do_in_a_browser_what_people_expect() {
    if env::var("IMR_SEARCH_BROWSER").is_ok_and(|value| value == "skip") {
        return;
    }
    let told = root().join("target/browser/log.txt");
    fs::create_dir_all(told.parent().unwrap()).unwrap();
    let status = run(&File::create(&told).unwrap());
    let told = fs::read_to_string(told).unwrap();
    if status.code() == Some(MISSING) {
        eprintln!("not tested in a browser: {}", told.lines().last().unwrap_or_default());
        return;
    }
    assert!(status.success(), "{status}\n{told}");
}

/// Runs the script, which writes what it tells into a file.
fn run(told: &File) -> ExitStatus {
    let mut command = Command::new(root().join("tests/browser/run.sh"));
    command.arg(env!("CARGO_BIN_EXE_imr-search")).stdin(Stdio::null());
    command.stdout(told.try_clone().unwrap()).stderr(told.try_clone().unwrap());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut script = command.spawn().unwrap();
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(status) = script.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > end {
            stop(&mut script);
            panic!("not done in {LIMIT:?}: see target/browser/log.txt");
        }
        sleep(Duration::from_millis(50));
    }
}

/// Ends the script with all that it runs.
fn stop(script: &mut Child) {
    #[cfg(unix)]
    let _ =
        rustix::process::kill_process_group(rustix::process::Pid::from_child(script), rustix::process::Signal::TERM);
    #[cfg(not(unix))]
    let _ = script.kill();
    let _ = script.wait();
}
