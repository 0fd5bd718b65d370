//! Pages as people and browsers meet them, without script.

use std::collections::BTreeSet;

use super::server::Server;
use crate::program::Program;

/// A page of each kind.
const PAGES: [&str; 16] = [
    "/",
    "/search?q=upheld+benzodiazepine+decisions",
    "/search?q=class:opioids+date:2014..2018&group=letter&collapse=true&explain=true&limit=2",
    "/search?q=overturned+xanax+citing+page+24",
    "/search?q=unsegmented:*",
    "/search?q=outcom:upheld",
    "/facets?facet=guideline/edition/section&q=norco",
    "/stats?by=category&over=year&min_n=2",
    "/stats?by=class,laterality&over=quarter",
    "/letters/CM16-9000808?q=norco",
    "/decisions/CM16-9000808%232?q=norco&at=1",
    "/similar/CM15-9001504%233",
    "/counter/CM15-9001504%233",
    "/cites/chronic%20pain/24",
    "/cites",
    "/help",
];

/// What stands between two texts in a page, each time.
fn between<'p>(page: &'p str, from: &'p str, to: &'p str) -> impl Iterator<Item = &'p str> {
    page.split(from).skip(1).filter_map(move |rest| Some(rest.split_once(to)?.0))
}

fn server(program: &Program) -> Server {
    Server::start(program, &["--letters", "letters", "--rate", "0"])
}

#[test]
fn every_page_has_its_landmarks_and_nothing_inline() {
    let program = Program::new();
    let server = server(&program);
    for target in PAGES {
        let page = server.get(target).text();
        for (part, want) in
            [("<h1", 1), ("<main", 1), (" · imr-search</title>", 1), ("<html lang=\"en\">", 1), ("href=\"#main\"", 1)]
        {
            assert_eq!(page.matches(part).count(), want, "{part} in {target}: {page}");
        }
        assert!(
            !page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick="),
            "{target}: {page}"
        );
        for script in between(&page, "<script", "</script>") {
            assert!(script.ends_with(" defer>"), "{target}: <script{script}");
        }
        let ids: Vec<&str> = between(&page, " id=\"", "\"").collect();
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "ids of {target} are unique: {ids:?}");
        for label in between(&page, "<label for=\"", "\"").chain(between(&page, "labelledby=\"", "\"")) {
            assert!(ids.contains(&label), "`{label}` is an id in {target}");
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let program = Program::new();
    let server = server(&program);
    let mut links: BTreeSet<String> = BTreeSet::new();
    for target in PAGES {
        let page = server.get(target).text();
        let found = between(&page, " href=\"/", "\"").chain(between(&page, " src=\"/", "\""));
        links.extend(found.map(|link| format!("/{}", link.replace("&amp;", "&"))));
    }
    assert!(links.len() > 200, "there are links: {links:?}");
    for link in links {
        let status = server.get(link.split('#').next().unwrap_or_default()).status;
        assert!((200..400).contains(&status), "{link}: {status}");
    }
}

#[test]
fn the_first_page_is_light() {
    let program = Program::new();
    let server = server(&program);
    for target in ["/", "/search?q=upheld+opioids"] {
        let page = server.get(target).text();
        let assets: BTreeSet<&str> = between(&page, "\"/assets/", "\"").collect();
        assert_eq!(assets.len(), 3, "style, script and icon: {assets:?}");
        let of_assets: usize = assets.iter().map(|asset| server.get(&format!("/assets/{asset}")).body.len()).sum();
        assert!(page.len() + of_assets < 100_000, "{target}: {} + {of_assets} bytes", page.len());
    }
}

#[test]
fn days_of_a_form_become_a_condition() {
    let program = Program::new();
    let server = server(&program);
    for (form, want) in [
        ("q=xanax&from=2016-01-01&to=2017-12-31", "/search?q=drug%3Axanax+date%3A2016-01-01..2017-12-31"),
        ("q=mri+date%3A2015&from=&to=2017-12-31", "/search?q=procedure%3AMRI+date%3A%3C%3D2017-12-31"),
    ] {
        let answer = server.get(&format!("/search?{form}"));
        assert_eq!((answer.status, answer.header("location")), (303, want), "case: {form}");
    }
}
