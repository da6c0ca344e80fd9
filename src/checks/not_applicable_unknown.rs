//! Something is said not to apply that no plan has.

use super::completeness::sections;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::load::closest;
use crate::model::Kind;

pub const CHECK: Check = check! {
    not_applicable_unknown, "not-applicable-unknown", Warning,
    "A section is said not to apply that plans do not have",
    clauses: ["SP 800-34 A", "ISO 22301 4.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = &context.programme.organization else {
        return;
    };
    if organization.not_applicable.is_empty() {
        return;
    }
    let known = sections();
    for (index, left_out) in organization.not_applicable.iter().enumerate() {
        let section = left_out.section.as_str();
        if known.contains(section) {
            continue;
        }
        let help = match closest(section, known.iter().map(String::as_str)) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "Write the key that would fill the section, such as `insurance`, `risks` or \
                     `full-backup-test`."
                .to_owned(),
        };
        findings.push(
            CHECK
                .finding(format!(
                    "there is no section `{section}` that could be left out"
                ))
                .at(organization
                    .at
                    .key("not-applicable")
                    .index(index)
                    .key("section"))
                .about(Kind::Organization, "")
                .help(help),
        );
    }
}
