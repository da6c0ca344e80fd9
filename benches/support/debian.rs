//! A programme as large as one gets: the packages of a distribution as systems, one team for each
//! maintainer, and a function on top of each of the largest sections.
//!
//! Names, dependencies, teams and sizes are as they are; objectives, recovery times, sites and
//! roles follow from them by fixed rules, so that every run measures the same programme.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::process::Command;

use mainstay::load::File;

/// How many systems there are in all.
pub const SYSTEMS: usize = 63_666;
/// How many dependencies they have among each other.
pub const DEPENDENCIES: usize = 279_868;
/// How many team files they are written in.
pub const TEAM_FILES: usize = 2_249;

/// The most systems in one team file; a maintainer with more has several.
const SYSTEMS_PER_FILE: usize = 229;
/// How many functions there are on top, and how many systems each needs directly.
const FUNCTIONS: usize = 24;
const NEEDS: usize = 12;
/// How many sites there are, and restore links, one in each.
const SITES: usize = 12;

/// The plan files of a programme: paths and texts.
pub struct Plans(Vec<(String, String)>);

impl Plans {
    /// As many systems as asked for; `None`, with a message, where the data is absent.
    pub fn new(systems: usize) -> Option<Self> {
        let (nodes, edges) = (read("nodes.tsv.gz")?, read("edges.tsv.gz")?);
        let packages: Vec<Package> = nodes.lines().filter_map(Package::new).collect();
        let chosen = part(&packages, &edges, systems);
        let needs = dependencies(&edges, &chosen);
        let plans = Plans(write(&chosen, &needs));
        if systems == SYSTEMS {
            let count: usize = needs.values().map(Vec::len).sum();
            assert_eq!((chosen.len(), count), (SYSTEMS, DEPENDENCIES));
            assert_eq!(
                plans.0.len() - 1,
                TEAM_FILES,
                "besides that of the organization"
            );
        }
        Some(plans)
    }

    /// The files as the loader takes them.
    pub fn files(&self) -> Vec<File> {
        let file = |(path, text): &(String, String)| File {
            path: path.clone(),
            content: Ok(text.clone().into_bytes()),
        };
        self.0.iter().map(file).collect()
    }

    /// The texts alone.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, text)| text.as_str())
    }
}

/// Reads one table, which is kept compressed beside the package.
fn read(name: &str) -> Option<String> {
    // As cargo sets it now, so that a binary built elsewhere can be told where the package is.
    let package = std::env::var("CARGO_MANIFEST_DIR");
    let package = package.unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let path = format!("{package}/../shared/data/debian-graph/{name}");
    if !std::path::Path::new(&path).is_file() {
        eprintln!("skipped: `../shared/data/debian-graph/{name}` is absent");
        return None;
    }
    let output = Command::new("gzip")
        .args(["-dc", &path])
        .output()
        .expect("gzip runs");
    assert!(output.status.success(), "gzip reads `{name}`");
    Some(String::from_utf8(output.stdout).expect("the table is UTF-8"))
}

struct Package<'a> {
    name: &'a str,
    section: &'a str,
    priority: &'a str,
    size: u64,
    maintainer: &'a str,
}

impl<'a> Package<'a> {
    fn new(line: &'a str) -> Option<Self> {
        let mut columns = line.split('\t');
        Some(Package {
            name: columns.next()?,
            section: columns.next()?,
            priority: columns.next()?,
            size: columns.next()?.parse().ok()?,
            maintainer: columns.next()?,
        })
    }

    /// A number that belongs to the name, the same in every run (FNV-1a).
    fn number(&self) -> usize {
        let hash = self
            .name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        usize::try_from(hash % 1_000_003).expect("a small number")
    }

    /// The recovery time objective in hours, by priority.
    fn rto(&self) -> u32 {
        match self.priority {
            "required" => 2,
            "important" => 4,
            "standard" => 8,
            _ => 24,
        }
    }

    /// The usual recovery time in minutes: two, and more for the large.
    fn likely(&self) -> u64 {
        2 + (self.size / 20_000).min(20)
    }
}

/// As many packages as asked for, each with what it needs, so that a part is like the whole.
fn part<'a>(packages: &'a [Package<'a>], edges: &str, count: usize) -> Vec<&'a Package<'a>> {
    let places = packages
        .iter()
        .enumerate()
        .map(|(i, package)| (package.name, i));
    let places: HashMap<&str, usize> = places.collect();
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); packages.len()];
    for line in edges.lines() {
        let mut columns = line.split('\t').map(|name| places.get(name).copied());
        if let (Some(Some(from)), Some(Some(to))) = (columns.next(), columns.next()) {
            needs[from].push(to);
        }
    }
    let (mut chosen, mut stack) = (vec![false; packages.len()], Vec::new());
    let mut left = count;
    for first in 0..packages.len() {
        stack.push(first);
        while let Some(place) = stack.pop() {
            if left > 0 && !std::mem::replace(&mut chosen[place], true) {
                left -= 1;
                stack.extend(&needs[place]);
            }
        }
    }
    let chosen = packages.iter().zip(chosen).filter(|(_, chosen)| *chosen);
    chosen.map(|(package, _)| package).collect()
}

