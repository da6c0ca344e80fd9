//! Two runs side by side: what came of them, how long all took, and what was done otherwise.

use std::collections::HashMap;
use std::fmt::Write;

use serde::Serialize;

use super::view::{Decision, Report, words};
use crate::journal::{Script, Task};
use crate::text::visible;

/// Two runs side by side. Of each pair the first is of the first run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Diff {
    /// The runs.
    pub runs: [RunLine; 2],
    /// Whether the same was to be done in both; `null` where an old run does not tell.
    pub same_content: Option<bool>,
    /// What was measured in either.
    pub measured: Vec<Pair>,
    /// The steps of either.
    pub steps: Vec<StepPair>,
    /// Who decided what in each, in order.
    pub decisions: [Vec<Decision>; 2],
}

/// What came of one of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RunLine {
    /// Its id.
    pub run: String,
    /// The drill.
    pub drill: String,
    /// How it ended, or where it stands.
    pub state: String,
    /// Whether it succeeded; `null` while it is not over.
    pub succeeded: Option<bool>,
    /// When it began.
    pub began: Option<String>,
    /// How long it took.
    pub took: Option<String>,
    /// SHA-256 over what of the plans decides what is done in it.
    pub content: Option<String>,
}

/// How long something took in both.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Pair {
    /// What.
    pub name: String,
    /// How long it took in each, in milliseconds, where it came to its end.
    pub took_ms: [Option<u64>; 2],
    /// The same, as people read it.
    pub took: [Option<String>; 2],
    /// How much longer the second took, in milliseconds.
    pub difference_ms: Option<i64>,
    /// The same, as people read it.
    pub difference: Option<String>,
    /// The same in percent of the first, where that took any time.
    pub percent: Option<i64>,
    /// What came of it in each, where it is there.
    pub outcome: [Option<String>; 2],
}

/// A step in both.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StepPair {
    /// How long it took, and how it ended.
    #[serde(flatten)]
    pub pair: Pair,
    /// Whether the same was to be done in it; `null` where it is in one of them only.
    pub same: Option<bool>,
}

/// A run, as it is compared: what came of it, and what was to be done.
pub type Compared<'r> = (&'r Report, &'r Script);

impl Diff {
    /// Two runs side by side, the earlier one first where that is wanted.
    pub fn new(runs: [Compared; 2]) -> Self {
        let [first, second] = runs;
        let same_content = match runs.map(|(_, script)| script.content.as_ref()) {
            [Some(first), Some(second)] => Some(first == second),
            _ => None,
        };
        Diff {
            runs: runs.map(RunLine::new),
            same_content,
            measured: measured([first.0, second.0]),
            steps: steps(runs),
            decisions: runs.map(|(report, _)| report.decisions.clone()),
        }
    }

    /// For people at a terminal.
    pub fn text(&self) -> String {
        let mut rows: Vec<[String; 4]> = Vec::new();
        let runs = |of: &dyn Fn(&RunLine) -> String| [of(&self.runs[0]), of(&self.runs[1])];
        let mut row = |name: &str, [first, second]: [String; 2], more: String| {
            rows.push([name.to_owned(), first, second, more]);
        };
        row("", runs(&|run| run.run.clone()), String::new());
        row("ended", runs(&|run| run.state.clone()), String::new());
        row("succeeded", runs(&succeeded), String::new());
        row(
            "took",
            runs(&|run| or_none(run.took.as_ref())),
            String::new(),
        );
        for pair in &self.measured {
            row(&pair.name, pair.shown(), pair.told());
        }
        for step in &self.steps {
            row(&step.pair.name, step.pair.shown(), step.told());
        }
        let mut text = table(&rows);
        let mut add = |line: &str| writeln!(text, "{}", visible(line)).expect("a string takes all");
        add("");
        add(match self.same_content {
            Some(true) => "The plans say the same about what is done in both.",
            Some(false) => "The plans say something else about what is done in each.",
            None => "One of them is too old to tell whether the plans say the same about both.",
        });
        for (run, decisions) in self.runs.iter().zip(&self.decisions) {
            if !decisions.is_empty() {
                add(&format!("\nDecided in {}:", run.run));
                decisions.iter().for_each(|decision| add(&decision.told()));
            }
        }
        text
    }
}

impl RunLine {
    fn new((report, script): Compared) -> Self {
        RunLine {
            run: report.run.clone(),
            drill: report.drill.clone(),
            state: report.state.clone(),
            succeeded: report.succeeded,
            began: report.began.clone(),
            took: report.took.clone(),
            content: script.content.clone(),
        }
    }
}

impl Pair {
    /// Of something in one or both: how long it took, where that is known, and what came of it.
    fn new(name: &str, sides: [Option<(Option<u64>, String)>; 2]) -> Self {
        let took_ms = [0, 1].map(|side: usize| sides[side].as_ref().and_then(|side| side.0));
        let signed = took_ms.map(|took| took.and_then(|took| i64::try_from(took).ok()));
        let difference_ms = signed[0]
            .zip(signed[1])
            .map(|(first, second)| second - first);
        let difference = difference_ms.map(|difference| {
            let sign = if difference < 0 { "-" } else { "+" };
            format!("{sign}{}", words(difference.unsigned_abs()))
        });
        let percent = signed[0].filter(|first| *first > 0).zip(difference_ms);
        Pair {
            name: name.to_owned(),
            took_ms,
            took: took_ms.map(|took| took.map(words)),
            difference_ms,
            difference,
            percent: percent.map(|(first, difference)| difference.saturating_mul(100) / first),
            outcome: sides.map(|side| side.map(|(_, outcome)| outcome)),
        }
    }

