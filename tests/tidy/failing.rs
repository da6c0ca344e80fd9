//! Proves that the rules of `tests/tidy.rs` can fail: each is given small bad code.

use crate::tree::Tree;
use crate::{checks, headers, imports, leftovers, purity, size};

/// The example library: `low` and `mid` are core, `top` is not.
const LIB: (&str, &str) = (
    "src/lib.rs",
    "//! Map.\nmod low;\nmod mid;\n// ---- no I/O above this line ----\n\
     mod top;\npub use top::Top;",
);

/// Assert that `rule` complains about `text` at `path` at exactly these lines.
fn check(rule: fn(&Tree) -> Vec<String>, path: &str, text: &str, lines: &[usize]) {
    let complaints = rule(&Tree::new(&[LIB, (path, text)]));
    let found: Vec<usize> = complaints
        .iter()
        .map(|c| {
            c.strip_prefix(path)
                .and_then(|c| c.split(':').nth(1)?.parse().ok())
        })
        .map(|line| line.unwrap_or_else(|| panic!("a complaint about {path}: {complaints:?}")))
        .collect();
    assert_eq!(found, lines, "{complaints:#?}");
}

#[test]
fn an_import_from_below_is_refused() {
    check(
        imports,
        "src/mid.rs",
        "use crate::low::A;\nuse crate::mid::B;",
        &[],
    );
    check(
        imports,
        "src/mid.rs",
        "use crate::{low::{A},\n top::B};",
        &[2],
    );
    check(imports, "src/mid.rs", "\nfn f(x: crate::top::X) {}", &[2]);
    check(imports, "src/mid.rs", "use crate::Top;", &[1]);
    check(imports, "src/low/mod.rs", "use super::mid::A;", &[1]);
    check(
        imports,
        "src/low/deep.rs",
        "use super::mid::A;\nuse super::super::{mid, low};",
        &[2],
    );
    check(
        imports,
        "src/low.rs",
        "mod tests { use super::top;\n use super::super::mid; }",
        &[2],
    );
    check(imports, "src/low.rs", "use super::*;", &[1]);
    check(imports, "src/low/deep.rs", "use super::*;", &[]);
    check(
        imports,
        "src/low.rs",
        "// crate::top\nconst A: &str = \"crate::top\";",
        &[],
    );
    check(imports, "src/main.rs", "use crate::top;", &[]);
    check(imports, "src/stray.rs", "", &[1]);
}

#[test]
fn a_core_that_touches_the_outside_is_refused() {
    for bad in [
        "use std::fs;",
        "use std::{fmt, env};",
        "std::process::exit(1)",
        "use std::net::TcpStream;",
        "use std::io::{self, Write, stdout};",
        "io::stderr()",
        "println!(\"a\")",
        "use std::time::{Duration, Instant};",
        "chrono::Utc::now()",
        "Local::now()",
        "SystemTime::now()",
        "rand::rng()",
        "path.exists()",
    ] {
        check(purity, "src/mid.rs", bad, &[1]);
        check(purity, "src/top.rs", bad, &[]);
        check(
            purity,
            "src/mid.rs",
            &format!("#[cfg(test)]\nmod tests {{ {bad}; }}"),
            &[],
        );
        check(
            purity,
            "src/mid.rs",
            &format!("//! {bad}\n/* {bad} */"),
            &[],
        );
    }
    for good in [
        "env!(\"A\")",
        "include_str!(\"a\")",
        "a.ignore",
        "use a::ignore;",
        "writeln!(f)",
    ] {
        check(purity, "src/mid.rs", good, &[]);
    }
}

#[test]
fn a_core_without_an_end_is_refused() {
    assert_eq!(purity(&Tree::new(&[("src/lib.rs", "mod low;")])).len(), 1);
    assert_eq!(
        purity(&Tree::new(&[("src/lib.rs", "//! Nothing yet.")])).len(),
        0
    );
}