type Needs<'a> = HashMap<&'a str, Vec<(&'a str, &'a str)>>;

fn dependencies<'a>(edges: &'a str, chosen: &[&Package]) -> Needs<'a> {
    let known: HashMap<&str, ()> = chosen.iter().map(|package| (package.name, ())).collect();
    let mut needs: Needs = HashMap::new();
    for line in edges.lines() {
        let mut columns = line.split('\t');
        if let (Some(from), Some(to), Some(kind)) = (columns.next(), columns.next(), columns.next())
            && known.contains_key(from)
            && known.contains_key(to)
        {
            needs.entry(from).or_default().push((to, kind));
        }
    }
    needs
}

fn write(chosen: &[&Package], needs: &Needs) -> Vec<(String, String)> {
    let mut teams: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in chosen {
        teams.entry(package.maintainer).or_default().push(package);
    }
    let mut files = vec![("mainstay.yaml".to_owned(), organization(chosen))];
    let parts = teams.iter().flat_map(|(maintainer, packages)| {
        packages
            .chunks(SYSTEMS_PER_FILE)
            .map(move |part| (*maintainer, part))
    });
    for (i, (maintainer, packages)) in parts.enumerate() {
        files.push((
            format!("plans/team-{i}.yaml"),
            team(i, maintainer, packages, needs),
        ));
    }
    files
}

fn organization(chosen: &[&Package]) -> String {
    let mut text = String::from(
        "organization:\n  name: Example\n  detection: 10m\n  declaration: 20m\n\
         tiers:\n  - {id: first, name: First, rto: 2h}\n  - {id: second, name: Second, rto: 1d}\n\
         sites:\n  - {id: land, name: Land, kind: region}\n",
    );
    let mut capacities = String::from("capacities:\n");
    for site in 0..SITES {
        let _ = writeln!(
            text,
            "  - {{id: site-{site}, name: Site {site}, kind: data-centre, within: land}}"
        );
        let _ = writeln!(
            capacities,
            "  - {{id: link-{site}, name: Link {site}, parallel: 40}}"
        );
    }
    text + &capacities + &functions(chosen)
}

/// A function for each of the largest sections, on its largest systems.
fn functions(chosen: &[&Package]) -> String {
    let mut sections: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in chosen {
        sections.entry(package.section).or_default().push(package);
    }
    let mut largest: Vec<_> = sections.into_iter().collect();
    largest.sort_by_key(|(_, packages)| std::cmp::Reverse(packages.len()));
    let mut text = String::from("functions:\n");
    for (i, (section, mut packages)) in largest.into_iter().take(FUNCTIONS).enumerate() {
        packages.sort_by_key(|package| (std::cmp::Reverse(package.size), package.name));
        let _ = write!(
            text,
            "  - id: function-{i}\n    name: {section}\n    mtpd: 5d\n    rto: 2d\n    \
             rpo: 4h\n    wrt: 4h\n    depends-on:\n"
        );
        for package in packages.iter().take(NEEDS) {
            let _ = writeln!(text, "      - on: {}", quoted(package.name));
        }
    }
    text
}

fn team(i: usize, maintainer: &str, packages: &[&Package], needs: &Needs) -> String {
    let mut text = format!(
        "team:\n  id: team-{i}\n  name: {}\npeople:\n\
         \x20 - {{id: lead-{i}, name: Lead of {i}}}\n  - {{id: deputy-{i}, name: Deputy of {i}}}\n\
         roles:\n  - id: role-{i}\n    name: Those on call\n    primary: lead-{i}\n    \
         alternates: [deputy-{i}]\n    parallel: 2\nsystems:\n",
        quoted(maintainer),
    );
    for package in packages {
        system(
            &mut text,
            i,
            package,
            needs.get(package.name).map_or(&[], Vec::as_slice),
        );
    }
    text
}

fn system(text: &mut String, team: usize, package: &Package, needs: &[(&str, &str)]) {
    let (site, likely) = (package.number() % SITES, package.likely());
    let tier = if package.rto() <= 2 {
        "first"
    } else {
        "second"
    };
    let holds = if package.number().is_multiple_of(10) {
        "    holds-data: true\n"
    } else {
        ""
    };
    let _ = write!(
        text,
        "  - id: {id}\n    name: {id}\n    owner: role-{team}\n    tier: {tier}\n    \
         site: site-{site}\n    rto: {rto}h\n    rpo: {rpo}h\n{holds}    recovery:\n      \
         strategy: install it again from the mirror\n      likely: {likely}m\n      \
         worst: {worst}m\n      uses: [role-{team}, link-{site}]\n",
        id = quoted(package.name),
        rto = package.rto(),
        rpo = 1 + package.number() % 8,
        worst = likely * 2,
    );
    if !needs.is_empty() {
        text.push_str("    depends-on:\n");
    }
    for (on, kind) in needs {
        let _ = writeln!(text, "      - on: {}", quoted(on));
        if *kind == "Pre-Depends" {
            text.push_str("        for: installing it at all\n");
        }
    }
}

/// A text as YAML reads it back unchanged.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.+".contains(c))
        && !["null", "true", "false"].contains(&text);
    if plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}
