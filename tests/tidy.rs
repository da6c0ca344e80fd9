//! Holds the source tree to the rules of STYLE: which way imports point, what the core may touch,
//! how large a file grows, what never appears, and that every check is complete.
//!
//! A rule is one function from a tree to complaints, and each complaint says where and what to do.
//! Style that rustfmt and Clippy can judge is theirs.

#[path = "tidy/failing.rs"]
mod failing;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/tree.rs"]
mod tree;

use std::collections::BTreeSet;

use source::{File, Path, Token, attributes, functions, is_name, paths, tokens};
use tree::{Map, Tree};

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;
const COLUMNS_MAX: usize = 100;

/// What the core must not name, in whole or as the start of more.
const OUTSIDE: [&str; 28] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "io::stdin",
    "io::stdout",
    "io::stderr",
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "time::Instant",
    "Instant::now",
    "SystemTime::now",
    "Utc::now",
    "chrono::Local",
    "Local::now",
    "thread::sleep",
    "thread_rng",
    "rand",
    "fastrand",
    "getrandom",
    "ignore",
    "indicatif",
    "inquire",
    "reqwest",
    "sqlx",
    "tempfile",
];

/// What `std::path::Path` asks the disk.
const ASKS_THE_DISK: [&str; 7] = [
    "canonicalize",
    "exists",
    "try_exists",
    "is_dir",
    "is_file",
    "read_dir",
    "read_link",
];

// ---- The rules ----

/// A module imports only from modules listed above it in `src/lib.rs`.
fn imports(tree: &Tree) -> Vec<String> {
    let map = tree.map();
    let mut complaints = Vec::new();
    for file in tree.rust() {
        let Some(module) = module_of(file) else {
            continue;
        };
        let Some(rank) = map.rank(module) else {
            let what = format!("`{module}` is not listed in src/lib.rs; list it in its place");
            complaints.push(complaint(file, 1, &what));
            continue;
        };
        for path in paths(&tokens(&file.code)) {
            let Some(name) = name_at_the_root(file, &path) else {
                continue;
            };
            if name == "*" {
                let what = "imports everything from the crate's root; name the modules";
                complaints.push(complaint(file, path.line, what));
            }
            let Some(target) = map.module_of(name) else {
                continue;
            };
            if map.rank(target) > Some(rank) {
                let what = format!(
                    "`{module}` imports from `{target}`, which src/lib.rs lists below it; \
                     move the code down, or what it needs up"
                );
                complaints.push(complaint(file, path.line, &what));
            }
        }
    }
    complaints
}

/// Above the line there is no disk, network, environment, clock or randomness.
fn purity(tree: &Tree) -> Vec<String> {
    let map = tree.map();
    let mut complaints = Vec::new();
    if !map.is_empty() && !map.has_line {
        complaints.push(format!(
            "src/lib.rs:1: the core has no end; write `// {}`",
            Map::LINE
        ));
    }
    for file in tree.rust() {
        if !module_of(file).is_some_and(|module| map.is_core(module)) {
            continue;
        }
        let shipped = file.shipped();
        let tokens = tokens(&shipped);
        let named = paths(&tokens);
        let named = named
            .iter()
            .filter_map(|path| Some((path.line, outside(path)?.to_owned())));
        let asked = tokens
            .windows(4)
            .filter_map(|t| Some((t[1].line, asks_the_disk(t)?)));
        for (line, what) in named.chain(asked) {
            let what = format!(
                "the core touches the outside with `{what}`; take what it gives as an argument, \
                 or move the code below the line"
            );
            complaints.push(complaint(file, line, &what));
        }
    }
    complaints
}

