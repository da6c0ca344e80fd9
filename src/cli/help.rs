//! The help of the whole command: its commands in groups, and the exit statuses.

use std::fmt::Write;

use clap::Command;
use clap::builder::StyledStr;

use crate::error::EXIT_STATUSES;

/// Gives a command a help that lists its subcommands in groups.
pub fn grouped(command: Command, groups: &[(&str, &[&str])]) -> Command {
    let template = template(&command, groups);
    command.help_template(template).after_help(exit_statuses())
}

fn template(command: &Command, groups: &[(&str, &[&str])]) -> StyledStr {
    let styles = command.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut text = String::from("{about}\n\n{usage-heading} {usage}\n");
    let names = groups.iter().flat_map(|(_, names)| *names);
    let width = names.map(|name| name.len()).max().unwrap_or_default();
    for (heading, names) in groups {
        write!(text, "\n{header}{heading}:{header:#}\n").expect("a string takes all");
        for name in *names {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            writeln!(text, "  {literal}{name:width$}{literal:#}  {about}")
                .expect("a string takes all");
        }
    }
    write!(
        text,
        "\n{header}Options:{header:#}\n{{options}}\n{{after-help}}"
    )
    .expect("a string takes all");
    text.into()
}

fn exit_statuses() -> String {
    let mut text = String::from(
        "`mainstay COMMAND --help` says more, with examples. Begin with `mainstay init`.\n\n\
         Exit status:",
    );
    for (status, meaning) in EXIT_STATUSES {
        write!(text, "\n  {status:>2}  {meaning}").expect("a string takes all");
    }
    text
}
