//! One list of dependencies names the same thing more than once.

use foldhash::HashMap;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Declared, Dependency, Entity};

pub const CHECK: Check = check! {
    dependency_twice, "dependency-twice", Warning,
    "A list of dependencies names the same thing twice",
    clauses: ["BC-17"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let programme = context.programme;
    // Several teams may each say what a thing needs; only one list by itself is looked at.
    let mut seen = HashMap::default();
    for declared in programme.functions.iter().flat_map(|f| &f.declarations) {
        look(declared, &declared.depends_on, &mut seen, findings);
    }
    for declared in programme.systems.iter().flat_map(|s| &s.declarations) {
        look(declared, &declared.depends_on, &mut seen, findings);
    }
}

/// Looks at one list; `seen` is only lent, so that its room is used for every list.
fn look<'p, T: Entity>(
    declared: &Declared<T>,
    list: &'p [Dependency],
    seen: &mut HashMap<&'p str, usize>,
    findings: &mut Vec<Finding>,
) {
    let place = |index| declared.at.key("depends-on").index(index).key("on");
    seen.clear();
    for (index, again) in list.iter().enumerate() {
        let Some(first) = seen.get(again.on.as_str()) else {
            seen.insert(again.on.as_str(), index);
            continue;
        };
        let (id, on, kind) = (declared.id(), &again.on, list[*first].kind);
        let kinds = if again.kind == kind {
            format!("both times as `{kind}`")
        } else {
            format!("as `{kind}` and as `{}`", again.kind)
        };
        findings.push(
            CHECK
                .finding(format!("`{id}` names `{on}` twice, {kinds}"))
                .at(place(index))
                .also(place(*first), "it is named here first")
                .about(T::KIND, id)
                .help("Keep the entry that is right and remove the other."),
        );
    }
}
