//! The steps over time, as a picture that stands alone.

use super::ReportFormat;
use crate::render::diagram::Theme;
use crate::render::run::chart;

pub const FORMAT: ReportFormat = ReportFormat {
    name: "svg",
    extension: "svg",
    summary: "the steps over time, as a picture",
    write: |report, _| Ok(chart::svg(&report.chart, Theme::Print).into_bytes()),
};
