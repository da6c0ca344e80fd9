//! Text becomes a tree with positions, within budgets.
//!
//! The parser's events are folded into nodes that know where they stand. Depth, size and the
//! growth by aliases are bounded here, so nothing after this has to fear its input. Scalars stay
//! text: what `no` or `0777` means is for the type that is asked for to say.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

/// The deepest nesting a plan may have; the model itself needs eight levels.
const DEPTH_MAX: usize = 64;
/// How many nodes all aliases of a file together may repeat.
const ALIASED_MAX: usize = 10_000;

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
}

/// What is wrong with the text itself.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The id of the finding.
    pub check: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
    /// From this byte.
    pub start: u32,
    /// To this byte.
    pub end: u32,
    /// An earlier place that matters.
    pub first: Option<(u32, u32)>,
}

impl Node<'_> {
    /// Whether nothing was written where a value is expected.
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar(text, true) if matches!(&**text, "" | "~" | "null"))
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
        entries
            .iter()
            .find(|(k, _)| k.text() == Some(key))
            .map(|(_, value)| value)
    }

    fn count(&self) -> usize {
        1 + match &self.data {
            Data::Scalar(..) => 0,
            Data::List(list) => list.iter().map(Node::count).sum(),
            Data::Map(map) => map.iter().map(|(k, v)| k.count() + v.count()).sum(),
        }
    }
}

/// Reads every document of a text; a document that cannot be read is left out, with a fault.
///
/// After a fault the next document is read all the same.
pub fn parse(text: &str) -> (Vec<Option<Node<'_>>>, Vec<Fault>) {
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let parser = Parser::new_from_str_with_options(text, options);
    let size = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let fold = Fold {
        parser,
        size,
        documents: Vec::new(),
        faults: Vec::new(),
        open: Vec::new(),
        anchors: HashMap::new(),
        aliased: 0,
    };
    fold.run()
}

/// A list or map whose end was not reached yet.
struct Open<'a> {
    start: u32,
    anchor: usize,
    data: Data<'a>,
    key: Option<Node<'a>>,
}

struct Fold<'a> {
    parser: Parser<'a, StrInput<'a>>,
    size: u32,
    documents: Vec<Option<Node<'a>>>,
    faults: Vec<Fault>,
    open: Vec<Open<'a>>,
    anchors: HashMap<usize, Node<'a>>,
    aliased: usize,
}

impl<'a> Fold<'a> {
    fn run(mut self) -> (Vec<Option<Node<'a>>>, Vec<Fault>) {
        while let Some(next) = self.parser.next_event() {
            match next {
                Ok((event, span)) => self.event(event, span),
                Err(error) if !self.recover(&error) => break,
                Err(_) => {}
            }
        }
        (self.documents, self.faults)
    }

    fn event(&mut self, event: Event<'a>, span: Span) {
        let (start, end) = self.range(span);
        match event {
            Event::DocumentStart(..) => {
                self.documents.push(None);
                self.anchors.clear();
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), start);
                let data = Data::Scalar(text, style == ScalarStyle::Plain);
                self.close(anchor, Node { start, end, data });
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), start);
                self.open.push(Open {
                    start,
                    anchor,
                    data: Data::List(Vec::new()),
                    key: None,
                });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), start);
                self.open.push(Open {
                    start,
                    anchor,
                    data: Data::Map(Vec::new()),
                    key: None,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let open = self
                    .open
                    .pop()
                    .expect("the parser closes only what it opened");
                self.close(
                    open.anchor,
                    Node {
                        start: open.start,
                        end,
                        data: open.data,
                    },
                );
            }
            Event::Alias(id) => self.alias(id, start, end),
            _ => {}
        }
    }

    /// A node is complete: it goes into what is open, or it is the document.
    fn close(&mut self, anchor: usize, node: Node<'a>) {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
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
            (Data::Map(map), Some(key)) => match twin(map, &key) {
                Some(first) => self.faults.push(duplicate(&key, first)),
                None => map.push((key, node)),
            },
            (Data::Scalar(..), _) => unreachable!("only lists and maps are opened"),
        }
    }

    fn alias(&mut self, id: usize, start: u32, end: u32) {
        let target = self.anchors.get(&id);
        let size = target.map_or(0, Node::count);
        let data = match target {
            Some(target) if self.aliased + size <= ALIASED_MAX => target.data.clone(),
            _ => {
                if self.aliased <= ALIASED_MAX {
                    self.faults.push(Fault {
                        check: "yaml-too-complex",
                        message: format!("aliases repeat more than {ALIASED_MAX} values"),
                        help: "Write the values out where they are needed, or use fewer aliases.",
                        start,
                        end,
                        first: None,
                    });
                }
                self.aliased = ALIASED_MAX;
                Data::Scalar("".into(), true)
            }
        };
        self.aliased += size;
        self.close(0, Node { start, end, data });
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, start: u32) {
        let Some(tag) = tag else { return };
        self.faults.push(Fault {
            check: "yaml-tag",
            message: format!("plans use no tags such as `{}`", tag.original()),
            help: "Remove the tag; write the value alone, in quotes if it must stay text.",
            start,
            end: start,
            first: None,
        });
    }

    /// Notes why a document cannot be read and goes to the next one, if there is one.
    fn recover(&mut self, error: &ScanError) -> bool {
        let at = error
            .marker()
            .byte_offset()
            .and_then(|at| u32::try_from(at).ok());
        let at = at.unwrap_or(self.size).min(self.size);
        let deep = error.to_string().contains("nesting");
        self.faults.push(Fault {
            check: if deep {
                "yaml-too-complex"
            } else {
                "yaml-syntax"
            },
            message: if deep {
                format!("the nesting is deeper than {DEPTH_MAX} levels")
            } else {
                format!("this is not YAML: {}", error.info())
            },
            help: if deep {
                "Plans need no more than about eight levels; check the indentation."
            } else {
                "Check the indentation (spaces, never tabs), the colons and the quotes here and \
                 in the line above. The rest of this document was not read."
            },
            start: at,
            end: at,
            first: None,
        });
        self.open.clear();
        if let Some(document) = self.documents.last_mut() {
            *document = None;
        }
        self.parser.proceed_next_document().unwrap_or(false)
    }

    fn range(&self, span: Span) -> (u32, u32) {
        let byte = |offset: Option<usize>| {
            offset
                .and_then(|at| u32::try_from(at).ok())
                .unwrap_or(self.size)
                .min(self.size)
        };
        (byte(span.start.byte_offset()), byte(span.end.byte_offset()))
    }
}

/// The place of an equal key that was written before.
fn twin(map: &[(Node<'_>, Node<'_>)], key: &Node<'_>) -> Option<(u32, u32)> {
    let text = key.text()?;
    let earlier = map.iter().find(|(k, _)| k.text() == Some(text));
    earlier.map(|(k, _)| (k.start, k.end))
}

fn duplicate(key: &Node<'_>, first: (u32, u32)) -> Fault {
    Fault {
        check: "yaml-duplicate-key",
        message: format!(
            "the key `{}` is written twice",
            key.text().unwrap_or_default()
        ),
        help: "Keep one of the two; only the first is read.",
        start: key.start,
        end: key.end,
        first: Some(first),
    }
}
