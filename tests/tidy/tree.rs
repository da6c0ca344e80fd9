//! The source tree that the rules of `tests/tidy.rs` judge, and the order that `src/lib.rs` gives
//! to its modules.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::source::{File, Token, is_name, tokens};

/// The files of `src`, `tests` and `benches`, in the order of their paths.
pub struct Tree {
    pub files: Vec<File>,
}

/// The modules in dependency order, as `src/lib.rs` lists them.
pub struct Map {
    modules: Vec<String>,
    /// How many of them stand above the line.
    core: usize,
    /// What `src/lib.rs` re-exports, and the module that it comes from.
    exports: BTreeMap<String, String>,
    pub has_line: bool,
}

impl Tree {
    /// The tree that this test was built in.
    pub fn of_this_package() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        for folder in ["src", "tests", "benches"] {
            walk(&root.join(folder), folder, &mut files);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// A tree of these paths and texts.
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self {
            files: files
                .iter()
                .map(|(path, text)| File::new(path, text))
                .collect(),
        }
    }

    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    pub fn map(&self) -> Map {
        self.get("src/lib.rs")
            .map_or_else(|| Map::new(&File::new("", "")), Map::new)
    }
}

/// Add what lies in `folder`, which is called `name` below the root. Only Rust is read.
fn walk(folder: &Path, name: &str, files: &mut Vec<File>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let entry = entry.expect("an entry of a readable folder");
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("the type of an entry").is_dir() {
            walk(&entry.path(), &path, files);
        } else {
            let text = if path.ends_with(".rs") {
                fs::read_to_string(entry.path()).expect("a Rust file is UTF-8")
            } else {
                String::new()
            };
            files.push(File::new(&path, &text));
        }
    }
}

impl Map {
    /// What separates the core from the modules that may touch the outside.
    pub const LINE: &str = "---- no I/O above this line ----";

    fn new(lib: &File) -> Self {
        let tokens = tokens(&lib.code);
        let declared = declarations(&tokens);
        let line = lib
            .text
            .lines()
            .position(|l| l.trim_start_matches(['/', ' ']) == Self::LINE);
        let is_above = |token: &Token| line.is_none_or(|line| token.line <= line);
        let mut map = Self {
            core: declared.iter().filter(|name| is_above(name)).count(),
            modules: declared.iter().map(|name| name.text.to_owned()).collect(),
            exports: BTreeMap::new(),
            has_line: line.is_some(),
        };
        map.exports = map.read_exports(&tokens);
        map
    }

    pub fn is_empty(&self) -> bool {
        self.modules.is_empty()
    }

    /// Where `module` stands in the order.
    pub fn rank(&self, module: &str) -> Option<usize> {
        self.modules.iter().position(|m| m == module)
    }

    /// The module that `crate::name` is or comes from.
    pub fn module_of<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.rank(name)
            .map(|_| name)
            .or_else(|| self.exports.get(name).map(String::as_str))
    }

    /// Whether `module` stands above the line.
    pub fn is_core(&self, module: &str) -> bool {
        self.rank(module).is_some_and(|rank| rank < self.core)
    }

    fn read_exports(&self, tokens: &[Token]) -> BTreeMap<String, String> {
        let names = tokens.split(|t| t.text == ";").filter_map(|statement| {
            let start = statement.iter().position(|t| t.text == "use")?;
            let mut names = statement[start + 1..]
                .iter()
                .map(|t| t.text)
                .filter(|t| is_name(t));
            let module = names.find(|name| !matches!(*name, "crate" | "self"))?;
            self.rank(module)?;
            Some(
                names
                    .map(|name| (name.to_owned(), module.to_owned()))
                    .collect::<Vec<_>>(),
            )
        });
        names.flatten().collect()
    }
}

/// The names of the `mod name;` lines, in order.
fn declarations<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let declared = |window: &[Token<'a>]| {
        (window[0].text == "mod" && window[2].text == ";").then_some(window[1])
    };
    tokens.windows(3).filter_map(declared).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "//! mod no;\npub mod a;\n#[cfg(test)]\nmod b;\n\
        // ---- no I/O above this line ----\npub(crate) mod c;\npub use a::{X, y::Z};\n";

    #[test]
    fn the_map_is_read_in_order_with_its_line() {
        let map = Tree::new(&[("src/lib.rs", LIB)]).map();
        assert_eq!(map.modules, ["a", "b", "c"]);
        assert_eq!(["a", "b", "c"].map(|m| map.is_core(m)), [true, true, false]);
        assert!(map.has_line);
    }

    #[test]
    fn a_re_export_belongs_to_its_module() {
        let map = Tree::new(&[("src/lib.rs", LIB)]).map();
        assert_eq!(
            ["b", "X", "Z", "no"].map(|n| map.module_of(n)),
            [Some("b"), Some("a"), Some("a"), None]
        );
    }

    #[test]
    fn this_package_is_found() {
        let tree = Tree::of_this_package();
        assert!(
            tree.get("src/lib.rs")
                .is_some_and(|lib| !lib.text.is_empty())
        );
        assert!(tree.get("tests/tidy.rs").is_some());
    }
}
