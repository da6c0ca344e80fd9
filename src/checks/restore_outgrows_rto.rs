//! A restore will take longer than the system may be down, before anybody tests it again.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::{copies, reaction};
use crate::model::Kind;
use crate::proof::Outlook;

pub const CHECK: Check = check! {
    restore_outgrows_rto, "restore-outgrows-rto", Warning,
    "The data grow: a restore will take longer than the system may be down",
    clauses: ["BC-19", "BC-25", "CP-10(4)", "CP-9(5)", "DORA 12(6)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let programme = context.programme;
    for backup in &programme.backups {
        let standing = context.record.standing(programme, backup, context.now);
        let foreseen = context.record.foreseen(backup);
        let (Some(standing), Some(foreseen), (Some(rto), _)) =
            (standing, foreseen, copies::promised(programme, backup))
        else {
            continue;
        };
        // One that takes too long already is `restore-slower-than-rto`'s business.
        let outlook = Outlook {
            today: context.now,
            next_test: standing.until,
        };
        let time = context.record.restore_time(programme, backup, context.now);
        if time.is_some_and(|time| reaction(programme) + time.time > rto.0) {
            continue;
        }
        let day = foreseen.too_long_on(rto.0, outlook);
        let Some(day) = day.filter(|day| *day > context.now) else {
            continue;
        };
        let (id, takes) = (&backup.id, foreseen.estimate.words());
        let next = standing.until;
        findings.push(
            CHECK
                .finding(format!(
                    "a restore of `{id}` takes {takes}, and will take longer than {rto} from \
                     {day} on; it is next tested by {next}"
                ))
                .at(backup.at().place())
                .about(Kind::Backup, id.as_str())
                .help(
                    "Restore faster, or keep less in one backup, before that day; and test it \
                     sooner: `good-for` says how long a test counts.",
                ),
        );
    }
}
