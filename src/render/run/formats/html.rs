//! One self-contained page, with the steps over time as a picture.

use super::{ReportFormat, values};
use crate::render::diagram::Theme;
use crate::render::document::html;
use crate::render::run::chart;

pub const FORMAT: ReportFormat = ReportFormat {
    name: "html",
    extension: "html",
    summary: "one self-contained page: print, light and dark",
    write: |report, templates| {
        let page = html::page(templates, "report", || {
            let mut values = values(report);
            values["picture"] = chart::svg(&report.chart, Theme::Page).into();
            values
        })?;
        Ok(page.into_bytes())
    },
};
