//! What a recovery point is made of: every store something needs, and what each can lose.

use serde::Serialize;

use super::{Places, VERSION, columns};
use crate::graph::rpo::{Basis, Lack};
use crate::graph::{Analysis, Ix, Recorded, explain};
use crate::load::Sources;
use crate::render::seconds::Seconds;
use crate::text::visible;
use crate::time::{Date, Duration};

/// What a recovery point is made of.
#[derive(Debug, Serialize)]
pub struct Rpo<'a> {
    version: u32,
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    promised: Option<Seconds>,
    promised_at: Option<String>,
    /// What its last run lost; `null` where none measured that.
    lost: Option<Lost>,
    /// How much data, in time, can really be lost, over all the stores it needs; `null` where one
    /// of them gives no figure. The worse of what is promised and what was lost.
    effective: Option<Seconds>,
    /// Why it cannot be told how much is lost, where it cannot.
    doubt: Option<String>,
    /// How far apart the stores are after each was restored.
    skew: Option<Seconds>,
    /// The stores, the one that can lose most first.
    stores: Vec<Store<'a>>,
}

#[derive(Debug, Serialize)]
struct Store<'a> {
    id: &'a str,
    /// The worse of what it promises and what its last run lost.
    loss: Option<Seconds>,
    /// What sets what it promises.
    basis: String,
    /// What it promises; `null` where it gives no figure.
    promised: Option<Seconds>,
    /// What its last run lost; `null` where none measured that.
    lost: Option<Lost>,
    /// By which it is needed, from what is explained to the store.
    chain: Vec<&'a str>,
    at: Option<String>,
}

/// What a run lost.
#[derive(Debug, Serialize)]
struct Lost {
    time: Seconds,
    run: String,
    on: Date,
    #[serde(skip)]
    words: String,
}

impl Lost {
    fn new(lost: &Recorded) -> Self {
        Lost {
            time: Seconds(lost.time),
            run: lost.run.clone(),
            on: lost.on,
            words: lost.words(),
        }
    }
}

impl<'a> Rpo<'a> {
    /// Explains one function or system.
    pub fn new(analysis: &'a Analysis, sources: &Sources, node: Ix) -> Self {
        let graph = &analysis.graph;
        let why = explain::Rpo::new(analysis, node);
        let promised = why.promised.iter().map(|(_, place)| place);
        let places = why.stores.iter().map(|store| &store.place).chain(promised);
        let places = Places::new(sources, places.collect::<Vec<_>>());
        let lack = |node: Ix| {
            let lack = analysis.rpo.lack[node.at()];
            lack.map_or("promises nothing itself", Lack::words)
                .to_owned()
        };
        let store = |store: &explain::Store| Store {
            id: graph.id(store.node),
            loss: store.loss.map(Seconds),
            basis: match store.given.map(|given| given.basis) {
                None => lack(store.node),
                Some(Basis::Stated) => "its stated RPO".to_owned(),
                Some(Basis::Backup(at)) => {
                    let backup = &graph.programme.backups[at as usize];
                    format!("the interval of the backup {}", backup.id)
                }
            },
            promised: store.given.map(|given| Seconds(given.promised)),
            lost: store.lost.as_ref().map(Lost::new),
            chain: store.chain.iter().map(|node| graph.id(*node)).collect(),
            at: places.at(Some(&store.place)),
        };
        Rpo {
            version: VERSION,
            id: graph.id(node),
            name: graph.name(node),
            kind: graph.kind(node).word(),
            promised: why.promised.as_ref().map(|(time, _)| Seconds(*time)),
            promised_at: places.at(why.promised.as_ref().map(|(_, place)| place)),
            lost: why.lost.as_ref().map(Lost::new),
            effective: why.reach.effective().map(Seconds),
            doubt: why
                .reach
                .unstated
                .map(|node| format!("{} {}", graph.id(node), lack(node))),
            skew: why.reach.skew().map(Seconds),
            stores: why.stores.iter().map(store).collect(),
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = format!("{} ({}): {}\n\n", self.id, self.kind, visible(self.name));
        text.push_str(&match &self.promised {
            None => "No recovery point objective is stated.\n".to_owned(),
            Some(time) => {
                let at = self.promised_at.as_deref().unwrap_or_default();
                format!(
                    "Promised: at most {} of data lost, proposed ({at}).\n",
                    time.0.words()
                )
            }
        });
        if let Some(Lost { time, words, .. }) = &self.lost {
            let lost = time.0.words();
            text.push_str(&format!("Measured: {lost} of data lost, {words}.\n"));
        }
        text.push_str(&match (self.effective, &self.doubt) {
            (_, Some(doubt)) => {
                format!("Expected: unknown, up to all of the data lost: {doubt}.\n")
            }
            (Some(loss), None) => format!("Expected: up to {} of data lost.\n", loss.0.words()),
            (None, None) => "Expected: nothing is lost, as far as is declared.\n".to_owned(),
        });
        if let Some(skew) = self.skew.filter(|skew| skew.0 > Duration::ZERO) {
            let skew = skew.0.words();
            text.push_str(&format!(
                "The stores are up to {skew} apart once they are restored.\n"
            ));
        }
        if self.stores.is_empty() {
            if self.doubt.is_none() {
                text.push_str("\nIt needs no store of data.\n");
            }
            return text;
        }
        text.push_str("\nThe stores it needs, the one that can lose most first\n\n");
        text.push_str(&columns(
            &self.stores.iter().map(Store::cells).collect::<Vec<_>>(),
        ));
        text
    }
}

impl Store<'_> {
    fn cells(&self) -> Vec<String> {
        let loss = self.loss.map_or("?".to_owned(), |loss| loss.0.words());
        let at = self.at.clone().unwrap_or_default();
        vec![loss, self.chain.join(" → "), self.words(), at]
    }

    /// What it promises and what was lost; what sets the loss stands first.
    fn words(&self) -> String {
        let basis = &self.basis;
        match (&self.lost, self.promised) {
            (None, _) => basis.clone(),
            (Some(lost), Some(promised)) if lost.time.0 > promised.0 => {
                format!("{}; {basis} is {}", lost.words, promised.0.words())
            }
            (Some(lost), _) => {
                format!("{basis}; {} lost, {}", lost.time.0.words(), lost.words)
            }
        }
    }
}
