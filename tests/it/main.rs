//! Every integration test, in one binary so that it is linked once.

mod checks;
mod documents;
mod editor;
mod finding_formats;
mod generate;
mod load;
mod load_hostile;
mod load_properties;
mod publication;
mod schema;
mod support;
mod who_complains;
