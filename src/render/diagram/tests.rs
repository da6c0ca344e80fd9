//! What a picture promises, for any diagram and for believable ones.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::layout::{Direction, Layout, layout};
use super::tile::Tile;
use super::{Diagram, Edge, EdgeKind, Mood, Node, NodeKind, Theme, svg};

const KINDS: [NodeKind; 4] = [
    NodeKind::Function,
    NodeKind::System,
    NodeKind::Vendor,
    NodeKind::Site,
];
const EDGES: [EdgeKind; 3] = [EdgeKind::Hard, EdgeKind::Soft, EdgeKind::Bootstrap];
const MOODS: [Mood; 3] = [Mood::Plain, Mood::Attention, Mood::Alarm];

const NAMES: [&str; 24] = [
    "Order intake",
    "Payroll",
    "Customer support",
    "Shipping and logistics",
    "Invoicing",
    "ERP",
    "Identity provider",
    "Core network",
    "Customer portal",
    "Data warehouse",
    "PostgreSQL primary",
    "Object storage",
    "Mail gateway",
    "Message queue",
    "Backup vault",
    "Kőszegi Ügyfélszolgálat",
    "Großhandel Straße",
    "株式会社サンプル東京データセンター",
    "שלום בע״מ",
    "شركة مرحبا للاتصالات",
    "Payment service provider",
    "Colocation Frankfurt",
    "DNS",
    "Very long system name that nobody would ever fit into a small box <&>",
];

fn edge(from: usize, to: usize, kind: EdgeKind) -> Edge {
    Edge {
        from,
        to,
        kind,
        mood: Mood::Plain,
    }
}

fn node(index: usize, kind: NodeKind, mood: Mood) -> Node {
    Node {
        id: format!("n{index}"),
        label: NAMES[index % NAMES.len()].to_owned(),
        note: if index.is_multiple_of(3) {
            String::new()
        } else {
            format!("RTO {index} h")
        },
        kind,
        mood,
    }
}

/// Functions that need systems, which need systems, vendors and sites: `count` of them in all.
pub(in crate::render) fn organization(count: usize) -> Diagram {
    let mut seed = 7_usize;
    let mut roll = |below: usize| {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        (seed >> 8) % below.max(1)
    };
    let (functions, systems) = (count / 4, count * 3 / 4);
    let mut diagram = Diagram {
        title: format!("Dependencies of {count}"),
        description: "Functions and what they need.".to_owned(),
        ..Diagram::default()
    };
    for index in 0..count {
        let kind = match index {
            index if index < functions => NodeKind::Function,
            index if index < systems => NodeKind::System,
            index if index < systems + (count - systems) * 2 / 3 => NodeKind::Vendor,
            _ => NodeKind::Site,
        };
        let mood = match roll(12) {
            0 => Mood::Attention,
            1 => Mood::Alarm,
            _ => Mood::Plain,
        };
        diagram.nodes.push(node(index, kind, mood));
    }
    let isolated = count / 15;
    // Functions need applications, which need platforms, which need what is bought or a site.
    let tiers = [0, functions, functions * 2, systems, count - isolated];
    for tier in tiers.windows(3) {
        for from in tier[0]..tier[1] {
            for _ in 0..=roll(3) {
                let width = tier[2] - tier[1];
                let to = tier[1] + roll(width).min(roll(width));
                let kind = EDGES[roll(5).saturating_sub(2).min(1)];
                if to < count
                    && !diagram
                        .edges
                        .iter()
                        .any(|edge| (edge.from, edge.to) == (from, to))
                {
                    diagram.edges.push(edge(from, to, kind));
                }
            }
            if roll(4) == 0 && count > 4 {
                diagram.edges.push(edge(
                    from,
                    systems + roll(3).min(count - systems - 1),
                    EdgeKind::Hard,
                ));
            }
        }
    }
    if count > 4 {
        diagram
            .edges
            .push(edge(functions + 1, functions, EdgeKind::Bootstrap));
    }
    if let Some(first) = diagram.edges.first_mut() {
        first.mood = Mood::Alarm;
    }
    diagram
}

