//! Runs an experiment of Chaos Toolkit, and judges it by its journal.
//!
//! Its own exit status will not do: an experiment whose processes all failed is completed for it.

use std::fs;
use std::path::{Path, PathBuf, absolute};

use serde_json::Value;

use super::judged::{self, Verdict};
use super::{Ended, Job};
use crate::model::{Chaostoolkit, Command};
use crate::secret::{self, hidden};

pub fn ready(chaos: &Chaostoolkit, workspace: &Path) -> Result<(), String> {
    let command = command(chaos, Path::new("journal.json"));
    judged::ready(&command, &chaos.experiment, workspace)
}

pub async fn carry_out(chaos: &Chaostoolkit, job: &Job) -> Ended {
    let journal = job.folder.join("journal.json");
    // It runs in another folder than this process.
    let journal = absolute(&journal).unwrap_or(journal);
    let judge = || judge(&read(&journal)?);
    let mut ended = judged::carry_out(&command(chaos, &journal), job, judge).await;
    if let Err(error) = hide(chaos, journal) {
        let told = format!("its journal may hold secrets, as it cannot be written: {error}");
        ended.facts.push(told);
    }
    ended
}

fn command(chaos: &Chaostoolkit, journal: &Path) -> Command {
    let journal = journal.to_string_lossy().into_owned();
    let words = ["chaos", "--no-version-check", "--no-log-file", "run"];
    let words = words.into_iter().map(str::to_owned);
    let options = ["--rollback-strategy=always", "--journal-path"].map(str::to_owned);
    Command {
        argv: words
            .chain(options)
            .chain([journal, "--".to_owned(), chaos.experiment.clone()])
            .collect(),
        folder: None,
        environment: chaos.environment.clone(),
        succeeds_with: Vec::new(),
    }
}

/// Hides in the journal what the experiment was given, as it keeps what its processes write.
fn hide(chaos: &Chaostoolkit, journal: PathBuf) -> std::io::Result<()> {
    let secrets = secret::values(chaos.environment.iter().map(String::as_str));
    match fs::read_to_string(&journal) {
        Ok(text) if !secrets.is_empty() => fs::write(journal, hidden(&text, &secrets, usize::MAX)),
        _ => Ok(()),
    }
}

fn read(journal: &Path) -> Result<Value, Vec<String>> {
    let text = fs::read(journal);
    let text = text.map_err(|_| vec!["the experiment left no journal".to_owned()])?;
    let journal = serde_json::from_slice(&text);
    journal.map_err(|error| vec![format!("the journal of the experiment is no JSON: {error}")])
}

fn judge(journal: &Value) -> Verdict {
    let mut wrong = Vec::new();
    let status = journal["status"].as_str().unwrap_or("without a status");
    if status != "completed" {
        wrong.push(format!("the experiment is {status}, not completed"));
    }
    if journal["deviated"] != false {
        wrong.push("the experiment deviated".to_owned());
    }
    let states = &journal["steady_states"];
    for when in ["before", "during", "after"] {
        // Before and after it is one state, meanwhile a list of them.
        let one = states[when].is_object().then_some(&states[when]);
        let all = states[when].as_array().into_iter().flatten().chain(one);
        wrong.extend(all.filter_map(|state| not_met(state, when)));
    }
    let mut count = 0;
    for (key, what) in [("run", "activity"), ("rollbacks", "rollback")] {
        for activity in journal[key].as_array().into_iter().flatten() {
            let name = activity["activity"]["name"].as_str().unwrap_or_default();
            wrong.extend(failure(activity).map(|why| format!("the {what} `{name}` {why}")));
            count += 1;
        }
    }
    if wrong.is_empty() {
        Ok(format!(
            "the experiment is completed, and all {count} activities succeeded"
        ))
    } else {
        Err(wrong)
    }
}

/// That the steady state was not met, and which probes say so.
fn not_met(state: &Value, when: &str) -> Option<String> {
    if state["steady_state_met"] == true {
        return None;
    }
    let probes = state["probes"].as_array().into_iter().flatten();
    let failed = probes.filter(|probe| probe["tolerance_met"] != true);
    let names = failed.filter_map(|probe| probe["activity"]["name"].as_str());
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let told = format!("the steady state was not met {when} the experiment");
    Some(match names.as_slice() {
        [] => told,
        names => format!("{told}: {}", names.join(", ")),
    })
}

/// Why an activity did not do what it should, where it did not.
fn failure(activity: &Value) -> Option<String> {
    let status = activity["status"].as_str().unwrap_or("without a status");
    if status != "succeeded" {
        let lines = activity["exception"].as_array().into_iter().flatten();
        let last = lines
            .filter_map(Value::as_str)
            .next_back()
            .unwrap_or_default();
        return Some(format!("is {status}: {}", last.trim()));
    }
    let process = activity["activity"]["provider"]["type"] == "process";
    let exit = &activity["output"]["status"];
    (process && *exit != 0).then(|| format!("ended with exit status {exit}"))
}
