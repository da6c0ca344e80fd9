//! The looks of the picture: colours as properties, shapes and dashes as classes.
//!
//! Nothing is told by colour alone: kinds differ in shape, arrows in dash and head, moods in badge
//! and weight.

use super::{EdgeKind, Mood, NodeKind, Theme};

/// A colour: its property, and its value in light and in dark.
struct Colour(&'static str, &'static str, &'static str);

const COLOURS: [Colour; 15] = [
    Colour("ink", "#0f172a", "#f1f5f9"),
    Colour("muted", "#475569", "#cbd5e1"),
    Colour("paper", "#ffffff", "#0f172a"),
    Colour("line", "#64748b", "#94a3b8"),
    Colour("function", "#1d4ed8", "#93c5fd"),
    Colour("function-fill", "#dbeafe", "#1e3a8a"),
    Colour("system", "#475569", "#cbd5e1"),
    Colour("system-fill", "#f1f5f9", "#334155"),
    Colour("vendor", "#7e22ce", "#d8b4fe"),
    Colour("vendor-fill", "#f3e8ff", "#581c87"),
    Colour("site", "#15803d", "#86efac"),
    Colour("site-fill", "#dcfce7", "#14532d"),
    Colour("attention", "#b45309", "#fbbf24"),
    Colour("alarm", "#b91c1c", "#f87171"),
    Colour("on-badge", "#ffffff", "#0f172a"),
];

/// The rules, with `$name` where a colour goes. Longer names come first where one begins another.
const RULES: &str = "\
.diagram text{font-family:\"Noto Sans\",\"Noto Sans Arabic\",\"Noto Sans Hebrew\",\
\"Droid Sans Fallback\",system-ui,sans-serif;fill:$ink;text-anchor:middle}\
.diagram .label{font-size:12px;font-weight:600}\
.diagram .note{font-size:10.5px;fill:$muted}\
.diagram .key{font-size:11px;text-anchor:start;fill:$muted}\
.diagram .box{stroke-width:1.3}\
.diagram .function{fill:$function-fill;stroke:$function}\
.diagram .system{fill:$system-fill;stroke:$system}\
.diagram .vendor{fill:$vendor-fill;stroke:$vendor}\
.diagram .site{fill:$site-fill;stroke:$site}\
.diagram .box.attention{stroke:$attention;stroke-width:2}\
.diagram .box.alarm{stroke:$alarm;stroke-width:2.8}\
.diagram .badge{stroke:$paper;stroke-width:1.2}\
.diagram .badge.attention{fill:$attention}\
.diagram .badge.alarm{fill:$alarm}\
.diagram .mark{fill:none;stroke:$on-badge;stroke-width:1.8;stroke-linecap:round}\
.diagram .line{fill:none;stroke:$line;stroke-width:1.2}\
.diagram .line.soft{stroke-dasharray:6 4}\
.diagram .line.bootstrap{stroke-width:1.7;stroke-dasharray:0.1 4;stroke-linecap:round}\
.diagram .line.attention{stroke:$attention;stroke-width:2}\
.diagram .line.alarm{stroke:$alarm;stroke-width:2.6}\
.diagram .head{fill:$line;stroke:$line;stroke-width:1.2;stroke-linejoin:round}\
.diagram .head.attention{fill:$attention;stroke:$attention}\
.diagram .head.alarm{fill:$alarm;stroke:$alarm}\
.diagram .head.soft{fill:none;stroke-width:1.5}\
.diagram .head.bootstrap{fill:$paper}";

/// What only a screen can do.
const SCREEN: &str = ".diagram .arrow:hover .line{stroke:var(--c-ink);stroke-width:3}";

/// The content of the picture's `style` element.
pub(super) fn style(theme: Theme) -> String {
    painted("diagram", RULES, SCREEN, theme)
}

/// The content of the `style` element of a picture of this class: its rules, with `$name` where a
/// colour goes, and those for a screen alone.
pub(in crate::render) fn painted(class: &str, rules: &str, screen: &str, theme: Theme) -> String {
    let mut names: Vec<&Colour> = COLOURS.iter().collect();
    names.sort_by_key(|colour| std::cmp::Reverse(colour.0.len()));
    let fill_in = |value: &dyn Fn(&Colour) -> String| {
        names.iter().fold(rules.to_owned(), |rules, colour| {
            rules.replace(&format!("${}", colour.0), &value(colour))
        })
    };
    match theme {
        Theme::Print => fill_in(&|colour| colour.1.to_owned()),
        Theme::Page => {
            let rules = fill_in(&|colour| format!("var(--c-{})", colour.0));
            let (light, dark) = (properties(|colour| colour.1), properties(|colour| colour.2));
            format!(
                ".{class}{{{light}}}@media (prefers-color-scheme:dark){{.{class}{{{dark}}}}}\
                 @media print{{.{class}{{{light}}}}}{rules}{screen}"
            )
        }
    }
}

/// Private properties, each of which a page overrides with its `--diagram-` sibling.
fn properties(value: impl Fn(&Colour) -> &'static str) -> String {
    let property =
        |colour: &Colour| format!("--c-{0}:var(--diagram-{0},{1});", colour.0, value(colour));
    COLOURS.iter().map(property).collect()
}

/// The class of a kind of box, and its word in the legend.
pub(super) fn node_kind(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Function => ("function", "Function"),
        NodeKind::System => ("system", "System"),
        NodeKind::Vendor => ("vendor", "Vendor"),
        NodeKind::Site => ("site", "Site"),
    }
}

/// The class of a kind of arrow, and its words in the legend.
pub(super) fn edge_kind(kind: EdgeKind) -> (&'static str, &'static str) {
    match kind {
        EdgeKind::Hard => ("hard", "needs"),
        EdgeKind::Soft => ("soft", "works worse without"),
        EdgeKind::Bootstrap => ("bootstrap", "needs to start"),
    }
}

/// The class of a mood, and its words in the legend.
pub(super) fn mood(mood: Mood) -> (&'static str, &'static str) {
    match mood {
        Mood::Plain => ("plain", ""),
        Mood::Attention => ("attention", "has warnings"),
        Mood::Alarm => ("alarm", "has errors"),
    }
}
