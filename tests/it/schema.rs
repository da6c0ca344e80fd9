//! The committed schema of plan files is the one that the types give.

use crate::support;

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let schema = schemars::schema_for!(mainstay::model::Document);
    let path = support::root().join("templates/schema/plan.schema.json");
    support::golden(&path, &mainstay::text::json(&schema));
}
