//! What recoveries wait for, and what takes functions down by itself.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::sequence::named;
use super::value::Named;
use super::{Part, Section, shown_unless_empty};
use crate::graph::footing::Resource;
use crate::graph::schedule::Load;
use crate::graph::single::{Single, Singles};
use crate::model::*;
use crate::time::Duration;

pub const SECTION: Section = Section {
    id: "limits",
    title: "Bottlenecks, single points of failure and common fate",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &["BC-17", "BC-20", "ISO 22301 8.3.4", "A1.2", "A1.3(3)", "CC9.1"],
    keys: &["capacities"],
    missing: "Nothing can be said: no function and no system is declared.",
    build,
};

#[derive(Serialize)]
struct Limits {
    bottlenecks: Vec<Bottleneck>,
    singles: Vec<SingleView>,
    singles_more: usize,
    shared: Vec<Shared>,
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

/// A supplier that several vendors rely on.
#[derive(Serialize)]
struct Shared {
    name: Named,
    vendors: Vec<Named>,
}

/// The most single points that are listed; `mainstay impact` tells of the rest.
const SINGLES_MAX: usize = 25;

fn build(context: &Context) -> Option<Value> {
    let analysis = context.analysis;
    let singles = Singles::new(&analysis.graph, &analysis.order, &analysis.footing);
    let shown = singles.ranked.iter().take(SINGLES_MAX);
    let content = Limits {
        bottlenecks: bottlenecks(context),
        singles: shown.map(|single| view(context, &singles, single)).collect(),
        singles_more: singles.ranked.len().saturating_sub(SINGLES_MAX),
        shared: shared(context),
    };
    shown_unless_empty(analysis.graph.nodes.is_empty(), content)
}

fn bottlenecks(context: &Context) -> Vec<Bottleneck> {
    let (capacity, footing) = (&context.analysis.capacity, &context.analysis.footing);
    let loads = footing.resources.iter().zip(capacity.loads());
    let mut waited: Vec<(&Resource, &Load)> =
        loads.filter(|(_, load)| load.waited > Duration::ZERO).collect();
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
        functions: functions.into_iter().map(|node| named(context, node)).collect(),
    }
}

/// Suppliers that several vendors rely on.
fn shared(context: &Context) -> Vec<Shared> {
    let relying = |supplier: &Item<Vendor>| {
        let vendors = context.programme.vendors.iter();
        let on_it = vendors.filter(|vendor| vendor.sub_processors.contains(&supplier.id));
        on_it.map(|vendor| context.named(Kind::Vendor, vendor.id())).collect::<Vec<_>>()
    };
    let all = context.programme.vendors.iter().map(|supplier| Shared {
        name: context.named(Kind::Vendor, supplier.id()),
        vendors: relying(supplier),
    });
    all.filter(|shared| shared.vendors.len() > 1).collect()
}
