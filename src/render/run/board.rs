//! Where a run stands, in a few lines that are shown again and again below what happens.

use chrono::TimeDelta;

use super::incidents::{alarm, standing};
use super::lines::list;
use crate::drill::{
    Budget, Forecast, Known, Left, Phase, Run, Stand, StepState, UnderWay, seconds,
};
use crate::journal::Part;
use crate::text::visible;
use crate::time::Moment;

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardLine {
    /// What it says.
    pub text: String,
    /// How urgent that is.
    pub tone: Tone,
}

/// How urgent a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It only tells.
    Plain,
    /// Somebody has to do something.
    Asks,
    /// Something is late, or will be.
    Warns,
}

/// Where people say what they have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// They type it here.
    Here,
    /// They write a command in another terminal.
    Elsewhere,
}

/// How many steps are shown of those that run, are waited for, or are in doubt.
const SHOWN_MAX: usize = 4;
/// How many characters a bar has.
const BAR: u64 = 24;

/// Where a run stands, no line longer than `width`.
pub fn board(
    (id, run): (&str, &Run),
    (forecast, now): (&Forecast, &Moment),
    answers: Answers,
    width: usize,
) -> Vec<BoardLine> {
    let mut lines = vec![plain(head(id, run, forecast, now))];
    lines.extend(alarm(run, id).iter().map(|it| warns(format!("  {it}"))));
    let (people, machines): (Vec<_>, Vec<_>) = forecast
        .under_way
        .iter()
        .partition(|step| run.task(step.place).action.is_none());
    lines.extend(some(&people, |step| waited_for(run, id, step, answers)));
    lines.extend(some(&machines, |step| vec![runs(run, step)]));
    let doubt: Vec<u32> = run.in_state(StepState::InDoubt).collect();
    lines.extend(some(&doubt, |place| {
        vec![doubted(run, id, *place, answers)]
    }));
    let under_way = run.under_way();
    let places = |part: Part| {
        let of_part = under_way.iter().filter(|attempt| attempt.part == part);
        of_part.map(|attempt| attempt.place).collect::<Vec<u32>>()
    };
    lines.extend(some(&places(Part::Rehearsal), |place| {
        let name = &run.task(*place).name;
        vec![plain(format!("  tries   {name}: how it is taken back"))]
    }));
    let undos = places(Part::Undo);
    lines.extend(some(&undos, |place| undone(run, id, *place, answers)));
    lines.extend(forecast.left.map(|left| plain(rest(run, left, now))));
    lines.extend(forecast.budgets.iter().filter_map(budget));
    for budget in &forecast.budgets {
        lines.extend(warning(budget).map(|text| warns(format!("warning: {text}"))));
    }
    for line in &mut lines {
        line.text = cut(&visible(&line.text).replace('\n', " "), width);
    }
    lines
}

/// That a measure can no longer be in time, where that is so.
pub fn warning(budget: &Budget) -> Option<String> {
    let late = words(budget.late_by()?);
    let (name, within) = (&budget.measure.name, words(budget.within));
    let (elapsed, left) = (words(budget.elapsed), words(budget.left.micros));
    Some(match budget.stand {
        Stand::Ahead => {
            format!("`{name}` cannot be in time: it needs {left} at the least, and has {within}")
        }
        _ if budget.elapsed > budget.within => {
            format!("`{name}` is not in time: {elapsed} have passed of {within}")
        }
        _ => format!(
            "`{name}` can no longer be in time: {elapsed} have passed, what is left takes {left} \
             at the least, and it has {within}: {late} too long"
        ),
    })
}

fn head(id: &str, run: &Run, forecast: &Forecast, now: &Moment) -> String {
    let (phase, settled, all) = (standing(run), forecast.settled, run.steps.len());
    let since = run.started_at.as_ref();
    let since = since.map(|at| format!(", {} since it began", words(now.since(at).micros)));
    format!(
        "{id}: {phase}, {settled} of {all} steps settled{}",
        since.unwrap_or_default()
    )
}

