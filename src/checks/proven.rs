//! Where a drill states what its runs prove of a function or system.

use super::Context;
use crate::finding::Place;
use crate::graph::Ix;
use crate::id::NodeId;
use crate::model::Drill;

/// Where the drill of a run says, in the list under a key, whose figure it measures; nothing once
/// it does not any more.
pub fn place(
    context: &Context,
    (run, node): (&str, Ix),
    key: &'static str,
    of: impl Fn(&Drill) -> Vec<Option<&NodeId>>,
) -> Option<Place> {
    let drill = &context.record.run(run)?.drill;
    let drill = context.programme.drills.get(drill.as_str())?;
    let id = context.analysis.graph.id(node);
    let all = of(drill);
    let index = all
        .iter()
        .position(|of| of.is_some_and(|of| of.as_str() == id))?;
    Some(drill.at().key(key).index(index).key("of"))
}
