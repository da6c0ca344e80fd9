//! What a recovery time is made of: the chain that holds it up, and the one that sets its limit.

use serde::Serialize;

use super::{Places, VERSION, columns};
use crate::finding::{Place, Seg, Spot};
use crate::graph::capacity::Wait;
use crate::graph::doubt::Doubt;
use crate::graph::{Analysis, Ix, explain};
use crate::load::Sources;
use crate::render::seconds::Seconds;
use crate::text::visible;
use crate::time::Duration;

/// What a recovery time is made of.
#[derive(Debug, Serialize)]
pub struct Rto<'a> {
    version: u32,
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    promised: Option<Stated>,
    /// From the disruption to the moment it is back: what adds to it, and the sum so far.
    chain: Vec<Line<'a>>,
    back_at: Seconds,
    /// Whether all this holds only if things that need each other in a circle can come back.
    in_circle: bool,
    /// Why it cannot be told when it is back, where it cannot; then `back_at` is the earliest.
    doubt: Option<String>,
    /// The waits for people and links on its way, and when it is back with them.
    waits: Vec<Waited<'a>>,
    back_at_with_waiting: Seconds,
    /// From the objective that counts down to when this must be back.
    limits: Vec<Line<'a>>,
    due: Option<Seconds>,
    /// What would bring it back in time, each by itself.
    fixes: Vec<Fix<'a>>,
}

#[derive(Debug, Serialize)]
struct Stated {
    time: Seconds,
    at: Option<String>,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    /// The thing; for what passes before anybody begins, `detection` and `declaration`.
    id: &'a str,
    time: Seconds,
    so_far: Seconds,
    basis: Option<String>,
    at: Option<String>,
}

#[derive(Debug, Serialize)]
struct Waited<'a> {
    id: &'a str,
    /// Who or what was busy.
    resource: &'a str,
    time: Seconds,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Fix<'a> {
    /// Recover this faster.
    Shorten { id: &'a str, to: Seconds },
    /// Make this dependency soft.
    Soften { from: &'a str, to: &'a str },
}

