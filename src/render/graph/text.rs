//! The graph for people: in which order things come back, when, and what each needs.

use std::fmt::Write;

use super::{Format, Part};
use crate::graph::{Ix, objectives};
use crate::model::DependencyKind;
use crate::text::visible;

pub const FORMAT: Format = Format {
    name: "text",
    summary: "for people: what comes back when, and what it needs",
    write,
};

fn write(part: &Part) -> String {
    let analysis = part.analysis;
    let width = part.nodes().map(|node| analysis.graph.id(node).chars().count()).max();
    let Some(width) = width else {
        return "There are no functions and systems yet.\n".to_owned();
    };
    let mut text = String::from("In the order of recovery; times count from the disruption.\n");
    for (number, wave) in analysis.order.waves().iter().enumerate() {
        let mut shown = wave.iter().filter(|node| part.has(**node)).peekable();
        if shown.peek().is_some() {
            let what = if number == 0 { "needs nothing else" } else { "needs the waves before" };
            writeln!(text, "\nWave {}: {what}", number + 1).expect("a string takes all");
        }
        for node in shown {
            text.push_str(&entry(part, *node, width));
        }
    }
    for circle in part.circles() {
        // The way round ends where it began.
        let ids = circle.iter().chain(circle.first()).map(|node| analysis.graph.id(*node));
        let round = ids.collect::<Vec<_>>().join(" → ");
        writeln!(text, "\nIn a circle: {round}").expect("a string takes all");
    }
    text
}

fn entry(part: &Part, node: Ix, width: usize) -> String {
    let (graph, times) = (&part.analysis.graph, &part.analysis.objectives);
    let (id, name) = (graph.id(node), visible(graph.name(node)));
    let back = format!("back at {}", times.back_at[node.at()].words());
    let rto = graph.rto(node).map_or("no RTO".to_owned(), |rto| format!("RTO {rto}"));
    let late = times.excess(node).and(times.due[node.at()]);
    let late = late.map_or(String::new(), |due| format!(", needed by {}", due.words()));
    let mut text = format!("  {id:width$}  {name}: {back}, {rto}{late}\n");
    for edge in part.needs(node) {
        let needed = graph.id(edge.to);
        let kind = match edge.kind {
            DependencyKind::Hard => String::new(),
            other => format!(" ({other})"),
        };
        let contradicts = objectives::contradicts(graph, edge);
        let promise = if contradicts { ", which promises less" } else { "" };
        writeln!(text, "  {:width$}  needs {needed}{kind}{promise}", "")
            .expect("a string takes all");
    }
    text
}
