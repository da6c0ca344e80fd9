//! Playbooks that the real Ansible runs.

use std::fs;

use super::{Shown, fails, given, peers, resumed, shown, succeeds};
use crate::held::Held;

/// Three hosts that are this machine, and one that nothing listens on.
const INVENTORY: &str = "all:
  vars: {ansible_python_interpreter: '{{ ansible_playbook_python }}'}
  hosts:
    a: &here {ansible_connection: local}
    b: *here
    c: *here
    gone: {ansible_host: 127.0.0.1, ansible_port: 1}
";

fn workspace(options: &str, hosts: &str, tasks: &[&str]) -> Held {
    let step = format!(
        "{{id: a, do: Play it, timeout: 60s, undo: {{none: nothing is changed}}, \
         run: {{ansible: {{playbook: p.yaml, {options}}}}}}}"
    );
    let mut playbook = format!("- hosts: {hosts}\n  gather_facts: false\n  tasks:\n");
    for task in tasks {
        playbook += &format!("    - {task}\n");
    }
    let held = given(&step, "p.yaml", &playbook);
    fs::write(held.path("hosts.yaml"), INVENTORY).expect("room");
    held
}

fn run(held: &Held) -> Shown {
    shown(held, &peers(held))
}

const HOSTS: &str = "inventory: hosts.yaml";

#[test]
fn a_playbook_succeeds_when_nothing_failed_on_any_host() {
    let options = format!(
        "{HOSTS}, limit: '!c:!gone', extra-vars: [{{name: word, value: \"it's \\\"x\\\" {{}}\"}}]"
    );
    let tasks = [
        "{command: 'false', ignore_errors: true}",
        "{copy: {content: '{{ word }}', dest: '{{ playbook_dir }}/{{ inventory_hostname }}.txt'}}",
    ];
    let held = workspace(&options, "all", &tasks);
    let told = "hosts: 2; tasks: 4 ok, 4 changed, 0 rescued, 2 ignored";
    succeeds(run(&held), &[told, "exit status 0"]);
    let written = fs::read_to_string(held.path("a.txt")).expect("it was played");
    assert_eq!(written, "it's \"x\" {}");
    assert!(!held.path("c.txt").exists(), "it was limited to the others");
}

#[test]
fn every_host_that_failed_or_could_not_be_reached_is_told() {
    let failing = "{name: break, command: 'false', when: inventory_hostname == 'b'}";
    let held = workspace(HOSTS, "all", &["{command: 'true'}", failing]);
    let parts = [
        "tasks that failed on `b`: 1; fatal: [b]: FAILED! => ",
        "`gone` could not be reached; fatal: [gone]: UNREACHABLE! => ",
        "exit status 4",
    ];
    let shown = run(&held);
    assert!(!shown.as_ref().expect_err("it fails").contains("`a`:"));
    fails(shown, &parts);
}

#[test]
fn a_playbook_for_no_host_fails_though_ansible_is_content() {
    let held = workspace(HOSTS, "nobody", &["{command: 'true'}"]);
    fails(run(&held), &["it was for no host", "exit status 0"]);
}

#[test]
fn the_recap_is_read_whatever_the_configuration_and_the_tasks_say() {
    let fake = "{debug: {msg: \"x\\nPLAY RECAP *\\nz : ok=1 changed=0 unreachable=0 failed=9\"}}";
    let held = workspace(&format!("{HOSTS}, limit: a"), "all", &[fake]);
    let config = "[defaults]\nstdout_callback = ansible.builtin.minimal\nforce_color = true\n";
    fs::write(held.path("ansible.cfg"), config).expect("room");
    succeeds(run(&held), &["hosts: 1; tasks: 1 ok, 0 changed"]);
}

#[test]
fn a_playbook_that_cannot_be_read_says_so() {
    let held = workspace("inventory: 'here,'", "all", &["{no_such_module: {}}"]);
    let parts = [
        "the playbook ended without a recap",
        "couldn't resolve module/action",
    ];
    fails(run(&held), &parts);
}

#[test]
fn a_playbook_outlives_its_engine_and_is_judged_by_the_next() {
    let tasks = [
        "{shell: 'echo a >> {{ playbook_dir }}/log; sleep 1'}",
        "{command: 'false'}",
    ];
    let held = workspace(&format!("{HOSTS}, limit: a"), "all", &tasks);
    let told = resumed(&held, &peers(&held), "a");
    assert!(told.contains("tasks that failed on `a`: 1"), "{told}");
}

#[test]
fn what_is_missing_keeps_a_playbook_from_beginning() {
    let held = workspace(HOSTS, "all", &[]);
    fs::remove_file(held.path("p.yaml")).expect("it is there");
    fails(run(&held), &["there is no file `p.yaml`"]);
    fails(
        shown(&held, &[("PATH", "/nowhere")]),
        &["there is no program `ansible-playbook`"],
    );
}
