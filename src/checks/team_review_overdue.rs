//! A team has not read its own plan through in time.

use super::overdue::{Standing, standing};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    team_review_overdue, "team-review-overdue", Warning,
    "A team has not reviewed its plan in time",
    clauses: ["BC-01", "BC-10", "BC-32"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // No cadence at all is `cadence-missing`'s business, not ours.
    let Some(organization) = &context.programme.organization else {
        return;
    };
    let cadences = organization.cadences.as_ref();
    let Some(every) = cadences.and_then(|cadences| cadences.review) else {
        return;
    };
    for team in &context.programme.teams {
        let last = team
            .declarations
            .iter()
            .filter_map(|declared| declared.reviewed_at)
            .max();
        let id = &team.id;
        let (place, message) = match standing(last, every, context.now) {
            Standing::InTime => continue,
            Standing::Never => (
                team.at().place(),
                format!("nothing says that the team `{id}` ever reviewed its plan"),
            ),
            Standing::Overdue { last, due } => (
                team.at_where(|team| team.reviewed_at == Some(last))
                    .key("reviewed-at"),
                format!("the team `{id}` last reviewed its plan on {last}; it was due on {due}"),
            ),
        };
        findings.push(
            CHECK
                .finding(message)
                .at(place)
                .also(
                    organization.at.key("cadences").key("review"),
                    format!("plans are to be reviewed every {}", every.words()),
                )
                .about(Kind::Team, id.as_str())
                .help(
                    "Read the team's plan through with those who do the work, correct it, and \
                     write the day as `reviewed-at` and who did it as `reviewed-by`.",
                ),
        );
    }
}