    /// How long it took in each, or what came of it instead.
    fn shown(&self) -> [String; 2] {
        [0, 1].map(|side: usize| {
            let outcome = self.outcome[side].as_ref();
            or_none(self.took[side].as_ref().or(outcome))
        })
    }

    /// What is to be said of both.
    fn told(&self) -> String {
        let mut told = Vec::new();
        if self.difference_ms == Some(0) {
            told.push("as long".to_owned());
        } else {
            told.extend(self.difference.clone());
            told.extend(self.percent.map(|percent| format!("({percent:+} %)")));
        }
        match &self.outcome {
            [Some(first), Some(second)] if first != second => {
                told.push(format!("{first}; then {second}"));
            }
            [Some(_), None] => told.push("only in the first".to_owned()),
            [None, Some(_)] => told.push("only in the second".to_owned()),
            _ => {}
        }
        told.join(" ")
    }
}

impl StepPair {
    fn told(&self) -> String {
        let told = self.pair.told();
        match self.same {
            Some(false) if told.is_empty() => "says something else".to_owned(),
            Some(false) => format!("{told}, says something else"),
            _ => told,
        }
    }
}

/// Everything of two lists, in the order of the first; what is only in the second comes last.
fn either<L>(lists: [&[L]; 2], name: impl Fn(&L) -> &str) -> Vec<[Option<&L>; 2]> {
    let mut others: HashMap<&str, &L> = lists[1].iter().map(|one| (name(one), one)).collect();
    let mut both: Vec<_> = lists[0]
        .iter()
        .map(|one| [Some(one), others.remove(name(one))])
        .collect();
    let rest = lists[1].iter().filter(|one| others.contains_key(name(one)));
    both.extend(rest.map(|one| [None, Some(one)]));
    both
}

/// The name of what is in one or both.
fn name_of<'l, L>(pair: &[Option<&'l L>; 2], name: impl Fn(&'l L) -> &'l str) -> &'l str {
    let there = pair[0].or(pair[1]).expect("it is in one of them");
    name(there)
}

fn measured(reports: [&Report; 2]) -> Vec<Pair> {
    let lists = reports.map(|report| report.measured.as_slice());
    let pairs = either(lists, |line| &line.name).into_iter();
    pairs
        .map(|pair| {
            let name = name_of(&pair, |line| &line.name);
            let side = |line: &super::view::MeasuredLine| (line.took_ms, line.outcome.to_owned());
            Pair::new(name, pair.map(|line| line.map(side)))
        })
        .collect()
}

fn steps(runs: [Compared; 2]) -> Vec<StepPair> {
    let tasks = runs.map(|(_, script)| said(script));
    let pairs = either(runs.map(|(report, _)| report.steps.as_slice()), |line| {
        &line.step
    });
    pairs
        .into_iter()
        .map(|pair| {
            let name = name_of(&pair, |line| &line.step);
            let said = [0, 1].map(|side: usize| tasks[side].get(name));
            let side = |line: &super::view::StepLine| (line.took_ms, line.state.clone());
            StepPair {
                pair: Pair::new(name, pair.map(|line| line.map(side))),
                same: said[0].zip(said[1]).map(|(first, second)| first == second),
            }
        })
        .collect()
}

/// What is said of each step; others are named in it, wherever they stand in the script.
fn said(script: &Script) -> HashMap<&str, (Task, Vec<&str>)> {
    let name = |place: &u32| script.tasks[*place as usize].name.as_str();
    let said = |task: &Task| {
        let mut others: Vec<&str> = task.before.iter().map(name).collect();
        others.sort_unstable();
        others.extend(task.when.iter().map(|when| name(&when.task)));
        let not_by = task.gate.iter().flat_map(|question| &question.not_by);
        others.extend(not_by.map(name));
        let mut alone = task.clone();
        alone.before.clear();
        alone.when.iter_mut().for_each(|when| when.task = 0);
        alone.gate.iter_mut().for_each(|gate| gate.not_by.clear());
        (alone, others)
    };
    let tasks = script.tasks.iter();
    tasks.map(|task| (task.name.as_str(), said(task))).collect()
}

fn succeeded(run: &RunLine) -> String {
    let word = match run.succeeded {
        Some(true) => "yes",
        Some(false) => "no",
        None => "-",
    };
    word.to_owned()
}

fn or_none(text: Option<&String>) -> String {
    text.map_or_else(|| "-".to_owned(), Clone::clone)
}

/// Columns beside each other, as wide as what stands in them.
fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for [name, first, second, more] in rows {
        let [a, b, c] = widths;
        let line = format!("{name:a$}  {first:b$}  {second:c$}  {more}");
        writeln!(text, "{}", visible(line.trim_end())).expect("a string takes all");
    }
    text
}
