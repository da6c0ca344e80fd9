//! One pass over a tree of files that was restored: what is in it, and what is strange about it.
//!
//! It follows no link, leaves the device for no other, and opens neither pipes nor devices. What it
//! cannot read it says. It takes some 20 MiB, and besides the names of one folder at each depth.
//!
//! # The hash of a tree
//! BLAKE3 over `mainstay tree 1` and a line break, and then one record for each entry: a folder
//! before what is in it, the names in a folder sorted by their bytes. The root has no record. A
//! record is
//!
//! * one letter for what the entry is: `d` folder, `f` file, `l` symbolic link, `v` device,
//!   `p` named pipe, `s` socket, `u` what could not be read;
//! * its path below the root, as a length and bytes. Each length is 8 bytes, the least one first;
//! * of a file the bits of its mode that let it be executed (0o111; 2 bytes, the least one first),
//!   its length and the 32 bytes of its BLAKE3; of a link its target, as a length and bytes; of a
//!   device its number, as a length is written.
//!
//! Owners, other bits of modes, times, extended attributes and which names are one file are not in
//! it. A hash of a tree with unread entries says nothing about those.

pub mod content;
pub mod descent;
pub mod entropy;
pub mod name;
pub mod walk;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::error::Result;
use entropy::{Entropy, Kinds};
use name::{is_strange, shown};
use walk::{Entry, Kind};

/// How many names a list has; the others are only counted.
pub const LISTED_MAX: usize = 100;

/// Which bits of a mode let a file be executed.
pub const EXECUTABLE: u32 = 0o111;
/// Which bits of a mode let a file be executed as somebody else.
const AS_ANOTHER: u32 = 0o6000;

/// What a pass looks at.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// Entries that are no part of the tree, by their paths below the root.
    pub without: &'a [Vec<u8>],
    /// The kinds of files that are judged by how even they are; if there are none, none is.
    pub entropy: Option<&'a Kinds>,
    /// Ends the pass as soon as it is set.
    pub stop: &'a AtomicBool,
}

/// What is in a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// How many files; one with several names counts as often.
    pub files: u64,
    /// How many folders, without the root.
    pub folders: u64,
    /// How many symbolic links.
    pub links: u64,
    /// How many devices, named pipes and sockets.
    pub others: u64,
    /// How many entries could not be read; what is in a folder among them is not counted at all.
    pub unread: u64,
    /// How much is in all files, in bytes.
    pub bytes: u64,
    /// The hash of all of it.
    pub blake3: blake3::Hash,
    /// What is strange about it, by the order of [`Oddity::ALL`].
    pub strange: [Listed; Oddity::ALL.len()],
    /// How even its files are, if that was asked for.
    pub entropy: Option<Entropy>,
}

/// Some names, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// How many there are.
    pub count: u64,
    /// The first [`LISTED_MAX`] of them, as they are shown.
    pub names: Vec<String>,
}

/// What is strange about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// It could not be read.
    Unread,
    /// It is a link that leads, or may lead, out of the tree.
    LeadsOut,
    /// It is a device.
    Device,
    /// It is a named pipe.
    Fifo,
    /// It is a socket.
    Socket,
    /// It is executed as somebody else: setuid or setgid.
    AsAnother,
    /// Its name is not text, or has control characters in it.
    Name,
}

/// Goes over a tree and says what is in it.
///
/// # Errors
/// As for [`walk::each`].
pub fn survey(root: &Path, look: &Look<'_>) -> Result<Tree> {
    let mut survey = Survey::new(*look);
    walk::each(root, look, |entry| {
        survey.meet(entry);
        Ok(())
    })?;
    Ok(survey.finish())
}

/// A pass over a tree that is not at its end.
#[derive(Debug)]
pub struct Survey<'a> {
    look: Look<'a>,
    hasher: blake3::Hasher,
    tree: Tree,
}

impl<'a> Survey<'a> {
    /// At its beginning.
    pub fn new(look: Look<'a>) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"mainstay tree 1\n");
        let entropy = look.entropy.map(|_| Entropy::default());
        Survey {
            look,
            hasher,
            tree: Tree {
                entropy,
                ..Tree::EMPTY
            },
        }
    }

    /// Goes on to the next entry.
    pub fn meet(&mut self, entry: Entry<'_>) {
        record(&mut self.hasher, entry);
        self.tree.add(entry, &self.look);
    }

    /// What is in the tree.
    pub fn finish(self) -> Tree {
        let blake3 = self.hasher.finalize();
        Tree {
            blake3,
            ..self.tree
        }
    }
}

impl Default for Look<'_> {
    fn default() -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Look {
            without: &[],
            entropy: None,
            stop: &NEVER,
        }
    }
}

