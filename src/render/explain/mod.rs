//! What a recovery time or a recovery point is made of, as data and as text.
//!
//! The shape of the data is stable: keys are added, never renamed. Times are seconds; what is not
//! known is `null`. A place is `path:line:column`.

pub mod rpo;
pub mod rto;

use std::collections::HashMap;

use crate::finding::Place;
use crate::load::Sources;

/// Goes up when the meaning of a key changes.
const VERSION: u32 = 1;

/// Where each place is, as people write it.
struct Places<'p>(HashMap<&'p Place, String>);

impl<'p> Places<'p> {
    fn new(sources: &Sources, places: impl IntoIterator<Item = &'p Place>) -> Self {
        let located = sources.locate(places).into_iter();
        let written = located.map(|(place, at)| {
            let (path, start) = (&at.source.path, at.start);
            (place, format!("{path}:{}:{}", start.line, start.column))
        });
        Places(written.collect())
    }

    fn at(&self, place: Option<&Place>) -> Option<String> {
        self.0.get(place?).cloned()
    }
}

/// Lines in columns, each as wide as its widest cell; the last column is as it comes.
fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(&format!("  {}\n", line.trim_end()));
    }
    text
}
