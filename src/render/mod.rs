//! Turns the programme into documents.

pub mod typst_markup;
