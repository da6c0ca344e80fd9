//! Typesets a Typst source as an archivable, accessible PDF, in process and offline.
//!
//! The result is PDF/A-2a and PDF/UA-1 at once: tagged, with its fonts inside, readable in decades
//! and by a screen reader. The same source, pictures and time give the same bytes. It does not
//! decide what a document says: a template writes the source.
//!
//! What the two standards ask of the source:
//! - `#set document(title: …)`, and `#set text(lang: …)` when the language is not English;
//! - `alt` on every `image` and formula, real headings that skip no level;
//! - a `table.header` for every table; a long table inside a figure also needs
//!   `#show figure.where(kind: table): set block(breakable: true)`, or it does not leave its page.
//!
//! There is no clock: `datetime.today()` is an error. Packages and files other than the given
//! pictures do not exist.

use std::fmt::{self, Write};
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDateTime, Timelike};
use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontFamily, FontList, TextElem};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use unicode_normalization::UnicodeNormalization;

/// Where the source stands among the virtual files, and how a problem names it.
const MAIN: &str = "main.typ";

/// The families tried for each letter, in this order, unless the source says otherwise.
const FAMILIES: [&str; 4] = [
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Droid Sans Fallback",
];

/// Their origin and licences are in `templates/fonts/README.md`.
const FONT_FILES: [&[u8]; 10] = [
    include_bytes!("../../templates/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../templates/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../templates/fonts/NotoSans-Italic.ttf"),
    include_bytes!("../../templates/fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../templates/fonts/NotoSansArabic-Bold.ttf"),
    include_bytes!("../../templates/fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("../../templates/fonts/NotoSansHebrew-Bold.ttf"),
    include_bytes!("../../templates/fonts/NotoSansSymbols2-Regular.ttf"),
    include_bytes!("../../templates/fonts/NotoSansMono-Regular.ttf"),
    include_bytes!("../../templates/fonts/DroidSansFallbackFull.ttf"),
];

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    FONT_FILES
        .iter()
        .flat_map(|file| Font::iter(Bytes::new(*file)))
        .collect()
});

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let mut library = Library::default();
    let families = FAMILIES.iter().map(|name| FontFamily::new(name)).collect();
    library.styles.set(TextElem::font, FontList(families));
    LazyHash::new(library)
});

/// Why a source could not be typeset: every problem, in the order Typst found them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfError {
    /// At least one.
    pub problems: Vec<Problem>,
}

/// One thing wrong with a Typst source, or one rule of the archive standard that it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The virtual file: `main.typ` is the source itself.
    pub file: String,
    /// Counted from one. Absent when the problem concerns the document as a whole.
    pub line: Option<usize>,
    /// Counted from one, in characters.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hints: Vec<String>,
}

/// Typesets `source` with `pictures` (virtual path, bytes), dated `when` (UTC).
///
/// A letter that no embedded font has is printed as its code point, `‹U+1F6A8›`; [`uncovered`]
/// tells which they are, so that the document can say so.
///
/// # Errors
/// When the source is not valid Typst, misses a picture, or breaks a rule of the standards, such
/// as a picture without an alternative text.
pub fn pdf(
    source: &str,
    pictures: &[(String, Vec<u8>)],
    when: NaiveDateTime,
) -> Result<Vec<u8>, PdfError> {
    let files = Files::new(source, pictures)?;
    let Warned { output, .. } = compile(&files);
    let bytes = output
        .and_then(|document| typst_pdf::pdf(&document, &options(when)?))
        .map_err(|found| files.error(&found));
    // The compiler keeps what it computed; the next document has nothing in common with this one.
    typst::comemo::evict(0);
    bytes
}

/// The letters of `text` that no embedded font has, once each, in order.
#[must_use]
pub fn uncovered(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|letter| !is_covered(*letter)).collect();
    letters.sort_unstable();
    letters.dedup();
    letters
}

fn compile(files: &Files) -> Warned<Result<PagedDocument, Diagnostics>> {
    typst::compile::<PagedDocument>(files)
}

type Diagnostics = typst::ecow::EcoVec<SourceDiagnostic>;

fn options(when: NaiveDateTime) -> Result<PdfOptions, Diagnostics> {
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| SourceDiagnostic::error(DiagSpan::detached(), error.message().clone()))
        .map_err(|error| Diagnostics::from([error]))?;
    Ok(PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some("Mainstay".to_owned())),
        timestamp: datetime(when).map(Timestamp::new_utc),
        page_ranges: None,
        standards,
        tagged: true,
        pretty: false,
    })
}

