//! x
fn main() {
    let a: Vec<String> = std::env::args().collect();
    if a[1] == "pdf-worker" {
        imr_ingest::serve_worker().unwrap();
    } else {
        let paths: Vec<std::path::PathBuf> = a[2..].iter().map(Into::into).collect();
        let d = imr_ingest::discover(&paths);
        for f in d.failures {
            eprintln!("{f}");
        }
        imr_ingest::Ingest::new(imr_ingest::WorkerCommand {
            program: std::env::current_exe().unwrap(),
            arguments: vec!["pdf-worker".into()],
        })
        .run(&d.files, |e| {
            match e {
                imr_ingest::Event::Letter(l) => println!("{}", serde_json::to_string(&l).unwrap()),
                imr_ingest::Event::Failed(f) => eprintln!("{f}"),
                _ => {}
            }
            std::ops::ControlFlow::Continue(())
        });
    }
}
