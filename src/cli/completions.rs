//! `mainstay completions`: completions for a shell.

use clap_complete::Shell;

use super::Outcome;
use super::output::print;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  mainstay completions bash > ~/.local/share/bash-completion/completions/mainstay
  mainstay completions zsh > ~/.zfunc/_mainstay
  mainstay completions fish > ~/.config/fish/completions/mainstay.fish";

/// Print completions for a shell
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The shell to complete in
    shell: Shell,
}

pub fn run(args: Args) -> Result<Outcome> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "mainstay", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Outcome::Done)
}
