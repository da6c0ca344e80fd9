//! What commands print: results on standard output, everything else on standard error.

use std::io::{ErrorKind, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use crate::error::{Error, Result};
use crate::record::Record;
use crate::render::findings::Colour;

/// Whether a person looks at standard output and wants colours.
pub fn colour() -> Colour {
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => Colour::Plain,
        _ => Colour::Terminal,
    }
}

/// Prints a result. A reader that has seen enough and closed the pipe is no failure.
pub fn print(text: &str) -> Result<()> {
    put(&mut anstream::stdout().lock(), text.as_bytes())
}

/// Prints a document as it is, letter for letter.
pub fn print_bytes(bytes: &[u8]) -> Result<()> {
    put(&mut std::io::stdout().lock(), bytes)
}

/// Whether a person looks at standard output.
pub fn is_watched() -> bool {
    std::io::stdout().is_terminal()
}

fn put(out: &mut impl Write, bytes: &[u8]) -> Result<()> {
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| Error::io("write to standard output", error)),
    }
}

/// Tells a person what is going on, beside the result.
pub fn note(text: &str) {
    // There is nobody left to tell when standard error is gone.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Says what a person must know to make sense of the result.
pub fn warn(text: &str) {
    let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into())).bold();
    note(&format!("{yellow}warning:{yellow:#} {text}"));
}

/// Says what of the past cannot be relied upon: whatever it did, nothing follows from it.
pub fn tell_lost(record: &Record) {
    for lost in &record.broken {
        let what = match &lost.run {
            Some(run) => format!("run `{run}` counts for nothing"),
            None => "a part of what was run counts for nothing".to_owned(),
        };
        warn(&format!("{what}: {}", lost.why));
    }
}

/// Says what failed and what to do about it.
pub fn complain(error: &Error) {
    let red = Style::new().fg_color(Some(AnsiColor::Red.into())).bold();
    let cyan = Style::new().fg_color(Some(AnsiColor::Cyan.into())).bold();
    note(&format!("{red}error:{red:#} {error}"));
    if let Some(hint) = &error.hint {
        note(&format!("{cyan}hint:{cyan:#} {hint}"));
    }
}