impl Listed {
    /// Counts one more, and lists it if there is room.
    pub fn add(&mut self, name: impl FnOnce() -> String) {
        self.count += 1;
        if self.names.len() < LISTED_MAX {
            self.names.push(name());
        }
    }
}

impl Oddity {
    /// All of them.
    pub const ALL: [Oddity; 7] = [
        Oddity::Unread,
        Oddity::LeadsOut,
        Oddity::Device,
        Oddity::Fifo,
        Oddity::Socket,
        Oddity::AsAnother,
        Oddity::Name,
    ];

    /// What it is, as a fragment that reads after a name.
    pub fn words(self) -> &'static str {
        match self {
            Oddity::Unread => "cannot be read",
            Oddity::LeadsOut => "is a link that may lead out of the tree",
            Oddity::Device => "is a device",
            Oddity::Fifo => "is a named pipe",
            Oddity::Socket => "is a socket",
            Oddity::AsAnother => "is executed as somebody else",
            Oddity::Name => "has a name that is not plain text",
        }
    }
}

impl Tree {
    const EMPTY: Tree = Tree {
        files: 0,
        folders: 0,
        links: 0,
        others: 0,
        unread: 0,
        bytes: 0,
        blake3: blake3::Hash::from_bytes([0; 32]),
        strange: [const { Listed::EMPTY }; Oddity::ALL.len()],
        entropy: None,
    };

    /// The entries that are strange in one way.
    pub fn strange(&self, oddity: Oddity) -> &Listed {
        &self.strange[oddity as usize]
    }

    fn add(&mut self, entry: Entry<'_>, look: &Look<'_>) {
        let Entry { path, kind } = entry;
        match kind {
            Kind::Folder => self.folders += 1,
            Kind::File { content, .. } => {
                self.files += 1;
                self.bytes += content.bytes;
                let bits = content.bits.unwrap_or_default();
                if let (Some(entropy), Some(kinds)) = (&mut self.entropy, look.entropy) {
                    entropy.judge(kinds, path, content.bytes, bits, &content.start);
                }
            }
            Kind::Link(_) => self.links += 1,
            Kind::Device(_) | Kind::Fifo | Kind::Socket => self.others += 1,
            Kind::Unread(_) => self.unread += 1,
        }
        for oddity in [odd_kind(entry), odd_name(path)].into_iter().flatten() {
            self.strange[oddity as usize].add(|| match kind {
                Kind::Unread(why) if oddity == Oddity::Unread => walk::complaint(path, why),
                _ => shown(path),
            });
        }
    }
}

impl Listed {
    const EMPTY: Listed = Listed {
        count: 0,
        names: Vec::new(),
    };
}

fn odd_kind(entry: Entry<'_>) -> Option<Oddity> {
    let depth = walk::depth(entry.path);
    match entry.kind {
        Kind::Link(target) => walk::leads_out(depth, target).then_some(Oddity::LeadsOut),
        Kind::File { mode, .. } => (mode & AS_ANOTHER != 0).then_some(Oddity::AsAnother),
        Kind::Device(_) => Some(Oddity::Device),
        Kind::Fifo => Some(Oddity::Fifo),
        Kind::Socket => Some(Oddity::Socket),
        Kind::Unread(_) => Some(Oddity::Unread),
        Kind::Folder => None,
    }
}

fn odd_name(path: &[u8]) -> Option<Oddity> {
    let name = path.rsplit(|byte| *byte == b'/').next()?;
    is_strange(name).then_some(Oddity::Name)
}

/// Adds one entry to the hash of its tree.
fn record(hasher: &mut blake3::Hasher, entry: Entry<'_>) {
    let letter = match entry.kind {
        Kind::Folder => b'd',
        Kind::File { .. } => b'f',
        Kind::Link(_) => b'l',
        Kind::Device(_) => b'v',
        Kind::Fifo => b'p',
        Kind::Socket => b's',
        Kind::Unread(_) => b'u',
    };
    hasher.update(&[letter]);
    let add = |hasher: &mut blake3::Hasher, bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    add(hasher, entry.path);
    match entry.kind {
        Kind::File { content, mode } => {
            let executable = mode & EXECUTABLE;
            hasher.update(&executable.to_le_bytes()[..2]);
            hasher.update(&content.bytes.to_le_bytes());
            hasher.update(&content.blake3);
        }
        Kind::Link(target) => add(hasher, target),
        Kind::Device(number) => {
            hasher.update(&number.to_le_bytes());
        }
        Kind::Folder | Kind::Fifo | Kind::Socket | Kind::Unread(_) => {}
    }
}

#[cfg(test)]
mod tests;
