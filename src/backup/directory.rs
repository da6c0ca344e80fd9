//! Folders with a manifest from when they were saved.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::expect::judged;
use super::{
    Back, Catalogue, Outcome, Provider, Reader, Reading, Session, Trouble, copy, manifest, saved,
};
use crate::model::Directory;
use crate::proof::{Level, RecoveryPoint, Trial};

impl Provider for Directory {
    fn places(&self, workspace: &Path) -> Vec<PathBuf> {
        vec![workspace.join(&self.path)]
    }

    fn secrets(&self, _: &Path) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }

    fn reader(&self, _: &Session) -> Outcome<Reader> {
        Ok(Reader::default())
    }

    fn list(&self, session: &Session) -> Outcome<Catalogue> {
        let root = session.workspace.join(&self.path);
        let failed = |error: io::Error| {
            let why = format!("`{}` cannot be read: {error}", self.path);
            match error.kind() {
                io::ErrorKind::NotFound => Trouble::Fault(why),
                _ => Trouble::Unclear(why),
            }
        };
        let entries = fs::read_dir(&root).map_err(failed)?;
        let names = entries.map(|entry| Ok(entry?.file_name()));
        let names: Vec<_> = names.collect::<io::Result<_>>().map_err(failed)?;
        let names = names.iter().filter_map(|name| name.to_str());
        let mut catalogue = Catalogue::default();
        for id in names.chain([saved::ITSELF]) {
            let file = root.join(id).join(self.manifest());
            if !file.is_file() {
                continue;
            }
            saved::add(&mut catalogue, id, manifest::header(&file));
        }
        Ok(catalogue)
    }

    fn read(&self, session: &Session, Reading { point, .. }: Reading) -> Outcome<Vec<Trial>> {
        let folder = session.workspace.join(&self.path).join(&point.id);
        let what = "every file is as its manifest says";
        let file = folder.join(self.manifest());
        Ok(vec![judged(Level::Intact, what, session, &file, &folder)])
    }

    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back> {
        let folder = session.workspace.join(&self.path).join(&point.id);
        copy::tree(&folder, into, &|| session.tools.why_stop())?;
        let what = "every file that was restored is as its manifest says";
        let file = into.join(self.manifest());
        let trial = judged(Level::Restored, what, session, &file, into);
        Ok(saved::back(point, into, &file, trial))
    }
}

impl Directory {
    fn manifest(&self) -> &str {
        self.manifest.as_deref().unwrap_or(manifest::NAME)
    }
}