/// A person who is waited for, and what they have to say.
fn waited_for(run: &Run, id: &str, step: &UnderWay, answers: Answers) -> Vec<BoardLine> {
    let task = run.task(step.place);
    let who = task.role.as_ref().map_or("somebody", |role| role.as_str());
    let (text, say) = match &task.gate {
        Some(question) => {
            let choice: Vec<&str> = question.answers.iter().map(String::as_str).collect();
            let by = match question.by.len() {
                0 => String::new(),
                _ => format!(" ({})", list(&question.by)),
            };
            let say = format!("answer {} {}", task.name, choice.join("|"));
            (format!("{}{by}", question.text), say)
        }
        None => (task.text.clone(), format!("done {}", task.name)),
    };
    let tone = match step.overdue() {
        Some(_) => Tone::Warns,
        None => Tone::Asks,
    };
    let text = format!("  waits   {}  {}  {who}: {text}", task.name, lasting(step));
    vec![
        BoardLine { text, tone },
        asks(format!("          {}", to_say(id, &say, answers))),
    ]
}

/// What is to be typed, or written elsewhere.
fn to_say(id: &str, say: &str, answers: Answers) -> String {
    match (answers, say.split_once(' ')) {
        (Answers::Elsewhere, Some((word, rest))) => {
            format!("mainstay step {word} {id} {rest} --by YOU")
        }
        _ => format!("type: {say}"),
    }
}

fn runs(run: &Run, step: &UnderWay) -> BoardLine {
    let text = format!("  runs    {}  {}", run.task(step.place).name, lasting(step));
    match step.overdue() {
        Some(_) => warns(text),
        None => plain(text),
    }
}

fn doubted(run: &Run, id: &str, place: u32, answers: Answers) -> BoardLine {
    let name = &run.task(place).name;
    asks(match answers {
        Answers::Here => format!("  doubt   {name}  type: resolve {name} happened|… WHY"),
        Answers::Elsewhere => {
            format!("  doubt   {name}  mainstay drill resolve {id} {name} --as happened|…")
        }
    })
}

fn undone(run: &Run, id: &str, place: u32, answers: Answers) -> Vec<BoardLine> {
    let task = run.task(place);
    let text = format!("  undoes  {}", task.name);
    match task.action(Part::Undo) {
        Some(_) => vec![plain(text)],
        None => {
            let say = to_say(id, &format!("done {}", task.name), answers);
            let words = task.words(Part::Undo);
            vec![
                asks(format!("{text}  somebody: {words}")),
                asks(format!("          {say}")),
            ]
        }
    }
}

/// Since when a step runs, against what is expected of it.
fn lasting(step: &UnderWay) -> String {
    let elapsed = words(step.elapsed);
    match (step.expected, step.overdue()) {
        (None, _) => format!("for {elapsed}"),
        (Some(expected), None) => format!("{elapsed} of {}", words(expected)),
        (Some(expected), Some(over)) => {
            format!(
                "{elapsed} of {}, OVERDUE by {}",
                words(expected),
                words(over)
            )
        }
    }
}

/// How long the run still needs.
fn rest(run: &Run, left: Left, now: &Moment) -> String {
    let told = needs(left);
    let after = i64::try_from(left.micros).ok().map(TimeDelta::microseconds);
    let end = after.and_then(|after| now.wall.checked_add_signed(after));
    let end = end.map_or_else(String::new, |end| {
        let until = match run.phase {
            Phase::Paused => "if it goes on now, ",
            _ => "",
        };
        format!(
            ", {until}until {} UTC at the earliest",
            end.format("%H:%M:%S")
        )
    });
    format!("  left    {told}{end}")
}

fn needs(left: Left) -> String {
    match left.known {
        Known::Whole => words(left.micros),
        Known::AtLeast => format!("at least {}", words(left.micros)),
    }
}

