//! Text becomes a tree with positions, within budgets.
//!
//! The parser's events are folded into nodes that know where they stand. Depth, size and the
//! growth by aliases are bounded here, so nothing after this has to fear its input. Scalars stay
//! text: what `no` or `0777` means is for the type that is asked for to say.

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::open::Open;
use super::problem::{Complaint, Problems};
use super::tree::{Data, Node};

/// The deepest nesting a plan may have; the model itself needs eight levels.
const DEPTH_MAX: usize = 64;
/// How many values a file may hold. One of 20 MB has about two million.
const VALUES_MAX: usize = 4_000_000;
/// How much all aliases of a file together may repeat, in [`Node`]s and bytes of text.
const ALIASED_MAX: usize = 1024 * 1024;
const TOO_MUCH: &str = "all aliases together repeat more than 1 MiB";
const INSIDE: &str = "an alias stands inside what it repeats";
/// How much all anchors of a document together may hold for aliases to repeat.
const ANCHORED_MAX: usize = 4 * ALIASED_MAX;
/// What a value counts as beside its text.
const VALUE_WEIGHT: usize = 64;

/// Reads every document of a text, as much of each as can be read; the rest is a problem.
///
/// After a fault the items that were complete are kept and the next document is read all the same.
pub fn parse<'a>(text: &'a str, problems: &mut Problems) -> Vec<Option<Node<'a>>> {
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let fold = Fold {
        parser: Parser::new_from_str_with_options(text, options),
        text,
        size: u32::try_from(text.len()).unwrap_or(u32::MAX),
        problems,
        documents: Vec::new(),
        open: Vec::new(),
        anchors: HashMap::new(),
        anchored: 0,
        aliased: 0,
        values: 0,
        weight: 0,
    };
    fold.run()
}

