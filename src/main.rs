//! The `mainstay` command: parse, run, exit code.

fn main() {
    let path = std::env::args().nth(1).unwrap_or(".".into());
    let ws = mainstay::workspace::Workspace::find(path.as_ref()).expect("for now");
    if std::env::args().nth(2).as_deref() == Some("schema") {
        println!(
            "{}",
            serde_json::to_string_pretty(&schemars::schema_for!(mainstay::model::Document))
                .expect("for now")
        );
        return;
    }
    let loaded = mainstay::load::load(ws.files());
    let located = loaded
        .sources
        .locate(loaded.findings.iter().filter_map(|f| f.place.as_ref()));
    for f in &loaded.findings {
        let at = f.place.as_ref().map(|p| {
            let l = &located[p];
            format!("{}:{}:{}", l.source.path, l.start.line, l.start.column)
        });
        println!(
            "{} {:?}[{}] {} -- {}",
            at.unwrap_or_default(),
            f.severity,
            f.check,
            f.message,
            f.help.clone().unwrap_or_default()
        );
    }
}