impl<'a> Rto<'a> {
    /// Explains one function or system.
    pub fn new(analysis: &'a Analysis, sources: &Sources, node: Ix) -> Self {
        let graph = &analysis.graph;
        let why = explain::Rto::new(analysis, node);
        let doubt = analysis.objectives.doubt[node.at()];
        let lines = [&why.reaction, &why.forward, &why.backward]
            .into_iter()
            .flatten();
        let promised = why.promised.iter().map(|(_, place)| place);
        let places = lines.filter_map(|line| line.place.as_ref()).chain(promised);
        let places = Places::new(sources, places.collect::<Vec<&Place>>());
        let line = |line: &explain::Line| Line {
            id: line.node.map_or_else(|| key(line), |node| graph.id(node)),
            time: Seconds(line.time),
            so_far: Seconds(line.so_far),
            basis: line
                .node
                .zip(line.basis)
                .map(|(node, basis)| graph.own_words(node, basis)),
            at: places.at(line.place.as_ref()),
        };
        Rto {
            version: VERSION,
            id: graph.id(node),
            name: graph.name(node),
            kind: graph.kind(node).word(),
            promised: why.promised.as_ref().map(|(time, place)| Stated {
                time: Seconds(*time),
                at: places.at(Some(place)),
            }),
            chain: why.reaction.iter().chain(&why.forward).map(line).collect(),
            back_at: Seconds(why.back_at),
            in_circle: doubt == Some(Doubt::Circle),
            doubt: doubt.map(|doubt| doubt.words(graph, |node| graph.id(node))),
            waits: why
                .waits
                .iter()
                .map(|wait| waited(analysis, wait))
                .collect(),
            back_at_with_waiting: Seconds(why.back_at_with_waiting),
            limits: why.backward.iter().map(line).collect(),
            due: why.due.map(Seconds),
            fixes: fixes(analysis, &why),
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = format!("{} ({}): {}\n\n", self.id, self.kind, visible(self.name));
        text.push_str(&match &self.promised {
            None => "No recovery time objective is stated.\n".to_owned(),
            Some(Stated { time, at }) => {
                let at = at.as_deref().unwrap_or_default();
                format!("Promised: back in {}, proposed ({at}).\n", time.0.words())
            }
        });
        let (back, due) = (self.back_at.0, self.due.map(|due| due.0));
        text.push_str(&format!("Expected: back at {}, made of\n\n", back.words()));
        text.push_str(&columns(
            &self.chain.iter().map(Line::cells).collect::<Vec<_>>(),
        ));
        if let Some(doubt) = self.doubt.as_ref().filter(|_| !self.in_circle) {
            text.push_str(&format!("\nIt may be later: {doubt}.\n"));
        }
        if self.in_circle {
            text.push_str(
                "\nThis holds only if things that need each other in a circle come back together; \
                 `mainstay check --only dependency-cycle` names them.\n",
            );
        }
        if !self.waits.is_empty() {
            let with = self.back_at_with_waiting.0.words();
            text.push_str(&format!("\nWith waiting: back at {with}, because\n\n"));
            let busy = |wait: &Waited| {
                let Waited { id, resource, time } = wait;
                vec![format!("{id} waits {} for {resource}", time.0.words())]
            };
            text.push_str(&columns(&self.waits.iter().map(busy).collect::<Vec<_>>()));
        }
        if let Some(due) = due {
            let late = back.less(due).filter(|late| *late > Duration::ZERO);
            let verdict = match late {
                Some(late) => format!("it is {} late", late.words()),
                None if self.doubt.is_some() => "whether it is in time cannot be told".to_owned(),
                None => "it is in time".to_owned(),
            };
            let due = due.words();
            text.push_str(&format!(
                "\nNeeded: back by {due}; {verdict}. What sets that:\n\n"
            ));
            text.push_str(&columns(
                &self.limits.iter().map(Line::limit).collect::<Vec<_>>(),
            ));
        }
        for fix in &self.fixes {
            text.push_str(&format!("\nIt would be in time {}.\n", fix.words()));
        }
        text
    }
}

impl Line<'_> {
    fn cells(&self) -> Vec<String> {
        vec![
            format!("+ {}", self.time.0.words()),
            format!("= {}", self.so_far.0.words()),
            self.id.to_owned(),
            self.basis.clone().unwrap_or_else(|| "stated".to_owned()),
            self.at.clone().unwrap_or_default(),
        ]
    }

    fn limit(&self) -> Vec<String> {
        let by = format!("by {}", self.so_far.0.words());
        vec![by, self.id.to_owned(), self.at.clone().unwrap_or_default()]
    }
}

impl Fix<'_> {
    fn words(&self) -> String {
        match self {
            Fix::Shorten { id, to } => format!("if {id} came back within {}", to.0.words()),
            Fix::Soften { from, to } => format!("if {from} worked without {to} (`kind: soft`)"),
        }
    }
}

/// The key of the organization that states a time.
fn key(line: &explain::Line) -> &'static str {
    match line.place.as_ref().map(|place| &place.spot) {
        Some(Spot::Route(_, route)) => match route.last() {
            Some(Seg::Key(key)) => key,
            _ => "",
        },
        _ => "",
    }
}

fn waited<'a>(analysis: &'a Analysis, wait: &Wait) -> Waited<'a> {
    let resource = analysis.footing.resources[wait.resource as usize];
    Waited {
        id: analysis.graph.id(wait.node),
        resource: resource.holder.id(analysis.graph.programme),
        time: Seconds(wait.time),
    }
}

fn fixes<'a>(analysis: &'a Analysis, why: &explain::Rto) -> Vec<Fix<'a>> {
    let graph = &analysis.graph;
    let Some(fix) = &why.fix else {
        return Vec::new();
    };
    let shorten = fix.recovery.map(|(node, to)| Fix::Shorten {
        id: graph.id(node),
        to: Seconds(to),
    });
    let soften = fix.dependency.map(|edge| Fix::Soften {
        from: graph.id(edge.from),
        to: graph.id(edge.to),
    });
    shorten.into_iter().chain(soften).collect()
}
