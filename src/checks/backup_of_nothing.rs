//! A backup that holds no data.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    backup_of_nothing, "backup-of-nothing", Warning,
    "A backup holds the data of nothing",
    clauses: ["BC-19", "BC-28", "A1.2(7)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for backup in &context.programme.backups {
        let finding = |message: String| {
            CHECK
                .finding(message)
                .about(Kind::Backup, backup.id.as_str())
        };
        if !backup.states(|backup| !backup.of.is_empty()) {
            findings.push(
                finding(format!("`{}` is a backup of nothing", backup.id))
                    .at(backup.at().key("of"))
                    .help("Name the systems whose data it holds under `of`."),
            );
        }
        for (index, id) in backup.of.iter().enumerate() {
            // Whether it holds data when nobody says so is `data-not-stated`'s business.
            let system = context.programme.systems.get(id.as_str());
            let Some(system) = system.filter(|s| s.holds_data == Some(false)) else {
                continue;
            };
            findings.push(
                finding(format!(
                    "`{}` copies `{id}`, which holds no data",
                    backup.id
                ))
                .at(backup.at().key("of").index(index))
                .also(
                    system.at().key("holds-data"),
                    "it is said to hold no data here",
                )
                .help("Correct `holds-data`, or name the system whose data it copies."),
            );
        }
    }
}
