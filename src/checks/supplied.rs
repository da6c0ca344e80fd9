//! Which systems each vendor supplies.

use std::collections::HashMap;

use crate::graph::{Graph, Ix};

/// The systems of every vendor, in the order of their ids.
pub struct Supplied<'p>(HashMap<&'p str, Vec<Ix>>);

impl<'p> Supplied<'p> {
    /// Sorts the systems of a graph by who supplies them.
    pub fn new(graph: &Graph<'p>) -> Self {
        let mut supplied: HashMap<&str, Vec<Ix>> = HashMap::new();
        for node in graph.systems() {
            let vendor = graph.system(node).and_then(|system| system.vendor.as_ref());
            if let Some(vendor) = vendor {
                supplied.entry(vendor.as_str()).or_default().push(node);
            }
        }
        Supplied(supplied)
    }

    /// The systems that a vendor supplies.
    pub fn by(&self, vendor: &str) -> &[Ix] {
        self.0.get(vendor).map_or(&[], Vec::as_slice)
    }
}
