# A menu. Every recipe is one command that also works when typed.

# Show this menu
default:
    @just --list --unsorted

# Run the command with these arguments
run *arguments:
    cargo run --release -- {{arguments}}

# Run the tests; arguments choose some of them
test *arguments:
    ./test {{arguments}}

# Kill the engine of a drill this many times, at moments that chance chooses
kills count="1000":
    MAINSTAY_KILLS={{count}} cargo test --test it drill_kills -- --nocapture

# Format every file, also those that tables declare
format:
    git ls-files -z '*.rs' | xargs -0 rustfmt --edition 2024

# Check format and lints
lint:
    git ls-files -z '*.rs' | xargs -0 rustfmt --check --edition 2024
    cargo clippy --all-targets -- -D warnings

# Build and open the documentation of the code
doc:
    cargo doc --no-deps --open

# Measure
bench *arguments:
    cargo bench {{arguments}}

# Print the JSON Schema of the plans
schema:
    cargo run --quiet -- schema

# Make what the tests see now what they expect; read the difference before you commit it
bless *arguments:
    MAINSTAY_BLESS=1 INSTA_UPDATE=always ./test {{arguments}}

# Check licences, bans and sources of the dependencies
deny:
    cargo deny check --hide-inclusion-graph bans licenses sources

# Run what must hold before a change lands
ci:
    .ci/run
