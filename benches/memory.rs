//! How much memory a check of 63,666 systems takes at its peak, all that the process ever held.

#[path = "support/debian.rs"]
mod debian;

use mainstay::graph::Analysis;
use mainstay::load;
use mainstay::record::Record;

fn main() {
    let Some(plans) = debian::Plans::new(debian::SYSTEMS) else {
        return;
    };
    let size: usize = plans.texts().map(str::len).sum();
    let files = plans.files();
    drop(plans);
    let loaded = load::load(files);
    let analysis = Analysis::new(&loaded.programme);
    let now = "2026-11-22".parse().expect("a day");
    let findings = mainstay::checks::run(&loaded, &analysis, &Record::default(), now);
    println!("{} MiB of plans, {} findings", size >> 20, findings.len());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    match status.lines().find(|line| line.starts_with("VmHWM")) {
        Some(peak) => println!("peak memory, with making the plans: {peak}"),
        None => println!("this system does not tell its peak memory"),
    }
}
