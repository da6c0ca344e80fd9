//! Every integration test, in one binary so that it is linked once.

mod checks;
mod support;
mod who_complains;
