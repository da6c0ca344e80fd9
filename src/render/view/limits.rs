//! What recoveries wait for, and what takes functions down by itself.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::sequence::named;
use super::value::Named;
use super::{Part, Section, shown};
use crate::graph::fate::{Fate, Shared, SharedSupplier};
use crate::graph::footing::Resource;
use crate::graph::locked::{Locked, Why};
use crate::graph::schedule::Load;
use crate::graph::single::{Single, Singles};
use crate::model::*;
use crate::time::Duration;

pub const SECTION: Section = Section {
    id: "limits",
    title: "Bottlenecks, single points of failure and common fate",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &[
        "BC-17",
        "BC-20",
        "ISO 22301 8.3.4",
        "A1.2",
        "A1.3(3)",
        "CC9.1",
    ],
    keys: &["capacities"],
    missing: "Nothing can be said: no function and no system is declared.",
    build,
};

#[derive(Serialize)]
struct Limits {
    bottlenecks: Vec<Bottleneck>,
    singles: Vec<SingleView>,
    singles_more: usize,
    fates: Vec<FateView>,
    suppliers: Vec<Supplier>,
    locked: Vec<LockedView>,
}

/// Somebody or something that recoveries wait for.
#[derive(Serialize)]
struct Bottleneck {
    name: Named,
    kind: &'static str,
    parallel: u32,
    queued: u32,
    waited: String,
}

/// Something that takes functions down by itself.
#[derive(Serialize)]
struct SingleView {
    name: Named,
    kind: &'static str,
    functions: Vec<Named>,
}

/// A backup that is lost together with its system.
#[derive(Serialize)]
struct FateView {
    backup: String,
    system: Named,
    shared: Vec<String>,
    saved_by: Option<String>,
}

/// A supplier that several vendors rely on.
#[derive(Serialize)]
struct Supplier {
    name: Named,
    vendors: Vec<Named>,
    functions: Vec<Named>,
}

/// A credential that a recovery cannot get at.
#[derive(Serialize)]
struct LockedView {
    credential: Named,
    safe: Named,
    system: Named,
    why: String,
}

/// The most single points that are listed; `mainstay impact` tells of the rest.
const SINGLES_MAX: usize = 25;

fn build(context: &Context) -> Option<Value> {
    let analysis = context.analysis;
    let singles = &analysis.singles;
    let chosen = singles.ranked.iter().take(SINGLES_MAX);
    let content = Limits {
        bottlenecks: bottlenecks(context),
        singles: chosen
            .map(|single| view(context, singles, single))
            .collect(),
        singles_more: singles.ranked.len().saturating_sub(SINGLES_MAX),
        fates: analysis
            .fate
            .backups
            .iter()
            .map(|fate| self::fate(context, fate))
            .collect(),
        suppliers: analysis
            .fate
            .suppliers
            .iter()
            .map(|s| supplier(context, s))
            .collect(),
        locked: analysis
            .locked
            .iter()
            .map(|locked| self::locked(context, locked))
            .collect(),
    };
    (!analysis.graph.nodes.is_empty()).then(|| shown(content))
}

fn bottlenecks(context: &Context) -> Vec<Bottleneck> {
    let (capacity, footing) = (&context.analysis.capacity, &context.analysis.footing);
    let loads = footing.resources.iter().zip(capacity.loads());
    let mut waited: Vec<(&Resource, &Load)> = loads
        .filter(|(_, load)| load.waited > Duration::ZERO)
        .collect();
    waited.sort_by_key(|(_, load)| std::cmp::Reverse(load.waited));
    let one = |(resource, load): (&Resource, &Load)| {
        let holder = resource.holder;
        Bottleneck {
            name: context.named(holder.kind(), holder.id(context.programme)),
            kind: holder.kind().word(),
            parallel: resource.parallel,
            queued: load.queued,
            waited: load.waited.words(),
        }
    };
    waited.into_iter().map(one).collect()
}

fn view(context: &Context, singles: &Singles, single: &Single) -> SingleView {
    let functions = singles.functions(&context.analysis.graph, single);
    SingleView {
        name: context.named(single.kind, single.id(context.programme)),
        kind: single.kind.word(),
        functions: functions
            .into_iter()
            .map(|node| named(context, node))
            .collect(),
    }
}

fn fate(context: &Context, fate: &Fate) -> FateView {
    let backup = |place: u32| context.programme.backups[place as usize].name.clone();
    FateView {
        backup: backup(fate.backup),
        system: named(context, fate.system),
        shared: fate
            .shared
            .iter()
            .map(|shared| self::shared(context, *shared))
            .collect(),
        saved_by: fate.saved_by.map(backup),
    }
}

/// What a backup and its system share, in words.
fn shared(context: &Context, shared: Shared) -> String {
    let programme = context.programme;
    match shared {
        Shared::System => "the system itself".to_owned(),
        Shared::Site(at) => format!("the site {}", programme.sites[at as usize].name),
        Shared::Vendor(at) => format!("the vendor {}", programme.vendors[at as usize].name),
        Shared::Credential(at) => {
            format!("the credential {}", programme.credentials[at as usize].name)
        }
        Shared::Person(at) => format!("{} alone", programme.people[at as usize].name),
    }
}

fn supplier(context: &Context, supplier: &SharedSupplier) -> Supplier {
    let vendor =
        |at: &u32| context.named(Kind::Vendor, context.programme.vendors[*at as usize].id());
    Supplier {
        name: vendor(&supplier.supplier),
        vendors: supplier.vendors.iter().map(vendor).collect(),
        functions: supplier
            .functions
            .iter()
            .map(|node| named(context, *node))
            .collect(),
    }
}

fn locked(context: &Context, locked: &Locked) -> LockedView {
    let credential = &context.programme.credentials[locked.credential as usize];
    let why = match locked.why {
        Why::Itself => "it needs the credential itself".to_owned(),
        Why::Before => "that comes back only after the system that needs it".to_owned(),
        Why::Scenario(at) => {
            let scenario = &context.programme.scenarios[at as usize].name;
            format!("both are down in the scenario “{scenario}”")
        }
    };
    LockedView {
        credential: context.named(Kind::Credential, credential.id()),
        safe: named(context, locked.safe),
        system: named(context, locked.system),
        why,
    }
}
