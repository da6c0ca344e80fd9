//! How many files were restored.

use super::{Looked, Recovered, inside};
use crate::model::Files;
use crate::proof::{Level, Trial};

pub fn look(stated: &Files, recovered: &Recovered) -> Looked {
    let (files, bytes) = (recovered.tree.files, recovered.tree.bytes);
    let missing = stated
        .present
        .iter()
        .filter_map(|path| inside(&recovered.back.root, path).err());
    let mut wrong: Vec<String> = missing.collect();
    let mut expected = Vec::new();
    if let Some(least) = stated.at_least {
        expected.push(format!("{least} files at least"));
        if files < least {
            wrong.push(format!("there are {files} files"));
        }
    }
    if let Some(least) = stated.bytes_at_least {
        expected.push(format!("{least} bytes at least"));
        if bytes < least {
            wrong.push(format!("there are {bytes} bytes"));
        }
    }
    expected.extend(stated.present.iter().map(|path| format!("`{path}`")));
    let what = "what is in the files";
    let trial = match (expected.is_empty(), wrong.is_empty()) {
        (true, _) => Trial::inconclusive(Level::Validated, what, "nothing is expected of them"),
        (_, true) => Trial::pass(
            Level::Validated,
            what,
            format!("{files} files, {bytes} bytes"),
        ),
        (_, false) => Trial::fail(Level::Validated, what, wrong.join("; ")),
    };
    trial.expecting(expected.join(", ")).into()
}