/// The fields of a time are small and never negative, but for a year that no document has.
fn datetime(when: NaiveDateTime) -> Option<Datetime> {
    let small = |field: u32| u8::try_from(field).ok();
    Datetime::from_ymd_hms(
        when.year(),
        small(when.month())?,
        small(when.day())?,
        small(when.hour())?,
        small(when.minute())?,
        small(when.second())?,
    )
}

/// Letters a font must show; blanks and marks that only steer its neighbours need no glyph.
fn is_covered(letter: char) -> bool {
    let code = u32::from(letter);
    let is_private = matches!(code, 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF);
    // What turns whole passages around is shown: nobody should sign what reads differently from
    // how it is written, and the typesetter cannot tag a link in it.
    let turns = matches!(code, 0x202A..=0x202E | 0x2066..=0x2069);
    let is_forbidden = turns || matches!(code, 0xFEFF | 0xFFFE | 0xFFFF);
    if matches!(letter, '\n' | '\r' | '\t') || is_steering(letter) {
        return true;
    }
    !letter.is_control()
        && !is_private
        && !is_forbidden
        && FONTS.iter().any(|font| font.info().coverage.contains(code))
}

/// Joiners, direction marks and variation selectors: the shaper uses them and prints nothing.
fn is_steering(letter: char) -> bool {
    matches!(u32::from(letter), 0x200B..=0x200F | 0x2028 | 0x2029 | 0x2060..=0x2065)
}

/// Writes letters without a glyph as code points, and drops variation selectors without one.
///
/// An accent that stands by itself joins its letter: in a picture, beside another script, the
/// typesetter would otherwise draw the letters of both with one font, and give up.
fn printable(text: &str) -> String {
    let mut printed = String::with_capacity(text.len());
    for letter in text.nfc() {
        match u32::from(letter) {
            0xFE00..=0xFE0F | 0xE_0100..=0xE_01EF => {}
            code if !is_covered(letter) => {
                // Writing to a string cannot fail.
                let _ = write!(printed, "‹U+{code:04X}›");
            }
            _ => printed.push(letter),
        }
    }
    printed
}

/// All that exists for one document: its source and its pictures.
struct Files {
    source: Source,
    pictures: Vec<(FileId, Bytes)>,
}

impl Files {
    fn new(source: &str, pictures: &[(String, Vec<u8>)]) -> Result<Self, PdfError> {
        let main = file_id(MAIN)?;
        let pictures = pictures
            .iter()
            .map(|(path, bytes)| Ok((file_id(path)?, picture(bytes))));
        Ok(Self {
            source: Source::new(main, printable(source)),
            pictures: pictures.collect::<Result<_, PdfError>>()?,
        })
    }

    fn error(&self, found: &[SourceDiagnostic]) -> PdfError {
        PdfError {
            problems: found.iter().map(|one| self.problem(one)).collect(),
        }
    }

    fn problem(&self, found: &SourceDiagnostic) -> Problem {
        let file = found.span.id().unwrap_or(self.source.id());
        let place = self
            .range(found.span)
            .filter(|_| file == self.source.id())
            .and_then(|range| self.source.lines().byte_to_line_column(range.start));
        Problem {
            file: file.vpath().get_without_slash().to_owned(),
            line: place.map(|(line, _)| line + 1),
            column: place.map(|(_, column)| column + 1),
            message: found.message.to_string(),
            hints: found.hints.iter().map(|hint| hint.v.to_string()).collect(),
        }
    }
}

