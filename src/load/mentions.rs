//! What names a thing: everything in the plans that refers to it.

use serde::Serialize;

use super::walk::references;
use crate::model::{Declared, Entity, Items, Kind, Programme};
use crate::sections;

macro_rules! mentions {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        /// The things that refer to the one of this kind with this id, by kind and id.
        pub fn mentions<'p>(
            programme: &'p Programme,
            kind: Kind,
            id: &str,
        ) -> Vec<(Kind, &'p str)> {
            let named = Named { kind, id };
            let mut found = Vec::new();
            if programme.organization.iter().any(|it| named.by(it)) {
                found.push((Kind::Organization, ""));
            }
            found.extend(named.among(&programme.teams));
            $(found.extend(named.among(&programme.$field));)+
            found
        }
    };
}
sections!(mentions);

struct Named<'i> {
    kind: Kind,
    id: &'i str,
}

impl Named<'_> {
    fn among<'p, T: Entity + Serialize>(
        &self,
        items: &'p Items<T>,
    ) -> impl Iterator<Item = (Kind, &'p str)> {
        let naming = items
            .iter()
            .filter(|item| item.declarations.iter().any(|declared| self.by(declared)));
        naming.map(|item| (T::KIND, item.id()))
    }

    /// Whether a declaration refers to it.
    fn by<T: Serialize>(&self, declared: &Declared<T>) -> bool {
        let mut named = false;
        references(declared, |met| {
            named |= met.id == self.id && met.kinds().contains(&self.kind);
        });
        named
    }
}
