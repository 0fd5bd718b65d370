//! Settings: which source counts, and what is told of a wrong one.

use std::fs;
use std::path::PathBuf;

use expect_test::expect;

use crate::program::{Program, Ran};

/// Writes a configuration file into its usual place.
fn configure(program: &Program, text: &str) -> PathBuf {
    let folder = program.home().join(".config/imr-search");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("config.toml");
    fs::write(&file, text).unwrap();
    file
}

fn run(program: &Program, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let output = program.command(arguments).envs(variables.iter().copied()).output().unwrap();
    Ran::new(&output, program.home())
}

fn hits(program: &Program, arguments: &[&str], variables: &[(&str, &str)]) -> usize {
    let arguments = [&["query", "--letters", "letters", "--ids", "pain"], arguments].concat();
    run(program, &arguments, variables).stdout.lines().count()
}

#[test]
fn a_flag_comes_before_the_environment_before_the_file() {
    let program = Program::new();
    assert_eq!(hits(&program, &[], &[]), 10);
    configure(&program, "limit = 3\n");
    assert_eq!(hits(&program, &[], &[]), 3);
    assert_eq!(hits(&program, &[], &[("IMR_SEARCH_LIMIT", "4")]), 4);
    assert_eq!(hits(&program, &["-n", "5"], &[("IMR_SEARCH_LIMIT", "4")]), 5);
    assert_eq!(hits(&program, &[], &[("IMR_SEARCH_LIMIT", "")]), 3, "an empty variable is none");
    assert_eq!(hits(&program, &["--no-config"], &[]), 10);
    let other = program.home().join("other.toml");
    fs::write(&other, "limit = 6\n").unwrap();
    let other = other.to_str().unwrap();
    assert_eq!(hits(&program, &[], &[("IMR_SEARCH_CONFIG", other)]), 6);
    assert_eq!(hits(&program, &["--config", other], &[("IMR_SEARCH_CONFIG", "nowhere")]), 6);
}

#[test]
fn every_key_does_something() {
    let program = Program::new();
    let query = |config: &str, arguments: &[&str]| {
        configure(&program, config);
        let ran = run(&program, &[&["query", "--letters", "letters"], arguments].concat(), &[]);
        assert!(ran.status < 2, "{config}: {}", ran.stderr);
        ran
    };
    assert!(query("format = \"csv\"", &["xanax"]).stdout.starts_with("id,case_number,"));
    assert!(query("color = \"always\"", &["xanax"]).stdout.contains('\u{1b}'));
    assert!(!query("color = \"always\"", &["xanax", "--color", "never"]).stdout.contains('\u{1b}'));
    assert!(query("group = \"letter\"", &["case:CM14-9000202"]).stdout.contains("\n  #2  "));
    assert!(!query("group = \"letter\"", &["case:CM14-9000202", "--group", "none"]).stdout.contains("\n  #2  "));
    assert!(query("wide = true", &["xanax"]).stdout.lines().any(|line| line.len() > 120));
    assert!(!query("wide = true", &["xanax", "--wide=false"]).stdout.lines().any(|line| line.len() > 120));
    assert!(query("literal = true", &["denied xanax"]).stderr.contains("understood as: denied xanax"));
    assert!(
        !query("literal = true", &["denied xanax", "--literal=false"]).stderr.contains("understood as: denied xanax")
    );
    assert!(query("collapse = true", &["xanax", "--format", "jsonl"]).stdout.contains("\"folded\":"));
    let sorted = query("sort = \"date\"", &["--ids", "--all", "date:*"]).stdout;
    assert_eq!(sorted, query("", &["--ids", "--all", "--sort", "date", "date:*"]).stdout);
    assert_ne!(sorted, query("", &["--ids", "--all", "--sort", "-date", "date:*"]).stdout);
}