impl World for Files {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() {
            Ok(self.source.clone())
        } else {
            Err(missing(id))
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.pictures.iter().find(|(picture, _)| *picture == id);
        found
            .map(|(_, bytes)| bytes.clone())
            .ok_or_else(|| missing(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn file_id(path: &str) -> Result<FileId, PdfError> {
    VirtualPath::new(path)
        .map(|path| RootedPath::new(VirtualRoot::Project, path).intern())
        .map_err(|error| PdfError {
            problems: vec![Problem {
                file: path.to_owned(),
                line: None,
                column: None,
                message: format!("name a picture: {error:?}"),
                hints: vec!["Use a relative path inside the document.".to_owned()],
            }],
        })
}

/// A vector picture is text and follows the same rule for letters without a glyph.
fn picture(bytes: &[u8]) -> Bytes {
    match std::str::from_utf8(bytes) {
        Ok(text) => Bytes::from_string(printable(text)),
        Err(_) => Bytes::new(bytes.to_vec()),
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}

impl fmt::Display for PdfError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            write!(out, "{problem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file)?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(out, ":{line}:{column}")?;
        }
        write!(out, ": {}", self.message)?;
        self.hints
            .iter()
            .try_for_each(|hint| write!(out, " ({hint})"))
    }
}

impl std::error::Error for PdfError {}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveDateTime};

    use super::{Files, compile, pdf, uncovered};
    use crate::render::diagram::tests::organization;
    use crate::render::diagram::{Theme, svg};

    const SAMPLE: &str = include_str!("pdf/sample.typ");
    const PLAIN: &str = "#set document(title: \"T\")\n";

    fn when() -> NaiveDateTime {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        day.and_hms_opt(9, 30, 0).unwrap()
    }

    fn pictures() -> Vec<(String, Vec<u8>)> {
        let picture = svg(&organization(50), Theme::Print);
        vec![("diagram.svg".to_owned(), picture.into_bytes())]
    }

    /// The line of the only problem, and its message.
    fn check(source: &str, line: Option<usize>, message: &str) {
        let error = pdf(source, &[], when()).unwrap_err();
        assert_eq!(error.problems.len(), 1, "{error}");
        assert_eq!(error.problems[0].line, line, "{error}");
        assert!(error.problems[0].message.contains(message), "{error}");
    }

    #[test]
    fn a_whole_document_is_archivable_and_tagged() {
        let bytes = pdf(SAMPLE, &pictures(), when())
            .map_err(|error| error.to_string())
            .unwrap();
        assert!(bytes.starts_with(b"%PDF-1.7"));
        let text = String::from_utf8_lossy(&bytes);
        let marks = [
            "/MarkInfo",
            "pdfaid:part>2<",
            "pdfaid:conformance>A<",
            "pdfuaid:part>1<",
        ];
        for mark in marks {
            assert!(text.contains(mark), "{mark}");
        }
    }

    #[test]
    fn a_whole_document_raises_no_warning() {
        let files = Files::new(SAMPLE, &pictures()).unwrap();
        assert!(
            compile(&files).warnings.is_empty(),
            "{:?}",
            compile(&files).warnings
        );
    }

    #[test]
    fn the_same_input_gives_the_same_bytes_and_another_time_gives_others() {
        let source = format!("{PLAIN}= One\n= Two");
        let first = pdf(&source, &[], when());
        assert_eq!(first, pdf(&source, &[], when()));
        assert_ne!(first, pdf(&source, &[], when() + chrono::Duration::days(1)));
    }

    #[test]
    fn a_problem_names_its_line() {
        check("= Fine\n\n#nonsense", Some(3), "unknown variable");
        check(
            &format!("{PLAIN}#image(\"no.svg\", alt: \"x\")"),
            Some(2),
            "file not found",
        );
    }

    #[test]
    fn what_the_standards_forbid_is_an_error() {
        check("No title.", None, "missing document title");
        let dot = r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>"#;
        let pictures = [("dot.svg".to_owned(), dot.as_bytes().to_vec())];
        let error = pdf(&format!("{PLAIN}#image(\"dot.svg\")"), &pictures, when()).unwrap_err();
        assert!(error.to_string().contains("alt"), "{error}");
    }

    #[test]
    fn there_is_no_clock_and_no_package() {
        check(&format!("{PLAIN}#datetime.today()"), Some(2), "date");
        check(
            &format!("{PLAIN}#import \"@preview/x:1.0.0\": y"),
            Some(2),
            "not found",
        );
    }

    #[test]
    fn a_separate_accent_beside_another_script_is_drawn_in_a_picture() {
        let source = format!("{PLAIN}#image(\"names.svg\", alt: \"Names\")");
        for name in [
            "株式 e\u{301} x",
            "مرحبا بالعالم a\u{308} b",
            "שלום o\u{30b} x",
        ] {
            let picture = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"20\">\
                 <text y=\"15\" font-family=\"Noto Sans\">{name}</text></svg>"
            );
            let pictures = [("names.svg".to_owned(), picture.into_bytes())];
            pdf(&source, &pictures, when()).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_letter_without_a_glyph_becomes_its_code_point() {
        let odd = "\u{1F6A8} \u{E000} \u{7} \u{FE0F} ก 👩\u{200D}🚒";
        let even = "Ő ß 株式会社 שלום مرحبا € – ‹› □ → ≤ ✓ ⚠ ☐ ●";
        assert!(uncovered(even).is_empty(), "{:?}", uncovered(even));
        assert_eq!(uncovered(odd).len(), 7);
        pdf(&format!("{PLAIN}{odd}"), &[], when())
            .map_err(|error| error.to_string())
            .unwrap();
    }
}