fn any_diagram() -> impl Strategy<Value = Diagram> {
    let nodes = prop::collection::vec((".{0,30}", ".{0,9}", 0..4_usize, 0..3_usize), 0..24);
    let edges = prop::collection::vec((0..26_usize, 0..26_usize, 0..3_usize, 0..3_usize), 0..60);
    (nodes, edges).prop_map(|(nodes, edges)| Diagram {
        title: "Any".to_owned(),
        description: String::new(),
        nodes: nodes
            .into_iter()
            .enumerate()
            .map(|(index, (label, note, kind, mood))| Node {
                id: format!("n{index}"),
                label,
                note,
                kind: KINDS[kind],
                mood: MOODS[mood],
            })
            .collect(),
        edges: edges
            .into_iter()
            .map(|(from, to, kind, mood)| Edge {
                from,
                to,
                kind: EDGES[kind],
                mood: MOODS[mood],
            })
            .collect(),
    })
}

fn overlaps(one: &Tile, other: &Tile) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

fn check(diagram: &Diagram) -> Layout {
    let layout = layout(diagram);
    assert_eq!(layout.tiles.len(), diagram.nodes.len());
    for (index, one) in layout.tiles.iter().enumerate() {
        assert!(one.x >= 0.0 && one.x + one.width <= layout.width, "{one:?}");
        assert!(
            one.y >= 0.0 && one.y + one.height <= layout.height,
            "{one:?}"
        );
        for other in &layout.tiles[..index] {
            assert!(!overlaps(one, other), "{one:?} and {other:?}");
        }
    }
    let ends_exist = |edge: &&Edge| edge.from.max(edge.to) < diagram.nodes.len();
    assert_eq!(
        layout.routes.len(),
        diagram.edges.iter().filter(ends_exist).count()
    );
    for route in &layout.routes {
        let edge = diagram.edges[route.edge];
        assert_eq!(route.points.len() % 2, 0);
        touches(&layout, edge.from, route.points[0]);
        touches(&layout, edge.to, route.points[route.points.len() - 1]);
        crosses_no_box(&layout, &route.points);
    }
    layout
}

fn touches(layout: &Layout, node: usize, point: super::Point) {
    let Tile {
        x,
        y,
        width,
        height,
        ..
    } = layout.tiles[node];
    let near = |one: f64, other: f64| (one - other).abs() < 0.01;
    let (on_side, within) = match layout.direction {
        Direction::Right => (
            near(point.x, x) || near(point.x, x + width),
            (y..=y + height).contains(&point.y),
        ),
        Direction::Down => (
            near(point.y, y) || near(point.y, y + height),
            (x..=x + width).contains(&point.x),
        ),
    };
    assert!(
        on_side && within,
        "{point:?} is not on the side of {:?}",
        layout.tiles[node]
    );
}

