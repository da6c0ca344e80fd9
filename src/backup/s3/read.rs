//! Reads objects to their last byte, and compares them with a manifest. They lie nowhere meanwhile:
//! of each only a piece is held.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::PathBuf;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::AT_ONCE;
use super::store::{Enough, Object, Store, in_folder, is_marker};
use crate::backup::manifest::{Comparison, Differences, HEADER_BYTES, Kept, Reader};
use crate::backup::tree::content::Content;
use crate::backup::tree::name::is_below;
use crate::backup::tree::walk::{Entry, Kind};
use crate::backup::{Outcome, Trouble};
use crate::error::{Error, Result};

/// A recovery point, and where its manifest is.
pub struct Listed<'l> {
    /// Its folder below the prefix.
    pub folder: &'l str,
    /// The path of its manifest below that.
    pub manifest: &'l str,
    /// Where the manifest is kept while it is read.
    pub kept: PathBuf,
}

/// The first line of a manifest, or what there is of it; nothing where there is no such object.
///
/// # Errors
/// When it cannot be read.
pub async fn first_line(store: &Store, path: &str) -> Outcome<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let is_there = store.read(path, |piece| {
        line.extend_from_slice(piece);
        Ok(match line.len() < HEADER_BYTES {
            true => Enough::No,
            false => Enough::Yes,
        })
    });
    Ok(is_there.await?.then_some(line))
}

/// Compares all objects of a recovery point with its manifest.
///
/// # Errors
/// When they cannot be read. What is wrong with the manifest itself is the result.
pub async fn compare(store: &Store, listed: &Listed<'_>) -> Outcome<Result<Differences>> {
    let name = in_folder(listed.folder, listed.manifest);
    keep(store, &name, listed).await?;
    let objects = store.objects(listed.folder).await?;
    let without = [listed.manifest.as_bytes().to_vec()];
    let reader = open(&name, listed);
    let comparison = reader.and_then(|reader| Comparison::new(reader, &without, Kept::Contents));
    match comparison {
        Ok(comparison) => meet(store, listed, &objects, comparison).await,
        Err(error) => Ok(Err(error)),
    }
}

/// Keeps a manifest on the disk, as what it lists takes longer to read than a store may wait.
async fn keep(store: &Store, name: &str, listed: &Listed<'_>) -> Outcome<()> {
    let unkept = |error: io::Error| {
        let place = listed.kept.display();
        Trouble::Unclear(format!("`{place}` cannot be written: {error}"))
    };
    let mut file = File::create(&listed.kept).map_err(unkept)?;
    let is_there = store.read(name, |piece| {
        file.write_all(piece).map_err(unkept)?;
        Ok(Enough::No)
    });
    match is_there.await? {
        true => Ok(()),
        false => Err(Trouble::Fault(format!("`{name}` is not there any more"))),
    }
}

fn open(name: &str, listed: &Listed) -> Result<Reader> {
    let file = File::open(&listed.kept);
    let file = file.map_err(|error| Error::io(format!("read the manifest `{name}`"), error))?;
    Reader::of(name, BufReader::new(file))
}

/// Goes over all objects, in order; several are on their way at the same time.
async fn meet(
    store: &Store,
    listed: &Listed<'_>,
    objects: &[Object],
    mut comparison: Comparison<'_>,
) -> Outcome<Result<Differences>> {
    let others = objects.iter().enumerate();
    let others = others.filter(|(_, object)| object.path != listed.manifest);
    let kinds = stream::iter(others).map(|(number, object)| async move {
        let kind = match is_marker(object, objects.get(number + 1)) {
            true => Some(Kind::Folder),
            false => kind(store, listed.folder, object).await?,
        };
        Ok((object.path.as_bytes(), kind))
    });
    let mut kinds = std::pin::pin!(kinds.buffered(AT_ONCE));
    let mut last: &[u8] = &[];
    while let Some((path, kind)) = kinds.try_next().await? {
        let Some(kind) = kind else { continue };
        let folders = folders(path, last).map(|path| (path, &Kind::Folder));
        for (path, kind) in folders.chain([(path, &kind)]) {
            if let Err(error) = comparison.meet(Entry { path, kind }) {
                return Ok(Err(error));
            }
        }
        last = path;
    }
    Ok(comparison.finish())
}

/// What an object is, once all of it was read; nothing where it is gone.
async fn kind(store: &Store, folder: &str, object: &Object) -> Outcome<Option<Kind>> {
    let mut hasher = blake3::Hasher::new();
    let path = in_folder(folder, &object.path);
    let is_there = store.read(&path, |piece| {
        hasher.update(piece);
        Ok(Enough::No)
    });
    Ok(match is_there.await? {
        true => Some(Kind::File {
            content: Content {
                bytes: hasher.count(),
                blake3: *hasher.finalize().as_bytes(),
                bits: None,
                start: [0; 8],
            },
            mode: 0,
        }),
        // The key of a folder that was marked ends with a slash, which the list does not show.
        false if object.bytes == 0 => Some(Kind::Folder),
        false => None,
    })
}

/// The folders of a path that the one before it does not show to be there, from the outermost.
fn folders<'p>(path: &'p [u8], last: &'p [u8]) -> impl Iterator<Item = &'p [u8]> {
    let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    let folders = slashes.map(|(at, _)| &path[..at]);
    folders.filter(move |folder| last != *folder && !is_below(last, folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_comes_once_and_before_what_is_in_it() {
        let told = |path: &'static str, last: &'static str| {
            let folders = folders(path.as_bytes(), last.as_bytes());
            let text = |folder| String::from_utf8_lossy(folder).into_owned();
            folders.map(text).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told("a/b/c", ""), "a a/b");
        assert_eq!(told("a/b/d", "a/b/c"), "");
        assert_eq!(told("a/c/d", "a/b/c"), "a/c");
        assert_eq!(told("ab/c", "a/b"), "ab");
        assert_eq!(told("a/b", "a"), "");
        assert_eq!(told("a", ""), "");
    }
}
