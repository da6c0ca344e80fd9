//! The additional full local copy is lost together with the usual one.

use super::{Check, Context, Run, words};
use crate::finding::Finding;
use crate::graph::copies::{self, Copies};
use crate::graph::fate::Shared;
use crate::model::{Backup, Item, Kind};
use crate::proof::same_place;

pub const CHECK: Check = check! {
    copy_not_independent, "copy-not-independent", Error,
    "The additional full local copy is not independent of the usual one",
    clauses: ["BC-28", "SP 800-34 5.1.2", "A1.2(11)", "CP-9(3)", "DORA 12(3)"],
    run: Run::Programme(run),
    runs: beside,
};

/// A full local copy and a usual one of the same systems.
struct Pair<'p> {
    full: &'p Item<Backup>,
    usual: &'p Item<Backup>,
    systems: Vec<&'p str>,
}

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for pair in pairs(context) {
        let shared = shared(context, &pair);
        let Some((key, _)) = shared.first() else {
            continue;
        };
        let Pair {
            full,
            usual,
            systems,
        } = &pair;
        let why = words::list(shared.iter().map(|(_, why)| why));
        let of = words::quoted(systems);
        findings.push(
            CHECK
                .finding(format!(
                    "the full local copy `{}` of {of} is lost with `{}`: {why}",
                    full.id, usual.id
                ))
                .at(full.at().key(key))
                .also(usual.at().key(key), "the usual copy")
                .about(Kind::Backup, full.id.as_str())
                .help(
                    "Keep the full local copy at another site, on another disk and in a repository \
                     of its own, with a credential that does not open the usual one.",
                ),
        );
    }
}

/// Every full local copy beside every usual copy of a system of both.
fn pairs<'p>(context: &Context<'p>) -> Vec<Pair<'p>> {
    let copies = Copies::new(context.programme);
    let mut pairs: Vec<Pair> = Vec::new();
    for system in &context.programme.systems {
        let own = copies.of(system.id.as_str());
        for full in own.iter().filter(|backup| copies::is_full_local(backup)) {
            for usual in own.iter().filter(|backup| !copies::is_full_local(backup)) {
                let same = |it: &&mut Pair| it.full.id == full.id && it.usual.id == usual.id;
                match pairs.iter_mut().find(same) {
                    Some(pair) => pair.systems.push(system.id.as_str()),
                    None => pairs.push(Pair {
                        full,
                        usual,
                        systems: vec![system.id.as_str()],
                    }),
                }
            }
        }
    }
    pairs
}

/// What both share: the key it stands under, and how to say so.
fn shared(context: &Context, pair: &Pair) -> Vec<(&'static str, String)> {
    let Pair { full, usual, .. } = pair;
    let mut shared = Vec::new();
    if let Some(site) = both(full.site.as_ref(), usual.site.as_ref())
        && !is_told(context, pair, |shared| matches!(shared, Shared::Site(_)))
    {
        shared.push(("site", format!("both are at `{site}`")));
    }
    if let Some(opens) = both(full.credential.as_ref(), usual.credential.as_ref())
        && !is_told(context, pair, |shared| {
            matches!(shared, Shared::Credential(_))
        })
    {
        shared.push(("credential", format!("`{opens}` opens both")));
    }
    if let Some(on) = both(full.kept_on.as_ref(), usual.kept_on.as_ref())
        && !is_told(context, pair, |shared| *shared == Shared::System)
    {
        shared.push(("kept-on", format!("both are kept on `{on}`")));
    }
    let with = |backup: &'_ Item<Backup>| backup.verify.as_ref().map(|verify| verify.with.clone());
    if let (Some(ours), Some(theirs)) = (with(full), with(usual))
        && let Some(at) = same_place(&ours, &theirs)
    {
        shared.push(("verify", format!("both are in `{at}`")));
    } else if let Some(repository) = both(
        context.record.repository(full),
        context.record.repository(usual),
    ) {
        shared.push((
            "verify",
            format!("both are in the repository `{repository}`"),
        ));
    }
    shared
}

fn both<T: PartialEq>(ours: Option<T>, theirs: Option<T>) -> Option<T> {
    ours.filter(|ours| theirs.as_ref() == Some(ours))
}

/// Whether `backup-shares-fate` says so already: nothing saves a system of both, for this reason.
fn is_told(context: &Context, pair: &Pair, is: impl Fn(&Shared) -> bool) -> bool {
    let Context {
        programme,
        analysis,
        ..
    } = context;
    let fated = |backup: &Backup, system: &str| {
        analysis.fate.backups.iter().any(|fate| {
            programme.backups[fate.backup as usize].id == backup.id
                && analysis.graph.id(fate.system) == system
                && fate.saved_by.is_none()
                && fate.shared.iter().any(&is)
        })
    };
    let systems = &mut pair.systems.iter();
    systems.all(|system| fated(pair.full, system) && fated(pair.usual, system))
}