/// No file passes 600 lines, no function 70, no line 100 columns.
fn size(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > FILE_LINES_MAX {
            let what = format!("{lines} lines, and {FILE_LINES_MAX} is the most; split the file");
            complaints.push(complaint(file, lines, &what));
        }
        for function in functions(&tokens(&file.code)) {
            let lines = function.last_line - function.first_line + 1;
            if lines > FUNCTION_LINES_MAX {
                let name = function.name;
                let what = format!(
                    "`{name}` has {lines} lines, and {FUNCTION_LINES_MAX} is the most; split it"
                );
                complaints.push(complaint(file, function.first_line, &what));
            }
        }
        for (i, (line, literal)) in file.text.lines().zip(file.literals.lines()).enumerate() {
            let columns = line.chars().count();
            // A URL cannot be broken.
            if columns > COLUMNS_MAX && !literal.contains("://") {
                let what = format!("{columns} columns, and {COLUMNS_MAX} is the most; break it");
                complaints.push(complaint(file, i + 1, &what));
            }
        }
    }
    complaints
}

/// Every module opens with `//!`: its one job.
fn headers(tree: &Tree) -> Vec<String> {
    let headless = |file: &&File| file.path.starts_with("src/") && !file.text.starts_with("//!");
    let what = "the module does not say what it is for; open it with `//!` and its one job";
    tree.rust()
        .filter(headless)
        .map(|file| complaint(file, 1, what))
        .collect()
}

/// Nothing unfinished, ignored or silenced without a reason; `unwrap` only in tests.
fn leftovers(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.rust() {
        let code = tokens(&file.code);
        for pair in code.windows(2).filter(|pair| pair[1].text == "!") {
            if let name @ ("todo" | "unimplemented" | "dbg") = pair[0].text {
                let what = format!("`{name}!` is left over; finish the code or remove it");
                complaints.push(complaint(file, pair[0].line, &what));
            }
        }
        for attribute in attributes(&code) {
            if let Some(what) = silenced(attribute) {
                complaints.push(complaint(file, attribute[0].line, what));
            }
        }
        for four in tokens(&file.shipped()).windows(4) {
            if texts(four) == [".", "unwrap", "(", ")"] {
                let what = "`unwrap` outside tests; return an error, or `expect` why it cannot \
                            happen";
                complaints.push(complaint(file, four[1].line, what));
            }
        }
    }
    complaints
}

/// A check is a file, its page, its three examples and its word in the table.
fn checks(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut ids = BTreeSet::new();
    for file in tree
        .rust()
        .filter(|file| file.code.contains("pub const CHECK:"))
    {
        let Some(name) = check_name(&file.path) else {
            continue;
        };
        let id = name.replace('_', "-");
        let page = format!("src/checks/{name}.md");
        let examples =
            ["bad.yaml", "good.yaml", "expected.txt"].map(|f| format!("tests/checks/{id}/{f}"));
        for path in [page]
            .iter()
            .chain(&examples)
            .filter(|path| tree.get(path).is_none())
        {
            complaints.push(complaint(
                file,
                1,
                &format!("the check lacks {path}; write it"),
            ));
        }
        let listed = tree
            .get("src/checks/mod.rs")
            .is_some_and(|table| lists(table, name));
        if !listed {
            let what = format!("`{name}` is not in the table in src/checks/mod.rs; add the word");
            complaints.push(complaint(file, 1, &what));
        }
        ids.insert(id);
    }
    let folder = |file: &File| {
        let (id, _) = file.path.strip_prefix("tests/checks/")?.split_once('/')?;
        Some(id.to_owned())
    };
    let folders: BTreeSet<String> = tree.files.iter().filter_map(folder).collect();
    for id in folders.difference(&ids) {
        let what = "no check has this id; remove the folder, or name it after its check";
        complaints.push(format!("tests/checks/{id}:1: {what}"));
    }
    complaints
}

// ---- What the rules ask ----

fn complaint(file: &File, line: usize, what: &str) -> String {
    format!("{}:{line}: {what}", file.path)
}

fn texts<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    tokens.iter().map(|token| token.text).collect()
}

