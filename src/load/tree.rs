//! Text becomes a tree with positions, within budgets.
//!
//! The parser's events are folded into nodes that know where they stand. Depth, size and the
//! growth by aliases are bounded here, so nothing after this has to fear its input. Scalars stay
//! text: what `no` or `0777` means is for the type that is asked for to say.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::problem::{Complaint, Problems};

/// The deepest nesting a plan may have; the model itself needs eight levels.
const DEPTH_MAX: usize = 64;
/// How many values a file may hold. One of 20 MB has about two million.
const VALUES_MAX: usize = 4_000_000;
/// How much all aliases of a file together may repeat, in [`Node`]s and bytes of text.
const ALIASED_MAX: usize = 1024 * 1024;
/// How much all anchors of a document together may hold for aliases to repeat.
const ANCHORED_MAX: usize = 4 * ALIASED_MAX;
/// What a value counts as beside its text.
const VALUE_WEIGHT: usize = 64;
/// From this many keys on, an equal key is found by its hash.
const HASHED_MIN: usize = 16;

/// A piece of a document and where it stands, in bytes.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub data: Data<'a>,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Data<'a> {
    /// Text, and whether it was written without quotes.
    Scalar(Cow<'a, str>, bool),
    /// A list.
    List(Vec<Node<'a>>),
    /// Keys with their values, in the order they were written.
    Map(Vec<(Node<'a>, Node<'a>)>),
    /// Left out because of a problem that was reported; with the id it had, if that is known.
    Gone(Option<Cow<'a, str>>),
}

impl Node<'_> {
    /// Whether nothing was written where a value is expected.
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar(text, true) if matches!(&**text, "" | "~" | "null"))
    }

    /// Whether it was left out.
    pub fn is_gone(&self) -> bool {
        matches!(self.data, Data::Gone(_))
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Data::Map(entries) = &self.data else {
            return None;
        };
        let mut entries = entries.iter();
        let found = entries.find(|(k, _)| k.text() == Some(key));
        found.map(|(_, value)| value)
    }

    /// The child at this place in the list or map.
    pub fn child_mut(&mut self, child: usize) -> Option<&mut Self> {
        match &mut self.data {
            Data::List(list) => list.get_mut(child),
            Data::Map(map) => map.get_mut(child).map(|(_, value)| value),
            Data::Scalar(..) | Data::Gone(_) => None,
        }
    }

    /// The node at the end of a route.
    pub fn at_mut(&mut self, route: &[usize]) -> Option<&mut Self> {
        let mut steps = route.iter();
        steps.try_fold(self, |node, child| node.child_mut(*child))
    }
}

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

/// A list or map whose end was not reached yet.
struct Open<'a> {
    start: u32,
    anchor: usize,
    data: Data<'a>,
    key: Option<Node<'a>>,
    /// The keys of a large map, by their text.
    keys: Option<HashMap<Cow<'a, str>, (u32, u32)>>,
    /// What was read before it began.
    weight: usize,
}

impl<'a> Open<'a> {
    /// The place of an equal key that was written before.
    fn twin(&self, key: &str) -> Option<(u32, u32)> {
        if let Some(keys) = &self.keys {
            return keys.get(key).copied();
        }
        let Data::Map(map) = &self.data else {
            return None;
        };
        let earlier = map.iter().find(|(k, _)| k.text() == Some(key));
        earlier.map(|(k, _)| (k.start, k.end))
    }

    /// Adds a key with its value, unless the key is one that plans cannot have.
    fn add(&mut self, key: Node<'a>, value: Node<'a>, problems: &mut Problems) {
        match refused_key(&key, self) {
            Some(refusal) => refusal.report(&key, problems),
            None => self.insert(key, value),
        }
    }

    fn insert(&mut self, key: Node<'a>, value: Node<'a>) {
        let Data::Map(map) = &mut self.data else {
            return;
        };
        let named = |key: &Node<'a>| match &key.data {
            Data::Scalar(text, _) => Some((text.clone(), (key.start, key.end))),
            _ => None,
        };
        if let Some(keys) = &mut self.keys {
            keys.extend(named(&key));
        }
        map.push((key, value));
        if map.len() == HASHED_MIN {
            self.keys = Some(map.iter().filter_map(|(key, _)| named(key)).collect());
        }
    }

    /// The id of the item, as far as it was read.
    fn id(&self) -> Option<Cow<'a, str>> {
        let Data::Map(map) = &self.data else {
            return None;
        };
        map.iter()
            .find(|(key, _)| key.text() == Some("id"))
            .and_then(|(_, value)| match &value.data {
                Data::Scalar(text, _) => Some(text.clone()),
                _ => None,
            })
    }
}

struct Fold<'a, 'p> {
    parser: Parser<'a, StrInput<'a>>,
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
        self.open.push(Open {
            start,
            anchor,
            data,
            key: None,
            keys: None,
            weight: self.weight,
        });
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
                self.problems.add((start, end), |_| alias_refused(inside));
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
        self.problems.add((at, at), |_| match error.kind() {
            ErrorKind::RecursionLimitExceeded => Complaint::YamlTooComplex
                .finding(format!("the nesting is deeper than {DEPTH_MAX} levels"))
                .help("Plans need no more than about eight levels; check the indentation."),
            _ => Complaint::YamlSyntax
                .finding(format!("this is not YAML: {}", reason(error)))
                .help(
                    "Check the indentation (spaces, never tabs), the colons and the quotes here \
                     and in the line above. What follows in this document was not read.",
                ),
        });
        self.cut(at);
        self.parser.proceed_next_document().unwrap_or(false)
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

fn alias_refused(inside: bool) -> crate::finding::Finding {
    let message = if inside {
        "an alias stands inside what it repeats".to_owned()
    } else {
        format!("aliases repeat more than {} KiB", ALIASED_MAX / 1024)
    };
    Complaint::YamlTooComplex
        .finding(message)
        .help("Write the value out where it is needed.")
}

/// Why a key is left out, with its value.
enum RefusedKey {
    /// It stands at this place already.
    Twice((u32, u32)),
    /// It asks for the keys of another map.
    Merge,
    /// It is a list or a map.
    NotText,
}

fn refused_key(key: &Node<'_>, open: &Open<'_>) -> Option<RefusedKey> {
    match &key.data {
        Data::Scalar(text, true) if text == "<<" => Some(RefusedKey::Merge),
        Data::Scalar(text, _) => open.twin(text).map(RefusedKey::Twice),
        _ => Some(RefusedKey::NotText),
    }
}

impl RefusedKey {
    fn report(self, key: &Node<'_>, problems: &mut Problems) {
        problems.add((key.start, key.end), |problems| match self {
            RefusedKey::Twice(first) => Complaint::YamlDuplicateKey
                .finding(format!(
                    "the key `{}` is written twice",
                    key.text().unwrap_or_default()
                ))
                .also(problems.place(first), "first written here")
                .help("Keep one of the two; only the first is read."),
            RefusedKey::Merge => Complaint::UnknownKey
                .finding("plans have no merge key `<<`")
                .help("Write out the keys that it would bring in."),
            RefusedKey::NotText => Complaint::WrongValue
                .finding("a key is one piece of text, never a list or more keys")
                .help("Write the key as text; what belongs to it goes after its colon."),
        });
    }
}
