//! Every integration test, in one binary so that it is linked once.

mod checks;
mod cli;
mod cli_documents;
mod cli_examples;
mod cli_graph;
mod cli_new;
mod documents;
mod drill_kills;
mod drills;
mod editor;
mod finding_formats;
mod generate;
mod held;
mod load;
mod load_hostile;
mod load_properties;
mod load_values;
mod publication;
mod redaction;
mod schema;
mod service_catalog;
mod simulation;
mod support;
mod untold;
mod who_complains;
