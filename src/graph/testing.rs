//! What the tests of the graph share: small programmes from text.

use super::failure::{Affected, Failure};
use super::target::Target;
use super::{Actuals, Analysis, Ix};
use crate::load::Loaded;
use crate::load::testing::plan;
use crate::time::Duration;

/// Loads a programme from YAML, which must be free of findings about references and keys.
pub fn load(yaml: &str) -> Loaded {
    let loaded = plan(yaml);
    let wrong = loaded
        .findings
        .iter()
        .filter(|f| f.check != "no-organization");
    let wrong: Vec<_> = wrong.map(|f| (f.check, &f.message)).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{yaml}");
    loaded
}

/// Runs a test on the analysis of a programme.
pub fn analyse(yaml: &str, test: impl FnOnce(&Analysis)) {
    analyse_after(&Actuals::default(), yaml, test);
}

/// The same after runs.
pub fn analyse_after(actuals: &Actuals, yaml: &str, test: impl FnOnce(&Analysis)) {
    test(&Analysis::with(&load(yaml).programme, actuals));
}

impl<'p> Analysis<'p> {
    /// The node with this id, which must exist.
    pub fn node(&self, id: &str) -> Ix {
        self.graph
            .find(id)
            .unwrap_or_else(|| panic!("there is no `{id}`"))
    }

    /// The ids of nodes, in their order.
    pub fn ids(&self, nodes: &[Ix]) -> Vec<&'p str> {
        nodes.iter().map(|node| self.graph.id(*node)).collect()
    }

    /// When a node is back, as people read it.
    pub fn back(&self, id: &str) -> String {
        self.objectives.back_at[self.node(id).at()].words()
    }

    /// When a node is due, as people read it.
    pub fn due(&self, id: &str) -> String {
        let due = self.objectives.due[self.node(id).at()];
        due.map_or_else(|| "never".to_owned(), Duration::words)
    }

    /// What follows when a thing fails.
    pub fn fail(&self, written: &str) -> Failure<'p> {
        let target = Target::find(self.graph.programme, written);
        Failure::new(self, target.unwrap_or_else(|e| panic!("{e}")))
    }
}

impl<'p> Failure<'p> {
    /// What happens to the function with this id.
    pub fn of(&self, id: &str) -> &Affected<'p> {
        let found = self.functions.iter().find(|f| f.function.id.as_str() == id);
        found.unwrap_or_else(|| panic!("`{id}` is not affected"))
    }

    /// When the node with this id is back, as people read it.
    pub fn back(&self, analysis: &Analysis, id: &str) -> String {
        let back = self.back_at[analysis.node(id).at()];
        back.map_or_else(|| "never".to_owned(), Duration::words)
    }
}
