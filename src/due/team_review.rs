//! Each team reads its own plan through, as often as the organization says.

use super::{Context, ShownBy, Source, again, written};
use crate::schedule::{Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "team-review",
    shown_by: ShownBy::Plans,
    how: "Read the team's plan through, correct it, and write the day as `reviewed-at`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let Some(every) = context.cadence(|cadences| cadences.review) else {
        return Vec::new();
    };
    let teams = context.programme.teams.iter().map(|team| {
        let reviewed = team.declarations.iter().filter_map(|it| it.reviewed_at);
        let last = reviewed.filter(|on| *on <= context.today).max();
        Deadline {
            of: Subject::of(SOURCE.key, team.id.as_str()),
            what: format!("Review the plan of {}", team.name),
            who: context.party(team.id.as_str()),
            every: Some(every),
            unattended: false,
            stands: again(last.map(|on| written(on, "reviewed-at")), every),
        }
    });
    teams.collect()
}