/// How a measure stands: what is spent of it, what is still needed, and what is spare.
fn budget(budget: &Budget) -> Option<BoardLine> {
    let (name, within) = (&budget.measure.name, words(budget.within));
    let elapsed = words(budget.elapsed);
    let told = match budget.stand {
        Stand::Ahead => format!("has not begun, needs {} of {within}", needs(budget.left)),
        Stand::Runs => {
            let left = seconds(budget.within).saturating_sub(seconds(budget.elapsed));
            let (left, needs) = (left.words(), needs(budget.left));
            format!("{elapsed} of {within}, {left} left, needs {needs}")
        }
        Stand::Over => format!("took {elapsed} of {within}"),
        Stand::Lost => return None,
    };
    let text = format!("  {} {name}: {told}", bar(budget));
    let late = budget.late_by().is_some();
    Some(match late || budget.elapsed > budget.within {
        true => warns(text),
        false => plain(text),
    })
}

/// `#` is spent, `=` is needed, `.` is spare.
fn bar(budget: &Budget) -> String {
    let share = |micros: u64| {
        let part = u128::from(micros) * u128::from(BAR) / u128::from(budget.within.max(1));
        usize::try_from(part.min(u128::from(BAR))).expect("at most as long as the bar")
    };
    let spent = share(budget.elapsed);
    let needed = share(budget.elapsed.saturating_add(budget.left.micros)) - spent;
    let spare = share(budget.within.max(1)) - spent - needed;
    format!(
        "[{}{}{}]",
        "#".repeat(spent),
        "=".repeat(needed),
        ".".repeat(spare)
    )
}

/// The lines of the first few, and how many more there are.
fn some<T>(all: &[T], lines: impl Fn(&T) -> Vec<BoardLine>) -> Vec<BoardLine> {
    let mut shown: Vec<BoardLine> = all.iter().take(SHOWN_MAX).flat_map(lines).collect();
    if all.len() > SHOWN_MAX {
        shown.push(plain(format!(
            "          and {} more",
            all.len() - SHOWN_MAX
        )));
    }
    shown
}

fn words(micros: u64) -> String {
    seconds(micros).words()
}

fn plain(text: String) -> BoardLine {
    let tone = Tone::Plain;
    BoardLine { text, tone }
}

fn asks(text: String) -> BoardLine {
    let tone = Tone::Asks;
    BoardLine { text, tone }
}

fn warns(text: String) -> BoardLine {
    let tone = Tone::Warns;
    BoardLine { text, tone }
}

/// As much of a line as fits.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Measure;

    fn budget_of(elapsed: u64, left: u64, stand: Stand) -> Budget {
        let measure: Measure =
            serde_yaml::from_str("{name: M, from: p/a, until: p/z, within: 60s}")
                .expect("a measure");
        let micros = |seconds: u64| seconds * 1_000_000;
        Budget {
            measure,
            stand,
            elapsed: micros(elapsed),
            within: micros(60),
            left: Left {
                micros: micros(left),
                known: Known::Whole,
            },
        }
    }

    #[test]
    fn a_bar_shows_what_is_spent_needed_and_spare() {
        let check = |elapsed, left, expected: &str| {
            assert_eq!(bar(&budget_of(elapsed, left, Stand::Runs)), expected);
        };
        check(0, 0, "[........................]");
        check(15, 30, "[######============......]");
        check(15, 90, "[######==================]");
        check(90, 5, "[########################]");
    }

    #[test]
    fn the_warning_says_why_it_does_not_fit() {
        let check = |elapsed, left, stand, expected: Option<&str>| {
            let told = warning(&budget_of(elapsed, left, stand));
            assert_eq!(told.as_deref(), expected);
        };
        check(30, 30, Stand::Runs, None);
        check(
            30,
            40,
            Stand::Runs,
            Some(
                "`M` can no longer be in time: 30 s have passed, what is left takes 40 s at the \
                 least, and it has 1 min: 10 s too long",
            ),
        );
        let late = "`M` is not in time: 1 min 1 s have passed of 1 min";
        check(61, 0, Stand::Runs, Some(late));
        let never = "`M` cannot be in time: it needs 1 min 1 s at the least, and has 1 min";
        check(0, 61, Stand::Ahead, Some(never));
        check(99, 0, Stand::Over, None);
    }

    #[test]
    fn a_line_is_cut_where_the_terminal_ends() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(cut("abc", 0), "…");
    }
}
