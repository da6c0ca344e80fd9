//! Python with the packages that `./test` installs.

use std::path::PathBuf;
use std::process::Command;

use crate::support;

/// Python that runs a script.
pub fn python(script: &str) -> Command {
    let python = std::env::var_os("MAINSTAY_TEST_PYTHON").map(PathBuf::from);
    let python = python.unwrap_or_else(|| support::root().join("target/python/bin/python"));
    assert!(
        python.is_file(),
        "{} is not there; run `./test`",
        python.display()
    );
    let mut program = Command::new(python);
    program.args(["-c", script]);
    program
}