#[test]
fn letters_and_index_are_one_choice() {
    let program = Program::new();
    let letters = program.home().join("imr");
    fs::create_dir(&letters).unwrap();
    fs::copy(crate::program::samples().join("seed-xanax.txt"), letters.join("mine.txt")).unwrap();
    let ids = |arguments: &[&str], variables: &[(&str, &str)]| {
        run(&program, &[&["query", "--ids", "drug:*", "-n", "1"], arguments].concat(), variables)
    };
    // Relative paths count from the folder of the file, not from where the program runs; `~` is the home.
    for config in ["letters = [\"~/imr\"]\n", "letters = \"../../imr\"\n"] {
        configure(&program, config);
        assert_eq!(ids(&[], &[]).stdout, "mine#1\n", "{config}");
    }
    let index = program.home().join("index").display().to_string();
    program.run(&["index", "letters/utf-16.txt", "--index", &index]);
    assert_eq!(ids(&["--index", &index], &[]).stdout, "utf-16#1\n", "a flag is stronger than letters of the file");
    assert_eq!(ids(&[], &[("IMR_SEARCH_INDEX", &index)]).stdout, "utf-16#1\n");
    let letters = letters.display().to_string();
    assert_eq!(ids(&["--letters", &letters], &[("IMR_SEARCH_INDEX", &index)]).stdout, "mine#1\n");
    assert_eq!(ids(&["--no-config"], &[("IMR_SEARCH_LETTERS", &letters)]).stdout, "mine#1\n");
    configure(&program, &format!("index = {index:?}\n"));
    assert_eq!(ids(&[], &[]).stdout, "utf-16#1\n");
    assert_eq!(program.run(&["show", "utf-16", "--section", "treatment"]).status, 0, "so for every command");
}

/// Columns with two blanks between them: their widths depend on the name of the home.
fn narrowed(ran: &Ran) -> String {
    let cells =
        |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("  ");
    ran.stdout.lines().map(|line| cells(line) + "\n").collect()
}

