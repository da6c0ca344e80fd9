//! The dependencies as a picture, and the same in words.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::functions::{Need, needs};
use super::value::Named;
use super::{Part, Section, picture, shown};
use crate::graph::{Ix, Node};
use crate::model::{Dependency, Visibility};

pub const SECTION: Section = Section {
    id: "diagram",
    title: "Dependency diagram",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &["BC-17", "SP 800-34 G", "ISO 22301 8.2.2"],
    keys: &["systems"],
    missing: "There is nothing to draw: no function and no system is declared.",
    build,
};

#[derive(Serialize)]
struct Dependencies {
    drawn: bool,
    left_out: Option<String>,
    rows: Vec<Row>,
}

/// Everything that one thing needs.
#[derive(Serialize)]
struct Row {
    name: Named,
    kind: &'static str,
    needs: Vec<Need>,
}

fn build(context: &Context) -> Option<Value> {
    let graph = &context.analysis.graph;
    let rows: Vec<Row> = graph.all().map(|node| row(context, node)).collect();
    let picture = picture::picture(context);
    let drawn = picture.is_some();
    let left_out = picture.map_or_else(
        || Some("There is more than a picture can show; the table has all of it.".to_owned()),
        |picture| picture.left_out,
    );
    (!rows.is_empty()).then(|| {
        shown(Dependencies {
            drawn,
            left_out,
            rows,
        })
    })
}

fn row(context: &Context, node: Ix) -> Row {
    let graph = &context.analysis.graph;
    Row {
        name: context.named(graph.kind(node), graph.id(node)),
        kind: graph.kind(node).word(),
        needs: needs(context, dependencies(context, node)),
    }
}

fn dependencies<'a>(context: &Context<'a>, node: Ix) -> &'a [Dependency] {
    match context.analysis.graph.nodes[node.at()] {
        Node::Function(place) => &context.programme.functions[place as usize].depends_on,
        Node::System(place) => &context.programme.systems[place as usize].depends_on,
    }
}
