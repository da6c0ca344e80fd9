//! Every integration test, in one binary so that it is linked once.

mod checks;
mod load;
mod load_hostile;
mod support;