#[test]
fn config_show_tells_where_values_come_from() {
    let program = Program::new();
    let plain = program.run(&["config", "show"]);
    expect![[r#"
        index  HOME/data/imr-search/index  default
        letters  default
        limit  10  default
        format  text  default
        sort  score  default
        color  auto  default
        pager  less -FRX  default
        wide  false  default
        group  none  default
        collapse  false  default
        literal  false  default
    "#]]
    .assert_eq(&narrowed(&plain));
    configure(&program, "letters = [\"~/imr\", \"/srv/imr\"]\nlimit = 20\nwide = true\n");
    let variables = [("IMR_SEARCH_FORMAT", "jsonl"), ("IMR_SEARCH_LIMIT", "30"), ("PAGER", "most")];
    let ran = run(&program, &["config", "show", "--color", "never", "--index", "here"], &variables);
    expect![[r#"
        index  here  flag
        letters  HOME/imr; /srv/imr  HOME/.config/imr-search/config.toml
        limit  30  environment IMR_SEARCH_LIMIT
        format  jsonl  environment IMR_SEARCH_FORMAT
        sort  score  default
        color  never  flag
        pager  most  environment PAGER
        wide  true  HOME/.config/imr-search/config.toml
        group  none  default
        collapse  false  default
        literal  false  default
    "#]]
    .assert_eq(&narrowed(&ran));
    let json = run(&program, &["config", "show", "--format", "json", "--no-pager"], &variables);
    expect![[r#"
        {"key":"index","value":"HOME/data/imr-search/index","source":"default"}
        {"key":"letters","value":"HOME/imr; /srv/imr","source":"HOME/.config/imr-search/config.toml"}
        {"key":"limit","value":"30","source":"environment IMR_SEARCH_LIMIT"}
        {"key":"format","value":"jsonl","source":"environment IMR_SEARCH_FORMAT"}
        {"key":"sort","value":"score","source":"default"}
        {"key":"color","value":"auto","source":"default"}
        {"key":"pager","value":"none","source":"flag"}
        {"key":"wide","value":"true","source":"HOME/.config/imr-search/config.toml"}
        {"key":"group","value":"none","source":"default"}
        {"key":"collapse","value":"false","source":"default"}
        {"key":"literal","value":"false","source":"default"}
    "#]]
    .assert_eq(&json.stdout);
    assert_eq!(program.run(&["config", "path"]).stdout, "HOME/.config/imr-search/config.toml\n");
    let named = run(&program, &["config", "path"], &[("IMR_SEARCH_CONFIG", "/etc/imr.toml")]);
    assert_eq!(named.stdout, "/etc/imr.toml\n");
}

#[test]
fn every_key_is_documented() {
    let program = Program::new();
    let help = program.run(&["config", "--help"]).stdout;
    for line in program.run(&["config", "show"]).stdout.lines() {
        let key = line.split_whitespace().next().unwrap();
        assert!(help.contains(&format!("  {key} ")), "{key}: {help}");
        assert!(help.contains(&format!("IMR_SEARCH_{}", key.to_uppercase())), "{key}: {help}");
    }
}

#[test]
fn faults() {
    let program = Program::new();
    let mut report = String::new();
    for config in [
        "limt = 20\n",
        "\n# Mine\nzebra = 1\n",
        "limit = \"many\"\n",
        "limit = -1\n",
        "limit = 10\nlimit = 20\n",
        "sort = \"newest\"\n",
        "wide = 3.5\n",
        "letters = [1, [2]]\n",
        "index = [\"a\", \"b\"]\n",
        "letters = [\n",
        "[query]\nlimit = 3\n",
    ] {
        configure(&program, config);
        let ran = program.run(&["config", "show"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{config}");
        report += &ran.stderr;
    }
    configure(&program, "");
    for (variable, value) in [
        ("IMR_SEARCH_LIMIT", "many"),
        ("IMR_SEARCH_FORMAT", "xml"),
        ("IMR_SEARCH_WIDE", "maybe"),
        ("IMR_SEARCH_CONFIG", "nowhere.toml"),
    ] {
        let ran = run(&program, &["query", "--letters", "letters", "pain"], &[(variable, value)]);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{variable}");
        report += &ran.stderr;
    }
    let wrong = configure(&program, "limit = \"many\"\n");
    let path = program.run(&["config", "path"]);
    assert_eq!(path.status, 0, "the path of a wrong file can be asked: {}", path.stderr);
    fs::remove_file(wrong).unwrap();
    expect![[r#"
        imr-search: HOME/.config/imr-search/config.toml:1: unknown key `limt`; did you mean `limit`?
        imr-search: HOME/.config/imr-search/config.toml:3: unknown key `zebra`; known are index, letters, limit, format, sort, color, pager, wide, group, collapse, literal
        imr-search: HOME/.config/imr-search/config.toml:1: `limit` is `many`; expected a number
        imr-search: HOME/.config/imr-search/config.toml:1: `limit` is `-1`; expected a number
        imr-search: HOME/.config/imr-search/config.toml:2: duplicate key; a setting is a line `key = value`
        imr-search: HOME/.config/imr-search/config.toml:1: `sort` is `newest`; expected one of score, -date, date, case
        imr-search: HOME/.config/imr-search/config.toml:1: `wide` is `3.5`; expected true or false
        imr-search: HOME/.config/imr-search/config.toml:1: `letters` is `[1, [2]]`; expected a list of paths
        imr-search: HOME/.config/imr-search/config.toml:1: `index` is `["a", "b"]`; expected the path of a folder
        imr-search: HOME/.config/imr-search/config.toml:1: unclosed array, expected `]`; a setting is a line `key = value`
        imr-search: HOME/.config/imr-search/config.toml:1: unknown key `query`; known are index, letters, limit, format, sort, color, pager, wide, group, collapse, literal
        imr-search: environment variable IMR_SEARCH_LIMIT is `many`; expected a number
        imr-search: environment variable IMR_SEARCH_FORMAT is `xml`; expected one of text, json, jsonl, csv, tsv, md
        imr-search: environment variable IMR_SEARCH_WIDE is `maybe`; expected true or false
        imr-search: nowhere.toml cannot be read: No such file or directory (os error 2); name another configuration file with --config or IMR_SEARCH_CONFIG, or use --no-config
    "#]].assert_eq(&report);
}
