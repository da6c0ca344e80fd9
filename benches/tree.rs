//! How fast a tree that was restored is read, hashed, judged and compared with its manifest.
//!
//! `cargo bench --no-default-features --bench tree` measures with a small tree. With a folder in
//! `MAINSTAY_TREE` it makes one pass over that instead, of the kind `MAINSTAY_PASS` names (`hash`,
//! `entropy` or `compare`), and prints how long it took and its peak memory; `benches/tree.sh`
//! compares that with other programs.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use divan::Bencher;
use divan::counter::BytesCount;
use mainstay::backup::manifest::{NAME, compare, write};
use mainstay::backup::tree::entropy::Kinds;
use mainstay::backup::tree::{Look, Tree, survey};
use tempfile::TempDir;

fn main() {
    match std::env::var_os("MAINSTAY_TREE") {
        Some(folder) => one_pass(&folder),
        None => divan::main(),
    }
}

/// One pass over a folder, as the environment says.
fn one_pass(folder: &OsStr) {
    let folder = Path::new(folder);
    let pass = std::env::var("MAINSTAY_PASS").unwrap_or_default();
    let scratch = tempfile::tempdir().expect("a folder");
    let manifest = scratch.path().join(NAME);
    if pass == "compare" {
        write(folder, &manifest, chrono::DateTime::UNIX_EPOCH).expect("it can be read");
    }
    let began = Instant::now();
    let tree = match pass.as_str() {
        "compare" => compared(folder, &manifest),
        "entropy" => surveyed(folder, Some(&Kinds::default())),
        _ => surveyed(folder, None),
    };
    let seconds = began.elapsed().as_secs_f64();
    let speed = tree.bytes as f64 / seconds / 1e6;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.unwrap_or("unknown").trim();
    println!(
        "{speed:.0} MB/s, {} files, {seconds:.3} s, peak {peak}",
        tree.files
    );
}

fn surveyed(folder: &Path, entropy: Option<&Kinds>) -> Tree {
    let look = Look {
        entropy,
        ..Look::default()
    };
    survey(folder, &look).expect("it can be read")
}

/// With entropy, as a verification does it.
fn compared(folder: &Path, manifest: &Path) -> Tree {
    let kinds = Kinds::default();
    let look = Look {
        entropy: Some(&kinds),
        ..Look::default()
    };
    let (tree, differences) = compare(manifest, folder, &look).expect("it can be read");
    assert!(differences.is_none(), "nothing was changed");
    tree
}

/// A tree, with its manifest: eight large files, and many small ones.
fn small() -> &'static TempDir {
    static SMALL: OnceLock<TempDir> = OnceLock::new();
    SMALL.get_or_init(|| {
        let root = tempfile::tempdir().expect("a folder");
        let mut content = vec![0; 8 << 20];
        blake3::Hasher::new().finalize_xof().fill(&mut content);
        for large in 0..8 {
            fs::write(root.path().join(format!("{large}.bin")), &content).expect("room");
        }
        for small in 0..10_000 {
            let folder = root.path().join(format!("{}", small % 100));
            fs::create_dir_all(&folder).expect("room");
            let file = folder.join(format!("{small}.txt"));
            fs::write(file, &content[small..small + 2000]).expect("room");
        }
        let manifest = root.path().join(NAME);
        write(root.path(), &manifest, chrono::DateTime::UNIX_EPOCH).expect("room");
        root
    })
}

fn count(bencher: Bencher, pass: impl Fn(&Path) -> Tree + Sync) {
    let root = small().path();
    let bytes = pass(root).bytes;
    let bencher = bencher.counter(BytesCount::new(bytes));
    bencher.bench_local(|| pass(root).blake3);
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn hash(bencher: Bencher) {
    count(bencher, |root| surveyed(root, None));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn hash_and_entropy(bencher: Bencher) {
    count(bencher, |root| surveyed(root, Some(&Kinds::default())));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn hash_and_entropy_and_manifest(bencher: Bencher) {
    count(bencher, |root| compared(root, &root.join(NAME)));
}