#[test]
fn a_long_file_function_or_line_is_refused() {
    check(size, "src/low.rs", &"\n".repeat(600), &[]);
    check(size, "tests/a.rs", &"\n".repeat(601), &[601]);
    let function = |lines: usize| format!("\nfn f() {{{}}}", "\n".repeat(lines - 1));
    check(size, "benches/a.rs", &function(70), &[]);
    check(size, "benches/a.rs", &function(71), &[2]);
    check(size, "src/low.rs", &"é".repeat(100), &[]);
    check(size, "src/low.rs", &"é".repeat(101), &[1]);
    let link = format!("\"https://{}\"", "a".repeat(100));
    check(size, "src/low.rs", &link, &[]);
    check(size, "src/low.rs", &format!("// {link}"), &[1]);
}

#[test]
fn a_module_that_does_not_say_what_it_is_for_is_refused() {
    check(headers, "src/low.rs", "//! Low.", &[]);
    check(headers, "src/low.rs", "use a;\n//! Low.", &[1]);
    check(headers, "tests/a.rs", "", &[]);
}

#[test]
fn what_is_left_over_or_silenced_without_a_reason_is_refused() {
    for bad in [
        "todo!()",
        "unimplemented!()",
        "dbg!(a)",
        "#[allow(a)]",
        "#![allow(a)]",
        "#[ignore]",
    ] {
        check(leftovers, "src/low.rs", &format!("\n{bad}"), &[2]);
        check(leftovers, "tests/a.rs", bad, &[1]);
        check(leftovers, "src/low.rs", &format!("// {bad}"), &[]);
    }
    check(
        leftovers,
        "src/low.rs",
        "#[cfg_attr(a, allow(b))]\n#[ignore = \"slow\"]",
        &[1, 2],
    );
    check(
        leftovers,
        "src/low.rs",
        "#[expect(a)]\n#[expect(a, reason = \"b\")]",
        &[1],
    );
    check(
        leftovers,
        "src/low.rs",
        "todo != ignore; #[serde(ignore)]",
        &[],
    );
}

#[test]
fn unwrap_outside_tests_is_refused() {
    check(leftovers, "src/low.rs", "a\n.unwrap()", &[2]);
    check(
        leftovers,
        "src/low.rs",
        "a.unwrap_or(b); c.expect(\"d\")",
        &[],
    );
    check(
        leftovers,
        "src/low.rs",
        "#[cfg(test)]\nmod tests { fn f() { a.unwrap() } }",
        &[],
    );
    check(leftovers, "tests/a.rs", "a.unwrap()", &[]);
}

/// How many complaints there are about the check `a-b` when exactly `files` belong to it.
fn complaints_about_a_check(table: &str, files: &[&str]) -> usize {
    let mut all = vec![("src/checks/mod.rs", table)];
    all.extend(
        files
            .iter()
            .map(|path| (*path, "pub const CHECK: Check = Check {};")),
    );
    checks(&Tree::new(&all)).len()
}

#[test]
fn an_incomplete_check_is_refused() {
    const WHOLE: [&str; 5] = [
        "src/checks/a_b.rs",
        "src/checks/a_b.md",
        "tests/checks/a-b/bad.yaml",
        "tests/checks/a-b/good.yaml",
        "tests/checks/a-b/expected.txt",
    ];
    assert_eq!(complaints_about_a_check("table![a_b]", &WHOLE), 0);
    assert_eq!(
        complaints_about_a_check("mod a_b;", &WHOLE),
        1,
        "the table lacks it"
    );
    assert_eq!(
        complaints_about_a_check("table![]", &WHOLE[..1]),
        5,
        "only the code is there"
    );
    assert_eq!(
        complaints_about_a_check("table![]", &WHOLE[1..]),
        1,
        "only the code is missing"
    );
    assert_eq!(complaints_about_a_check("", &[]), 0);
}
