//! Turns the programme into documents.

pub mod diagram;
pub mod typst_markup;
