//! Runs a playbook of Ansible, and judges it by its recap.
//!
//! Its own exit status will not do: a playbook for hosts that there are not ends with 0.

use std::fs;
use std::path::Path;

use super::judged::{self, Verdict};
use super::{Ended, Job};
use crate::model::{Ansible, Command};

/// What makes the recap look the same whatever the configuration says.
const FORM: [&str; 4] = [
    "env",
    "ANSIBLE_STDOUT_CALLBACK=ansible.builtin.default",
    "ANSIBLE_NOCOLOR=1",
    "ANSIBLE_FORCE_COLOR=0",
];
/// How the recap begins.
const RECAP: &str = "PLAY RECAP ";

pub fn ready(ansible: &Ansible, workspace: &Path) -> Result<(), String> {
    judged::ready(&command(ansible), &ansible.playbook, workspace)
}

pub async fn carry_out(ansible: &Ansible, job: &Job) -> Ended {
    let mut command = command(ansible);
    command.argv.splice(0..0, FORM.map(str::to_owned));
    let output = job.folder.join("output");
    judged::carry_out(&command, job, || {
        let output = fs::read(output).unwrap_or_default();
        judge(&String::from_utf8_lossy(&output))
    })
    .await
}

fn command(ansible: &Ansible) -> Command {
    let mut argv = vec!["ansible-playbook".to_owned()];
    let options = [
        ("--inventory", &ansible.inventory),
        ("--limit", &ansible.limit),
    ];
    for (option, value) in options {
        argv.extend(value.iter().map(|value| format!("{option}={value}")));
    }
    if !ansible.extra_vars.is_empty() {
        let settings = ansible.extra_vars.iter();
        // As JSON each value is the text that it is, whatever is in it.
        let values: serde_json::Map<_, _> = settings
            .map(|setting| (setting.name.clone(), setting.value.clone().into()))
            .collect();
        argv.push(format!("--extra-vars={}", serde_json::Value::from(values)));
    }
    argv.extend(["--".to_owned(), ansible.playbook.clone()]);
    Command {
        argv,
        folder: None,
        environment: ansible.environment.clone(),
        succeeds_with: Vec::new(),
    }
}

/// What the recap, the last one in the output, says of each host.
fn judge(output: &str) -> Verdict {
    let Some((_, recap)) = output.rsplit_once(&format!("\n{RECAP}")) else {
        let errors = output.lines().filter(|line| line.starts_with("[ERROR]"));
        let none = "the playbook ended without a recap";
        return Err([none]
            .into_iter()
            .chain(errors)
            .map(str::to_owned)
            .collect());
    };
    let hosts: Vec<Host> = recap.lines().filter_map(host).collect();
    let wrong: Vec<String> = hosts.iter().filter_map(|host| host.wrong(output)).collect();
    let sum = |key: &str| hosts.iter().map(|host| host.count(key)).sum::<u64>();
    match hosts.len() {
        0 => Err(vec![
            "it was for no host: the plays name none that is in the inventory".to_owned(),
        ]),
        _ if !wrong.is_empty() => Err(wrong),
        count => Ok(format!(
            "hosts: {count}; tasks: {} ok, {} changed, {} rescued, {} ignored",
            sum("ok"),
            sum("changed"),
            sum("rescued"),
            sum("ignored")
        )),
    }
}

/// A host in the recap, with what was counted for it.
struct Host<'o> {
    name: &'o str,
    counts: Vec<(&'o str, u64)>,
}

/// The host of a line such as `db1 : ok=2 changed=0 unreachable=0 failed=1`.
fn host(line: &str) -> Option<Host<'_>> {
    let (name, counts) = line.split_once(" : ")?;
    let counts = counts.split_whitespace();
    let counts = counts.map(|count| {
        let (key, count) = count.split_once('=')?;
        Some((key, count.parse().ok()?))
    });
    Some(Host {
        name: name.trim(),
        counts: counts.collect::<Option<_>>()?,
    })
}

impl Host<'_> {
    fn count(&self, key: &str) -> u64 {
        let found = self.counts.iter().find(|(counted, _)| *counted == key);
        found.map_or(0, |(_, count)| *count)
    }

    /// What went wrong on it, if anything did, and how its last task failed.
    fn wrong(&self, output: &str) -> Option<String> {
        let name = self.name;
        let what = match (self.count("unreachable"), self.count("failed")) {
            (0, 0) => return None,
            (0, failed) => format!("tasks that failed on `{name}`: {failed}"),
            _ => format!("`{name}` could not be reached"),
        };
        let of_it = |line: &&str| {
            let rest = line
                .strip_prefix("fatal: [")
                .and_then(|rest| rest.strip_prefix(name));
            // One that was delegated names another host behind it.
            rest.is_some_and(|rest| rest.starts_with("]") || rest.starts_with(" -> "))
        };
        let last = output.lines().rfind(of_it);
        Some(last.map_or(what.clone(), |last| format!("{what}; {last}")))
    }
}