/// The straight pieces run beside boxes; the curves stay between the columns.
fn crosses_no_box(layout: &Layout, points: &[super::Point]) {
    for pair in points[1..points.len() - 1].chunks(2) {
        let (from, to) = (pair[0], pair[1]);
        let lane = Tile {
            x: from.x.min(to.x),
            y: from.y.min(to.y),
            width: (from.x - to.x).abs(),
            height: (from.y - to.y).abs(),
            label: Vec::new(),
            note: String::new(),
        };
        for tile in &layout.tiles {
            assert!(!overlaps(&lane, tile), "{lane:?} crosses {tile:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_boxes_overlap_and_arrows_touch_their_boxes(diagram in any_diagram()) {
        check(&diagram);
    }

    #[test]
    fn the_same_diagram_gives_the_same_bytes(diagram in any_diagram()) {
        prop_assert_eq!(svg(&diagram, Theme::Print), svg(&diagram, Theme::Print));
    }
}

#[test]
fn believable_organizations_of_every_size_are_laid_out() {
    for count in [1, 2, 5, 12, 30, 100, 300] {
        let layout = check(&organization(count));
        assert!(
            layout.width < 3.0 * layout.height || count < 12,
            "{count}: {}",
            layout.width
        );
    }
}

#[test]
fn nothing_gives_an_empty_picture() {
    let nothing = svg(&Diagram::default(), Theme::Page);
    assert!(nothing.starts_with("<svg ") && nothing.ends_with("</svg>\n"));
}

#[test]
fn a_cycle_and_a_loop_are_drawn_as_given() {
    let nodes = (0..3)
        .map(|index| node(index, NodeKind::System, Mood::Plain))
        .collect();
    let edges = [(0, 1), (1, 2), (2, 0), (1, 1), (9, 0)];
    let edges = edges
        .map(|(from, to)| edge(from, to, EdgeKind::Hard))
        .to_vec();
    let layout = check(&Diagram {
        nodes,
        edges,
        ..Diagram::default()
    });
    assert_eq!(
        layout.routes.len(),
        4,
        "the edge without a beginning is not drawn"
    );
}

#[test]
fn a_bootstrap_edge_gives_way_in_a_cycle() {
    let nodes = (0..2)
        .map(|index| node(index, NodeKind::System, Mood::Plain))
        .collect();
    let edges = vec![edge(1, 0, EdgeKind::Bootstrap), edge(0, 1, EdgeKind::Hard)];
    let layout = check(&Diagram {
        nodes,
        edges,
        ..Diagram::default()
    });
    assert!(layout.tiles[0].y < layout.tiles[1].y || layout.tiles[0].x < layout.tiles[1].x);
}

#[test]
fn a_long_chain_runs_down_the_page() {
    let nodes = (0..12)
        .map(|index| node(index, NodeKind::System, Mood::Plain))
        .collect();
    let edges = (1..12).map(|to| edge(to - 1, to, EdgeKind::Hard)).collect();
    let layout = check(&Diagram {
        nodes,
        edges,
        ..Diagram::default()
    });
    assert_eq!(layout.direction, Direction::Down);
}

#[test]
fn a_plan_cannot_write_markup_into_the_picture() {
    let mut diagram = organization(2);
    diagram.nodes[0].label = "<script>\"&'\u{1}".to_owned();
    diagram.title = "</title><script>".to_owned();
    let svg = svg(&diagram, Theme::Page);
    assert!(!svg.contains("<script") && !svg.contains('\u{1}'), "{svg}");
}

#[test]
fn paper_gets_literal_colours_and_pages_get_properties() {
    let diagram = organization(12);
    assert!(!svg(&diagram, Theme::Print).contains("var("));
    assert!(!svg(&diagram, Theme::Print).contains('$'));
    assert!(svg(&diagram, Theme::Page).contains("var(--diagram-ink,"));
}

/// The limits are far above what it takes, and far below what would hold a document up.
fn check_time(diagram: &Diagram, limit: Duration) {
    let start = Instant::now();
    let svg = svg(diagram, Theme::Print);
    assert!(start.elapsed() < limit, "it took {:?}", start.elapsed());
    assert!(svg.len() < (diagram.nodes.len() + diagram.edges.len()) * 3_000);
}

#[test]
fn three_hundred_boxes_are_quick_and_two_thousand_end() {
    check_time(&organization(300), Duration::from_secs(5));
    check_time(&organization(2_000), Duration::from_secs(40));
}

#[test]
fn a_dozen_hubs_that_everything_needs_end() {
    let nodes = (0..900)
        .map(|index| node(index, NodeKind::System, Mood::Plain))
        .collect();
    let needs = |from: usize| (0..12).map(move |hub| edge(from, hub, EdgeKind::Hard));
    let edges = (12..900).flat_map(needs).collect();
    check_time(
        &Diagram {
            nodes,
            edges,
            ..Diagram::default()
        },
        Duration::from_secs(40),
    );
}

#[test]
fn a_chain_of_two_thousand_ends() {
    let nodes = (0..2_000)
        .map(|index| node(index, NodeKind::System, Mood::Plain))
        .collect();
    let edges = (1..2_000)
        .map(|to| edge(to - 1, to, EdgeKind::Hard))
        .collect();
    check_time(
        &Diagram {
            nodes,
            edges,
            ..Diagram::default()
        },
        Duration::from_secs(40),
    );
}
