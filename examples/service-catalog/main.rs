//! Turns a service catalogue in the form GitLab publishes into a workspace of plans.
//!
//! Only what the catalogue says is written: services, tiers, teams and dependencies. Objectives,
//! recovery and people are not in it, so the checks will ask for them.

mod catalog;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [file, folder] = arguments.as_slice() else {
        return Err("give the catalogue file and the folder to write".into());
    };
    catalog::convert(&fs::read_to_string(file)?, Path::new(folder))
}
