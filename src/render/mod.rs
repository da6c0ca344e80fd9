//! Turns the programme into documents.

pub mod diagram;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod typst_markup;