/// The module of the library that a file belongs to.
fn module_of(file: &File) -> Option<&str> {
    let below = file.path.strip_prefix("src/")?;
    let top = below.split('/').next()?.trim_end_matches(".rs");
    (!matches!(top, "lib" | "main" | "bin")).then_some(top)
}

/// What a path names in the crate's root, when it goes there by `crate` or by enough `super`.
fn name_at_the_root<'a>(file: &File, path: &Path<'a>) -> Option<&'a str> {
    let names = path.names.strip_prefix(&["self"]).unwrap_or(&path.names);
    if names.first() == Some(&"crate") {
        return names.get(1).copied();
    }
    let inside = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
    let depth = inside.matches('/').count() + path.inline_modules;
    let ups = names.iter().take_while(|name| **name == "super").count();
    (ups == depth).then(|| names.get(ups).copied()).flatten()
}

/// The entry of [`OUTSIDE`] that a path falls under.
fn outside(path: &Path) -> Option<&'static str> {
    let mut names = path.names.join("::");
    if path.calls_macro {
        names.push('!');
    }
    OUTSIDE.into_iter().find(|entry| falls_under(&names, entry))
}

/// Whether `names` has `entry` in it: a crate at its start, the others anywhere.
fn falls_under(names: &str, entry: &str) -> bool {
    let is_crate = !entry.contains("::") && !entry.ends_with('!');
    let mut places = names.match_indices(entry).map(|(at, _)| names.split_at(at));
    places.any(|(before, rest)| {
        let after = &rest[entry.len()..];
        (before.is_empty() || before.ends_with("::") && !is_crate)
            && (after.is_empty() || after.starts_with("::"))
    })
}

/// The method of [`ASKS_THE_DISK`] that `.method()` calls.
fn asks_the_disk(four: &[Token]) -> Option<String> {
    let [".", method, "(", ")"] = texts(four)[..] else {
        return None;
    };
    ASKS_THE_DISK
        .contains(&method)
        .then(|| format!(".{method}()"))
}

/// What is wrong with an attribute that silences a lint or a test.
fn silenced(attribute: &[Token]) -> Option<&'static str> {
    let names = texts(attribute);
    let applies = |wanted: &str| match names[..] {
        [first, ..] if first == wanted => true,
        ["cfg_attr", ..] => names.contains(&wanted),
        _ => false,
    };
    if applies("allow") {
        Some("`#[allow]` outlives its cause; write `#[expect(…, reason = \"…\")]`")
    } else if applies("expect") && !names.contains(&"reason") {
        Some("`#[expect]` without a reason; add `reason = \"…\"`")
    } else if applies("ignore") {
        Some("an ignored test proves nothing; mend it or remove it")
    } else {
        None
    }
}

/// The name of the check that lives at `path`.
fn check_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix("src/checks/")?.strip_suffix(".rs")?;
    (name != "mod" && !name.contains('/')).then_some(name)
}

/// Whether a table holds a name. `mod name;` alone does not put it there.
fn lists(table: &File, name: &str) -> bool {
    let tokens = tokens(&table.code);
    let is_entry = |pair: &[Token]| pair[0].text != "mod" && pair[1].text == name;
    is_name(name) && tokens.windows(2).any(is_entry)
}

// ---- The tree keeps the rules ----

fn assert_tidy(rule: fn(&Tree) -> Vec<String>) {
    let complaints = rule(&Tree::of_this_package());
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n"));
}

#[test]
fn a_module_imports_only_from_modules_listed_above_it() {
    assert_tidy(imports);
}

#[test]
fn the_core_touches_nothing_outside() {
    assert_tidy(purity);
}

#[test]
fn no_file_function_or_line_is_too_long() {
    assert_tidy(size);
}

#[test]
fn every_module_says_what_it_is_for() {
    assert_tidy(headers);
}

#[test]
fn nothing_is_left_over_or_silenced_without_a_reason() {
    assert_tidy(leftovers);
}

#[test]
fn every_check_has_its_page_its_examples_and_its_word_in_the_table() {
    assert_tidy(checks);
}
