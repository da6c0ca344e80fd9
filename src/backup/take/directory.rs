//! A copy of a folder, with a manifest.

use std::fs;
use std::path::Path;

use super::{Write, Written, named, unwritten};
use crate::backup::{Outcome, Session, copy, manifest};
use crate::model::TakeDirectory;

impl Write for TakeDirectory {
    fn secrets(&self, _: &Path) -> Vec<String> {
        Vec::new()
    }

    fn target(&self) -> &str {
        &self.to
    }

    fn write(&self, session: &Session) -> Outcome<Written> {
        let folder = session.workspace.join(&self.to);
        let point = named(session.now);
        // A name with a dot in front is not taken for a backup until it is whole.
        let (target, part) = (folder.join(&point), folder.join(format!(".{point}")));
        if target.exists() {
            return Err(unwritten(&target, "it is there already"));
        }
        fs::create_dir(&part).map_err(|error| unwritten(&part, error))?;
        let from = session.workspace.join(&self.from);
        copy::tree(&from, &part, &|| session.tools.why_stop())?;
        let listed = manifest::write(&part, &part.join(manifest::NAME), session.now);
        let counts = listed.map_err(|error| unwritten(&part, error))?;
        fs::rename(&part, &target).map_err(|error| unwritten(&target, error))?;
        Ok(Written {
            point,
            files: counts.files,
            bytes: counts.bytes,
            beside: vec![target.join(manifest::NAME)],
            notes: Vec::new(),
        })
    }
}
