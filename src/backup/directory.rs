//! Folders with a manifest from when they were saved.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::expect::judged;
use super::{
    Back, Catalogue, Entry, Outcome, Provider, Reader, Reading, Session, Trouble, Wanted, copy,
    listed, manifest, note_entry, saved, tree,
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

    fn restores_parts(&self) -> bool {
        true
    }

    fn entries(&self, session: &Session, point: &RecoveryPoint) -> Outcome<Vec<Entry>> {
        let folder = session.workspace.join(&self.path).join(&point.id);
        let mut entries = Some(Vec::new());
        let walked = files(&folder, "", &mut |path, bytes| {
            note_entry(&mut entries, path, bytes);
        });
        walked.map_err(|error| {
            Trouble::Unclear(format!("`{}` cannot be listed: {error}", folder.display()))
        })?;
        listed(entries)
    }

    fn restore_part(
        &self,
        session: &Session,
        point: &RecoveryPoint,
        Wanted { paths, into }: Wanted,
    ) -> Outcome<Vec<Trial>> {
        let folder = session.workspace.join(&self.path).join(&point.id);
        copy::some((&folder, into), paths, &|| session.tools.why_stop())?;
        // What is restored in whole is read again, to be compared with its manifest.
        let look = tree::Look {
            without: &[],
            entropy: None,
            stop: session.tools.stop(),
        };
        let read = tree::survey(into, &look);
        read.map_err(|error| Trouble::Unclear(error.to_string()))?;
        Ok(Vec::new())
    }
}

/// Tells every file below a folder, by its path where that is text.
fn files(folder: &Path, above: &str, tell: &mut dyn FnMut(Option<String>, u64)) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, name) = (entry.file_type()?, entry.file_name());
        // What is below a name that is no text cannot be asked for.
        let name = name.to_str().map(|name| format!("{above}{name}"));
        if kind.is_dir() {
            let below = name.unwrap_or_else(|| format!("{above}{}", char::REPLACEMENT_CHARACTER));
            files(&entry.path(), &format!("{below}/"), tell)?;
        } else if kind.is_file() {
            tell(name, entry.metadata()?.len());
        }
    }
    Ok(())
}

impl Directory {
    fn manifest(&self) -> &str {
        self.manifest.as_deref().unwrap_or(manifest::NAME)
    }
}
