//! What fails in a "what if": one thing of the programme, found by its id.

use crate::error::{Error, Result};
use crate::load::closest;
use crate::model::*;

/// What fails.
#[derive(Clone, Copy, Debug)]
pub enum Target<'p> {
    /// One system.
    System(&'p Item<System>),
    /// A site, with everything that runs there or in a part of it.
    Site(&'p Item<Site>),
    /// A vendor, with everything it supplies and every vendor that relies on it.
    Vendor(&'p Item<Vendor>),
    /// A person, with every role that nobody else can fill.
    Person(&'p Item<Person>),
    /// A credential, with every recovery that cannot do without it.
    Credential(&'p Item<Credential>),
    /// A scenario, with everything it takes down.
    Scenario(&'p Item<Scenario>),
}

/// The kinds of thing that can be a target, in the order in which they are looked for.
pub const KINDS: [Kind; 6] = [
    Kind::System,
    Kind::Site,
    Kind::Vendor,
    Kind::Person,
    Kind::Credential,
    Kind::Scenario,
];

impl<'p> Target<'p> {
    /// The one target that an id names; `site:vienna` says which kind is meant.
    ///
    /// # Errors
    /// `Usage` when several kinds of thing have this id, with what to write for each; `NotFound`
    /// when none has, with the nearest that exists.
    pub fn find(programme: &'p Programme, written: &str) -> Result<Self> {
        match Self::candidates(programme, written)[..] {
            [target] => Ok(target),
            [] => Err(unknown(programme, written)),
            ref several => {
                let words: Vec<_> = several.iter().map(|t| t.kind().word()).collect();
                let write: Vec<_> = several.iter().map(|t| format!("`{t}`")).collect();
                let message = format!("tell what `{written}` is: {}", words.join(" or "));
                Err(Error::usage(message).hint(format!("Write {}.", write.join(" or "))))
            }
        }
    }

    /// Every target that an id names, with or without its kind in front.
    pub fn candidates(programme: &'p Programme, written: &str) -> Vec<Self> {
        let (word, id) = match written.split_once(':') {
            Some((word, id)) => (Some(word), id),
            None => (None, written),
        };
        let kinds = KINDS
            .into_iter()
            .filter(|kind| word.is_none_or(|word| word == kind.word()));
        kinds
            .filter_map(|kind| Self::of(programme, kind, id))
            .collect()
    }

    fn of(programme: &'p Programme, kind: Kind, id: &str) -> Option<Self> {
        match kind {
            Kind::System => programme.systems.get(id).map(Target::System),
            Kind::Site => programme.sites.get(id).map(Target::Site),
            Kind::Vendor => programme.vendors.get(id).map(Target::Vendor),
            Kind::Person => programme.people.get(id).map(Target::Person),
            Kind::Credential => programme.credentials.get(id).map(Target::Credential),
            Kind::Scenario => programme.scenarios.get(id).map(Target::Scenario),
            _ => None,
        }
    }

    /// What kind of thing it is.
    pub fn kind(self) -> Kind {
        match self {
            Target::System(_) => Kind::System,
            Target::Site(_) => Kind::Site,
            Target::Vendor(_) => Kind::Vendor,
            Target::Person(_) => Kind::Person,
            Target::Credential(_) => Kind::Credential,
            Target::Scenario(_) => Kind::Scenario,
        }
    }

    /// Its id.
    pub fn id(self) -> &'p str {
        match self {
            Target::System(item) => item.id.as_str(),
            Target::Site(item) => item.id.as_str(),
            Target::Vendor(item) => item.id.as_str(),
            Target::Person(item) => item.id.as_str(),
            Target::Credential(item) => item.id.as_str(),
            Target::Scenario(item) => item.id.as_str(),
        }
    }

    /// Its name.
    pub fn name(self) -> &'p str {
        match self {
            Target::System(item) => &item.name,
            Target::Site(item) => &item.name,
            Target::Vendor(item) => &item.name,
            Target::Person(item) => &item.name,
            Target::Credential(item) => &item.name,
            Target::Scenario(item) => &item.name,
        }
    }

    /// Where it was first written.
    pub fn at(self) -> Origin {
        match self {
            Target::System(item) => item.at(),
            Target::Site(item) => item.at(),
            Target::Vendor(item) => item.at(),
            Target::Person(item) => item.at(),
            Target::Credential(item) => item.at(),
            Target::Scenario(item) => item.at(),
        }
    }
}

/// As one writes it so that it cannot be taken for anything else: `site:vienna`.
impl std::fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind().word(), self.id())
    }
}

fn unknown(programme: &Programme, written: &str) -> Error {
    let id = written.split_once(':').map_or(written, |(_, id)| id);
    let words: Vec<_> = KINDS.iter().map(|kind| kind.word()).collect();
    let all = KINDS.iter().flat_map(|kind| programme.ids(*kind));
    let hint = match closest(id, all) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => "Name something that the plans declare.".to_owned(),
    };
    Error::not_found(format!(
        "find `{written}`: no {} has this id",
        words.join(", ")
    ))
    .hint(hint)
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::error::Code;
    use crate::graph::testing::load;

    const NAMES: &str = "
systems: [{id: vienna, name: Router in Vienna}, {id: shop, name: Shop}]
sites: [{id: vienna, name: Vienna, kind: office}]
";

    fn check(written: &str, expected: Result<&str, (Code, &str)>) {
        let loaded = load(NAMES);
        match (Target::find(&loaded.programme, written), expected) {
            (Ok(target), Ok(expected)) => assert_eq!(target.to_string(), expected),
            (Err(error), Err((code, hint))) => {
                assert_eq!((error.code, error.hint.as_deref()), (code, Some(hint)));
            }
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn an_id_that_names_one_thing_is_enough() {
        check("shop", Ok("system:shop"));
        check("system:shop", Ok("system:shop"));
    }

    #[test]
    fn an_id_that_names_several_things_needs_the_kind() {
        check(
            "vienna",
            Err((Code::Usage, "Write `system:vienna` or `site:vienna`.")),
        );
        check("site:vienna", Ok("site:vienna"));
    }

    #[test]
    fn an_id_that_names_nothing_gets_the_nearest() {
        check("shpo", Err((Code::NotFound, "Did you mean `shop`?")));
        check("site:shop", Err((Code::NotFound, "Did you mean `shop`?")));
    }
}
