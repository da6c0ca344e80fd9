//! How many files were restored.

use super::drop::{self, Figure};
use super::{Looked, Recovered, inside};
use crate::model::{Files, Percent};
use crate::proof::{Level, Restored, Trial};

const WHAT: &str = "what is in the files";

pub fn look(stated: &Files, recovered: &Recovered) -> Looked {
    let (mut expected, mut wrong) = bounds(stated, recovered);
    let mut found = format!(
        "{} files, {} bytes",
        recovered.tree.files, recovered.tree.bytes
    );
    let unknown = match stated.drop_at_most.map(|most| shrunk(most, recovered)) {
        None => "nothing is expected of them",
        Some(Ok((least, less))) => {
            expected.push(least);
            wrong.extend(less);
            ""
        }
        Some(Err(why)) => {
            found = format!("{found}; {why}");
            why
        }
    };
    let trial = match (expected.is_empty(), wrong.is_empty()) {
        (true, _) => Trial::inconclusive(Level::Validated, WHAT, unknown),
        (_, true) => Trial::pass(Level::Validated, WHAT, found),
        (_, false) => Trial::fail(Level::Validated, WHAT, wrong.join("; ")),
    };
    trial.expecting(expected.join(", ")).into()
}

/// What the plan alone expects, and what is wrong by that.
fn bounds(stated: &Files, recovered: &Recovered) -> (Vec<String>, Vec<String>) {
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
    (expected, wrong)
}

fn shrunk(most: Percent, recovered: &Recovered) -> drop::Judged {
    let of = |restored: &Restored| figures(restored.files, restored.bytes);
    let before = recovered.compared(WHAT, |it, _| it.restored.as_ref().map(of));
    let now = figures(recovered.tree.files, recovered.tree.bytes);
    drop::judge(most, &before, &now)
}

#[expect(clippy::cast_precision_loss, reason = "only shares of them count")]
fn figures(files: u64, bytes: u64) -> [Figure; 2] {
    [(files as f64, " files"), (bytes as f64, " bytes")]
}
