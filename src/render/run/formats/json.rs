//! All that the report holds, for programs.

use super::ReportFormat;

pub const FORMAT: ReportFormat = ReportFormat {
    name: "json",
    extension: "json",
    summary: "for programs: all that the other formats show, but the picture",
    write: |report, _| Ok(crate::text::json(report).into_bytes()),
};
