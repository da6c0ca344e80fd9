//! The `mainstay` command: parse, run, exit code.

fn main() -> std::process::ExitCode {
    mainstay::cli::main()
}
