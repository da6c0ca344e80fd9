//! Objects below a prefix of an object store, with a manifest from when they were saved.
//!
//! An object store keeps paths and contents and nothing else. So folders, links and who may execute
//! what come from the manifest, whose last line shows that it is as it was written; all else is
//! read to its last byte. Nothing is ever asked of a store but lists and objects.

mod fetch;
mod read;
mod store;

use std::path::{Path, PathBuf};

use futures_util::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};

use super::expect::{judge, judged};
use super::waited::wait_for;
use super::{Back, Catalogue, Outcome, Provider, Reader, Reading, Session, manifest, saved};
use crate::model::S3;
use crate::proof::{Level, RecoveryPoint, Trial};
use crate::secret;
use crate::text::hex;
use store::{Object, Store};

/// How many objects are on their way at the same time.
const AT_ONCE: usize = 8;
/// Where a manifest is kept while objects are compared with it, in the folder for small things.
const KEPT: &str = "manifest";

impl Provider for S3 {
    fn places(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    fn stamp(&self, session: &Session, point: &RecoveryPoint) -> Outcome<Option<String>> {
        let objects = self.ask(session, async |store| store.objects(below(point)).await)?;
        let mut hash = Sha256::new();
        for Object { path, bytes, stamp } in objects {
            hash.update(format!("{}:{path}{bytes}:{stamp}\n", path.len()));
        }
        Ok(Some(hex(&hash.finalize())))
    }

    fn secrets(&self, workspace: &Path) -> Result<Vec<String>, String> {
        let keys = [&self.access_key, &self.secret_key].into_iter();
        keys.map(|key| secret::referred(key, workspace)).collect()
    }

    fn reader(&self, _: &Session) -> Outcome<Reader> {
        let endpoint = self.endpoint.as_deref().unwrap_or_default();
        let note = "what is read travels unencrypted: the endpoint begins with `http://`";
        let notes = endpoint.starts_with("http://").then(|| note.to_owned());
        Ok(Reader {
            notes: notes.into_iter().collect(),
            ..Reader::default()
        })
    }

    fn list(&self, session: &Session) -> Outcome<Catalogue> {
        let begun = self.ask(session, async |store| {
            let mut ids = store.folders().await?;
            ids.push(saved::ITSELF.to_owned());
            let begun = stream::iter(ids).map(|id| async {
                let begun = read::first_line(store, &self.manifest_of(&id)).await?;
                Ok((id, begun))
            });
            begun.buffered(AT_ONCE).try_collect::<Vec<_>>().await
        })?;
        let mut catalogue = Catalogue::default();
        for (id, begun) in begun {
            if let Some(line) = begun {
                let header = manifest::header_of(&self.manifest_of(&id), &line);
                saved::add(&mut catalogue, &id, header);
            }
        }
        Ok(catalogue)
    }

    fn read(&self, session: &Session, Reading { point, .. }: Reading) -> Outcome<Vec<Trial>> {
        let what = "every object is as its manifest says";
        let listed = read::Listed {
            folder: below(point),
            manifest: self.manifest(),
            kept: session.folder.join(KEPT),
        };
        let compared = self.ask(session, async |store| read::compare(store, &listed).await)?;
        Ok(vec![judge(Level::Intact, what, compared)])
    }

    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back> {
        self.ask(session, async |store| {
            let objects = store.objects(below(point)).await?;
            fetch::all(store, (below(point), &objects), into).await
        })?;
        let file = into.join(self.manifest());
        fetch::furnish(&file, into, &|| session.tools.why_stop())?;
        let what = "every file that was restored is as its manifest says";
        let trial = judged(Level::Restored, what, session, &file, into);
        Ok(saved::back(point, into, &file, trial))
    }
}

impl S3 {
    /// Asks the store that is stated.
    fn ask<T>(&self, session: &Session, ask: impl AsyncFnOnce(&Store) -> Outcome<T>) -> Outcome<T> {
        let store = Store::open(self, session.workspace)?;
        wait_for(session, ask(&store))
    }

    fn manifest(&self) -> &str {
        self.manifest.as_deref().unwrap_or(manifest::NAME)
    }

    /// Where the manifest of a recovery point is, below the prefix.
    fn manifest_of(&self, id: &str) -> String {
        match id {
            saved::ITSELF => self.manifest().to_owned(),
            id => format!("{id}/{}", self.manifest()),
        }
    }
}

/// Where a recovery point is, below the prefix.
fn below(point: &RecoveryPoint) -> &str {
    match point.id.as_str() {
        saved::ITSELF => "",
        id => id,
    }
}