struct Fold<'a, 'p> {
    parser: Parser<'a, StrInput<'a>>,
    text: &'a str,
    size: u32,
    problems: &'p mut Problems,
    documents: Vec<Option<Node<'a>>>,
    open: Vec<Open<'a>>,
    /// What anchors name, each with its weight.
    anchors: HashMap<usize, (Node<'a>, usize)>,
    /// The weight of what anchors hold in this document.
    anchored: usize,
    /// The weight of what aliases repeated.
    aliased: usize,
    values: usize,
    /// The weight of everything read, to tell the weight of a list or map when it ends.
    weight: usize,
}

impl<'a> Fold<'a, '_> {
    fn run(mut self) -> Vec<Option<Node<'a>>> {
        while let Some(next) = self.parser.next_event() {
            match next {
                Ok((event, span)) => self.event(event, span),
                Err(error) if !self.recover(&error) => break,
                Err(_) => {}
            }
            if self.values > VALUES_MAX {
                self.too_many_values();
                break;
            }
        }
        self.documents
    }

    fn event(&mut self, event: Event<'a>, span: Span) {
        let (start, end) = self.range(span);
        match event {
            Event::DocumentStart(..) => {
                self.documents.push(None);
                self.anchors.clear();
                self.anchored = 0;
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), (start, end));
                let before = self.weight;
                self.weight += text.len();
                let data = Data::Scalar(text, style == ScalarStyle::Plain);
                self.close(anchor, before, Node { start, end, data });
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), (start, start));
                self.open(start, anchor, Data::List(Vec::new()));
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), (start, start));
                self.open(start, anchor, Data::Map(Vec::new()));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let open = self.open.pop();
                let open = open.expect("the parser closes only what it opened");
                let (start, data) = (open.start, open.data);
                self.close(open.anchor, open.weight, Node { start, end, data });
            }
            Event::Alias(id) => self.alias(id, start, end),
            _ => {}
        }
    }

    fn open(&mut self, start: u32, anchor: usize, data: Data<'a>) {
        let open = Open::new(start, anchor, data, self.weight);
        self.open.push(open);
    }

    /// A node is complete: it goes into what is open, or it is the document.
    ///
    /// `before` is the weight of all that was read before the node began.
    fn close(&mut self, anchor: usize, before: usize, node: Node<'a>) {
        self.values += 1;
        self.weight += VALUE_WEIGHT;
        let weight = self.weight - before;
        if anchor > 0 && weight <= ALIASED_MAX && self.anchored + weight <= ANCHORED_MAX {
            self.anchored += weight;
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        let Some(open) = self.open.last_mut() else {
            if let Some(document) = self.documents.last_mut() {
                *document = Some(node);
            }
            return;
        };
        match (&mut open.data, open.key.take()) {
            (Data::List(list), _) => list.push(node),
            (Data::Map(_), None) => open.key = Some(node),
            (Data::Map(_), Some(key)) => open.add(key, node, self.problems),
            _ => unreachable!("only lists and maps are opened"),
        }
    }

    fn alias(&mut self, id: usize, start: u32, end: u32) {
        let before = self.weight;
        let data = match self.anchors.get(&id) {
            Some((target, weight)) if self.aliased + weight <= ALIASED_MAX => {
                self.aliased += weight;
                self.weight += weight;
                target.data.clone()
            }
            _ => {
                let inside = self.open.iter().any(|open| open.anchor == id);
                let refusal = if inside { INSIDE } else { TOO_MUCH };
                self.problems.add((start, end), |_| {
                    Complaint::YamlTooComplex
                        .finding(refusal)
                        .help("Write the value out where it is needed.")
                });
                Data::Gone(None)
            }
        };
        self.close(0, before, Node { start, end, data });
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, span: (u32, u32)) {
        let Some(tag) = tag else { return };
        self.problems.add(span, |_| {
            Complaint::YamlTag
                .finding(format!("plans use no tags such as `{}`", tag.original()))
                .help("Remove the tag; write the value alone, in quotes if it must stay text.")
        });
    }

    /// Notes why a document cannot be read on and goes to the next one, if there is one.
    fn recover(&mut self, error: &ScanError) -> bool {
        let at = error.marker().byte_offset();
        let at = at.and_then(|at| u32::try_from(at).ok());
        let at = at.unwrap_or(self.size).min(self.size);
        match (error.kind(), self.tab(at, error)) {
            (ErrorKind::RecursionLimitExceeded, _) => self.problems.add((at, at), |_| {
                Complaint::YamlTooComplex
                    .finding(format!("the nesting is deeper than {DEPTH_MAX} levels"))
                    .help("Plans need no more than about eight levels; check the indentation.")
            }),
            (_, Some(tab)) => self.problems.add((tab, tab + 1), |_| {
                Complaint::YamlSyntax
                    .finding("this is not YAML: there is a tab where only spaces may stand")
                    .help(
                        "Replace each tab at the start of a line by spaces. What follows in this \
                         document was not read.",
                    )
            }),
            (_, None) => self.problems.add((at, at), |_| {
                Complaint::YamlSyntax
                    .finding(format!("this is not YAML: {}", reason(error)))
                    .help(
                        "Check the indentation (spaces, never tabs), the colons and the quotes \
                         here and in the lines next to it. What follows in this document was not \
                         read.",
                    )
            }),
        }
        self.cut(at);
        self.parser.proceed_next_document().unwrap_or(false)
    }

    /// Where the tab is that the parser does not like; it may point at the line before.
    fn tab(&self, at: u32, error: &ScanError) -> Option<u32> {
        if !error.info().contains("tab") {
            return None;
        }
        let at = self.text.floor_char_boundary(at as usize);
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let tab = line + self.text[line..].find('\t')?;
        u32::try_from(tab).ok()
    }

    fn too_many_values(&mut self) {
        self.problems.add((self.size, self.size), |_| {
            Complaint::YamlTooComplex
                .finding(format!("the file holds more than {VALUES_MAX} values"))
                .help("Write the plan as several files. The rest of this one was not read.")
        });
        self.cut(self.size);
    }

    /// Closes what is open: complete items are kept, the one that was being read is left out.
    fn cut(&mut self, end: u32) {
        let mut open = std::mem::take(&mut self.open).into_iter();
        let Some(mut root) = open.next() else { return };
        let (section, item) = (open.next(), open.next());
        let gone = |lost: &Open<'a>| Node {
            start: lost.start,
            end,
            data: Data::Gone(lost.id()),
        };
        let value = section.map(|mut section| match &mut section.data {
            Data::List(list) => {
                list.extend(item.as_ref().map(gone));
                let (start, data) = (section.start, section.data);
                Node { start, end, data }
            }
            _ => gone(&section),
        });
        if let (Some(key), Some(value)) = (root.key.take(), value) {
            root.add(key, value, self.problems);
        }
        if let (Data::Map(_), Some(document)) = (&root.data, self.documents.last_mut()) {
            let (start, data) = (root.start, root.data);
            *document = Some(Node { start, end, data });
        }
    }

    fn range(&self, span: Span) -> (u32, u32) {
        let byte = |offset: Option<usize>| {
            let offset = offset.and_then(|at| u32::try_from(at).ok());
            offset.unwrap_or(self.size).min(self.size)
        };
        (byte(span.start.byte_offset()), byte(span.end.byte_offset()))
    }
}

/// What the parser met, without what it was doing at the time.
fn reason(error: &ScanError) -> String {
    let info = error.info();
    match info.split_once(", ") {
        Some((doing, met)) if doing.starts_with("while ") => met.to_owned(),
        _ => info,
    }
}
