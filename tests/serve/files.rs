//! The files that letters were read from.

use std::fs;

use super::server::Server;
use crate::program::{Program, samples};

#[test]
fn files_are_sent_where_that_is_wanted_and_nothing_else_is() {
    let program = Program::new();
    let (letters, elsewhere) = (program.home().join("letters"), program.home().join("elsewhere"));
    for folder in [&letters, &elsewhere] {
        fs::create_dir_all(folder).unwrap();
    }
    let copy = |name: &str| fs::copy(samples().join(name), letters.join(name)).unwrap();
    copy("layout-2016.txt");
    copy("acoem-2018.txt");
    copy("plain-2015.pdf");
    fs::copy(samples().join("seed-xanax.txt"), elsewhere.join("secret.txt")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(elsewhere.join("secret.txt"), letters.join("link.txt")).unwrap();
    let place = letters.display().to_string();
    let closed = Server::start(&program, &["--letters", &place]);
    let url = |name: &str| {
        let letter = closed.json(&format!("/api/v1/letters/{name}"))["letters"][0].clone();
        format!("/files/{}", letter["digest"].as_str().unwrap())
    };
    let (sent, changed, linked) = (url("CM16-9000808"), url("CM18-9001212"), url("link"));
    let refused = closed.ask("GET", &sent, &[("Accept", "application/json")]);
    assert_eq!(refused.status, 404);
    assert!(refused.text().contains("--serve-files"), "{}", refused.text());
    let open = Server::start(&program, &["--letters", &place, "--serve-files"]);
    let file = open.get(&sent);
    assert_eq!(file.status, 200, "{}", file.text());
    assert_eq!(file.body, fs::read(letters.join("layout-2016.txt")).unwrap());
    for (name, want) in [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-disposition", "inline; filename*=UTF-8''layout-2016.txt"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(file.header(name), want);
    }
    let printed = open.get(&url("CM15-9001504"));
    assert_eq!((printed.status, printed.header("content-type")), (200, "application/pdf"));
    assert_eq!(printed.body, fs::read(letters.join("plain-2015.pdf")).unwrap());
    fs::write(letters.join("acoem-2018.txt"), "another text").unwrap();
    assert_eq!(open.get(&changed).status, 404, "it is not the file that was read");
    assert_eq!(open.get(&linked).status, 404, "the link leads out of the folder");
    for nothing in
        ["/files/..%2f..%2fetc%2fpasswd", "/files/%2Fetc%2Fpasswd", "/files/0123", "/files/", "/files/letters%00"]
    {
        assert_eq!(open.get(nothing).status, 404, "{nothing}");
    }
}
