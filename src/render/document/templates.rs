//! The templates: those that are built in, and those that somebody puts in their place.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::load::closest;
use crate::render::view::section_names;

/// The templates of every format by name, such as `html/functions.hbs`.
#[derive(Clone, Debug)]
pub struct Templates {
    sources: BTreeMap<&'static str, Cow<'static, str>>,
}

macro_rules! embedded {
    ($name:expr) => {
        (
            $name,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/templates/document/",
                $name
            )),
        )
    };
}

macro_rules! sections {
    ($($name:ident)+) => {
        /// The templates of the sections: one in each format.
        const SECTIONS: &[(&str, &str)] = &[$(
            embedded!(concat!("html/", stringify!($name), ".hbs")),
            embedded!(concat!("markdown/", stringify!($name), ".hbs")),
            embedded!(concat!("typst/", stringify!($name), ".typ")),
        )+];
    };
}
section_names!(sections);

/// What is not a section: the frames, and the small pieces that sections are made of.
const PIECES: &[(&str, &str)] = &[
    embedded!("html/plan.hbs"),
    embedded!("html/report.hbs"),
    embedded!("html/verification.hbs"),
    embedded!("html/style.css"),
    embedded!("html/script.js"),
    embedded!("html/figure.hbs"),
    embedded!("html/name.hbs"),
    embedded!("html/names.hbs"),
    embedded!("html/mood.hbs"),
    embedded!("html/copies.hbs"),
    embedded!("html/kept.hbs"),
    embedded!("html/ways.hbs"),
    embedded!("html/steps.hbs"),
    embedded!("html/history.hbs"),
    embedded!("html/dues.hbs"),
    embedded!("html/decision.hbs"),
    embedded!("html/line.hbs"),
    embedded!("markdown/plan.hbs"),
    embedded!("markdown/report.hbs"),
    embedded!("markdown/figure.hbs"),
    embedded!("markdown/name.hbs"),
    embedded!("markdown/names.hbs"),
    embedded!("markdown/copies.hbs"),
    embedded!("markdown/kept.hbs"),
    embedded!("markdown/ways.hbs"),
    embedded!("markdown/steps.hbs"),
    embedded!("markdown/history.hbs"),
    embedded!("markdown/dues.hbs"),
    embedded!("markdown/line.hbs"),
    embedded!("typst/plan.typ"),
    embedded!("typst/report.typ"),
    embedded!("typst/pieces.typ"),
];

impl Default for Templates {
    fn default() -> Self {
        Templates::embedded()
    }
}

impl Templates {
    /// The templates that are built in.
    pub fn embedded() -> Self {
        let all = SECTIONS.iter().chain(PIECES);
        Templates {
            sources: all
                .map(|(name, source)| (*name, Cow::Borrowed(*source)))
                .collect(),
        }
    }

    /// The name of every template.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.sources.keys().copied()
    }

    /// Puts another template in the place of a built-in one.
    ///
    /// # Errors
    /// When there is no template of this name; the nearest name is in the hint.
    pub fn replace(&mut self, name: &str, source: String) -> Result<()> {
        let Some(place) = self.sources.get_mut(name) else {
            let message = format!("use the template `{name}`: there is none of this name");
            let near = closest(name, self.names());
            return Err(Error::invalid(message).hint(near.map_or_else(
                || "Name it as one of the built-in templates.".to_owned(),
                |near| format!("Did you mean `{near}`?"),
            )));
        };
        *place = Cow::Owned(source);
        Ok(())
    }

    /// The text of a template; every name that the code asks for is embedded.
    pub(in crate::render) fn get(&self, name: &str) -> &str {
        self.sources
            .get(name)
            .expect("every template that is asked for is embedded")
    }

    /// The templates of one format, by name.
    pub(super) fn of<'a>(
        &'a self,
        format: &'a str,
    ) -> impl Iterator<Item = (&'static str, &'a str)> {
        let all = self
            .sources
            .iter()
            .map(|(name, source)| (*name, source.as_ref()));
        all.filter(move |(name, _)| name.split('/').next() == Some(format))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_can_be_replaced_but_not_invented() {
        let mut templates = Templates::embedded();
        templates
            .replace("html/functions.hbs", "mine".into())
            .expect("a built-in name");
        assert_eq!(templates.get("html/functions.hbs"), "mine");
        let error = templates
            .replace("html/function.hbs", String::new())
            .expect_err("no such");
        assert_eq!(
            error.hint.as_deref(),
            Some("Did you mean `html/functions.hbs`?")
        );
    }
}
