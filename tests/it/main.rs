//! Every integration test, in one binary so that it is linked once.

mod checks;
mod finding_formats;
mod schema;
mod support;
