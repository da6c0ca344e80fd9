//! Documents: the view of a programme, written out in a format.
//!
//! A format is one file with `pub const FORMAT` and one word in the table below; its templates
//! stand in a folder of the same name under `templates/document/`.

mod handlebars;
pub(super) mod html;
pub(super) mod markdown;
#[cfg(feature = "pdf")]
pub(super) mod pdf;
mod templates;

pub use templates::Templates;

use super::view::View;
use crate::error::Result;

/// A way to write a document.
pub struct DocumentFormat {
    /// The word for `--format`.
    pub name: &'static str,
    /// What follows the dot in the name of the file.
    pub extension: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Writes the document. The same view and templates give the same bytes.
    pub write: fn(&View, &Templates) -> Result<Vec<u8>>,
}

/// Every format.
pub const FORMATS: &[DocumentFormat] = &[
    html::FORMAT,
    markdown::FORMAT,
    #[cfg(feature = "pdf")]
    pdf::FORMAT,
];

/// The format with this name.
pub fn format(name: &str) -> Option<&'static DocumentFormat> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A view as templates read it.
fn values(view: &View) -> serde_json::Value {
    serde_json::to_value(view).expect("a view has text keys and finite numbers")
}
