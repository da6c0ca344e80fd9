//! `mainstay drill show`: what a drill is going to do, or why it cannot begin.

use std::fmt::Write;

use crate::app::Plans;
use crate::cli::options::{self, Format, Moment, Within};
use crate::cli::output::print;
use crate::cli::{Outcome, thing};
use crate::drill::{Exercise, Prepared, approvable};
use crate::error::Result;
use crate::journal::Script;
use crate::model::DrillApproval;
use crate::render::run::Agreed;
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// The drill
    drill: String,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    moment: Moment,
    #[command(flatten)]
    with: With,
    /// Who you are: for the lines with which you approve the drill
    #[arg(
        long,
        value_name = "PERSON",
        env = "MAINSTAY_BY",
        default_value = "PERSON",
        hide_default_value = true
    )]
    by: String,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// Values for names in double braces, before those of the drill.
#[derive(clap::Args)]
pub struct With {
    /// A value for a name in double braces, such as port=8080
    #[arg(long = "with", value_name = "NAME=VALUE", value_parser = setting)]
    values: Vec<(String, String)>,
    /// Draw what is drawn at random with this number; any, when left out
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

fn setting(text: &str) -> std::result::Result<(String, String), String> {
    let setting = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = setting.ok_or("write a name, `=` and a value")?;
    Ok((name.to_owned(), value.to_owned()))
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = options::open(&args.within.path, args.moment.now)?;
    let prepared = prepare(&plans, &args.drill, &args.with)?;
    let script = prepared.script();
    print(&match args.format {
        Format::Text => shown(script) + &approval(&plans, &prepared, &args.by),
        Format::Json => text::json(script),
    })?;
    Ok(Outcome::Done)
}

/// What a drill is going to do.
///
/// # Errors
/// `NotFound` when there is no such drill; `Conflict` with every reason why it cannot begin.
pub fn prepare(plans: &Plans, id: &str, with: &With) -> Result<Prepared<Exercise>> {
    let programme = &plans.loaded.programme;
    let Some(drill) = programme.drills.get(id) else {
        let ids = programme.drills.iter().map(|drill| drill.id.as_str());
        return Err(thing::missing("drill", id, ids));
    };
    plans.prepare(drill, &with.values.iter().cloned().collect(), with.seed)
}

/// Whether a drill was approved as it is, and the lines that say so.
fn approval(plans: &Plans, prepared: &Prepared<Exercise>, by: &str) -> String {
    let script = prepared.script();
    let programme = &plans.loaded.programme;
    let drill = programme.drills.get(script.drill.as_str());
    let content = drill.map(|drill| approvable(programme, drill));
    let content = content.unwrap_or_default();
    let mut text = format!("\nWhat an approval covers has the SHA-256\n{content}\n");
    match (&script.approval, prepared.flaws()) {
        (Some(DrillApproval { by, on, .. }), []) => {
            writeln!(text, "Approved as it is by {by} on {on}").expect("a string takes all");
            return text;
        }
        (None, _) => text.push_str("Approved by nobody: its criteria are proposed\n"),
        (Some(_), flaws) => {
            for flaw in flaws {
                writeln!(text, "Not approved: {flaw}").expect("a string takes all");
            }
        }
    }
    let today = plans.today();
    text + &format!(
        "To approve it as it is, write in the drill:\n    approval:\n      by: {by}\n      \
         on: {today}\n      content: \"{content}\"\n"
    )
}

fn shown(script: &Script) -> String {
    let mut text = format!("{} ({})\n", script.name, script.kind.word());
    let mut add = |line: String| writeln!(text, "{line}").expect("a string takes all");
    let incidents = Agreed::new(script);
    for (title, lines) in [
        ("To show", &script.objectives),
        ("Success is", &script.success_criteria),
        ("An incident is", &incidents.criteria),
    ] {
        lines
            .iter()
            .for_each(|line| add(format!("{title}: {line}")));
    }
    incidents.rules.into_iter().for_each(&mut add);
    if !script.absent.is_empty() {
        let absent: Vec<&str> = script.absent.iter().map(String::as_str).collect();
        let (absent, seed) = (absent.join(", "), script.seed);
        add(format!(
            "Absent, if it begins with `--seed {seed}`: {absent}"
        ));
    }
    for steady in &script.steady_state {
        add(format!("Steady state: {}", steady.name));
    }
    limits(script).into_iter().for_each(&mut add);
    inventory(script).into_iter().for_each(&mut add);
    for (place, task) in script.tasks.iter().enumerate() {
        let who = match (&task.action, &task.role) {
            (Some(action), _) => action.stated().join(", "),
            (None, Some(role)) => role.to_string(),
            (None, None) => "somebody".to_owned(),
        };
        let expected = task
            .expected
            .map_or_else(String::new, |d| format!(", {}", d.words()));
        let question = task.gate.as_ref().map_or_else(String::new, |question| {
            let answers: Vec<&str> = question.answers.iter().map(String::as_str).collect();
            format!(", {} of {} to agree", question.quorum, answers.join("|"))
        });
        let undo = match (&task.undo, &task.action) {
            (Some(_), _) => "; can be taken back",
            (None, Some(action)) if !action.only_looks() => "; nothing to take back",
            (None, _) => "",
        };
        add(format!(
            "\n{:>3}. {} [{who}{expected}{question}{undo}]",
            place + 1,
            task.name
        ));
        add(format!("     {}", text::visible(&task.text)));
        let before: Vec<String> = task.before.iter().map(|b| (b + 1).to_string()).collect();
        if before != [place.to_string()] && place > 0 {
            let before = if before.is_empty() {
                "none".to_owned()
            } else {
                before.join(", ")
            };
            add(format!("     after {before}"));
        }
    }
    text
}

/// How many systems with data are restored, and what of them cannot be.
fn inventory(script: &Script) -> Vec<String> {
    let rows = &script.rows;
    if rows.is_empty() {
        return Vec::new();
    }
    let can_be = rows.iter().filter(|row| !row.tasks.is_empty()).count();
    let all = format!("Restores {can_be} of {} systems with data", rows.len());
    let left_out = rows.iter().flat_map(|row| {
        let left_out = row.left_out.iter();
        left_out.map(|why| format!("Not restored, of {}: {why}", row.system))
    });
    std::iter::once(all).chain(left_out).collect()
}

/// What is measured, and what it may come to.
fn limits(script: &Script) -> Vec<String> {
    let times = script.measures.iter().map(|it| {
        let (within, from, until) = (it.within.words(), &it.from, &it.until);
        let name = text::visible(&it.name);
        if from == until {
            return format!("May take {within}: {name}, which is {from}");
        }
        format!("May take {within}: {name}, from the beginning of {from} to the end of {until}")
    });
    let losses = script.data_loss.iter().map(|it| {
        let (within, fault, found) = (it.within.words(), &it.fault, &it.found);
        let name = text::visible(&it.name);
        format!("May lose {within}: {name}, up to the beginning of {fault}, found by {found}")
    });
    times.chain(losses).collect()
}
