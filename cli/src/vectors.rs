//! `keyholder vectors`: the conformance vectors, written and run.

use crate::args::{GenerateArguments, VectorsCommand, VerifyArguments};
use crate::figures::{count, counted, seconds};
use crate::output::{self, Paint, Tone};
use keyholder_model::vectors::{self, Failure, KINDS, Report};
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Where vectors are, if nothing else is said.
const FOLDER: &str = "tests/vectors";

/// The most failures that a person is shown.
const SHOWN: usize = 10;

/// The most characters of one value that a person is shown.
const CHARACTERS: usize = 400;

/// Writes or runs vectors. True if all of them passed.
pub(crate) fn run(command: &VectorsCommand) -> io::Result<bool> {
    match command {
        VectorsCommand::Generate(it) => generate(it),
        VectorsCommand::Verify(it) => verify(it),
    }
}

/// Of this folder, or of the workspace where cargo runs this program.
fn folder() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    match package.as_deref().and_then(Path::parent) {
        Some(workspace) => workspace.join(FOLDER),
        None => PathBuf::from(FOLDER),
    }
}

fn generate(arguments: &GenerateArguments) -> io::Result<bool> {
    let folder = arguments.out.clone().unwrap_or_else(folder);
    let files = vectors::generate().map_err(io::Error::other)?;
    fs::create_dir_all(&folder).map_err(|error| at(&folder, &error))?;
    for file in &files {
        let path = folder.join(file.name);
        fs::write(&path, &file.text).map_err(|error| at(&path, &error))?;
    }
    output::say(&format!("{} written into {}", counted(files.len() as u64, "file"), folder.display()))?;
    Ok(true)
}

/// A file of vectors that was run, or why it was not.
struct Ran {
    path: PathBuf,
    report: Result<Report, String>,
}

fn verify(arguments: &VerifyArguments) -> io::Result<bool> {
    let started = Instant::now();
    let paths = if arguments.files.is_empty() {
        let folder = arguments.dir.clone().unwrap_or_else(folder);
        files_of(&folder).map_err(|error| at(&folder, &error))?
    } else {
        arguments.files.clone()
    };
    let all: Vec<Ran> = paths.into_iter().map(ran).collect();
    let elapsed = started.elapsed().as_secs_f64();
    let document = document(&all);
    if arguments.json {
        output::json(&document)?;
    } else {
        output::say(&text(Paint::new(), &all, &document, elapsed))?;
    }
    Ok(document.failed == 0)
}

/// The files of a folder, by name.
fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|it| it.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    if paths.is_empty() {
        return Err(io::Error::other("no file in it ends with .json"));
    }
    Ok(paths)
}

fn ran(path: PathBuf) -> Ran {
    let text = fs::read_to_string(&path).map_err(|error| error.to_string());
    let report = text.and_then(|text| vectors::verify(&text).map_err(|why| why.to_string()));
    Ran { path, report }
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    let help = match error.kind() {
        io::ErrorKind::NotFound => {
            "; name the folder of the vectors with --dir, or write them with `keyholder vectors generate`"
        }
        _ => "",
    };
    io::Error::new(error.kind(), format!("{}: {error}{help}", path.display()))
}

/// The whole result, for a machine. A file that was not run counts as one vector that failed.
#[derive(Serialize)]
struct Document<'a> {
    total: usize,
    failed: usize,
    files: Vec<Line<'a>>,
    failures: Vec<Failed<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a Path,
    kind: Option<&'static str>,
    total: usize,
    failed: usize,
    /// Why it was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct Failed<'a> {
    file: &'a Path,
    #[serde(flatten)]
    failure: Failure,
}

fn document(all: &[Ran]) -> Document<'_> {
    let failures = all.iter().flat_map(|Ran { path, report }| {
        let failures = match report {
            Ok(it) => it.failures.clone(),
            Err(why) => vec![Failure { name: String::new(), expected: Value::Null, found: why.as_str().into() }],
        };
        failures.into_iter().map(move |failure| Failed { file: path, failure })
    });
    let files: Vec<Line<'_>> = all.iter().map(line).collect();
    let sum = |of: fn(&Line<'_>) -> usize| files.iter().map(of).sum();
    Document { total: sum(|it| it.total), failed: sum(|it| it.failed), failures: failures.collect(), files }
}

fn line(Ran { path, report }: &Ran) -> Line<'_> {
    match report {
        Ok(it) => Line { file: path, kind: Some(it.kind), total: it.total, failed: it.failures.len(), error: None },
        Err(why) => Line { file: path, kind: None, total: 1, failed: 1, error: Some(why) },
    }
}

fn text(paint: Paint, all: &[Ran], document: &Document<'_>, elapsed: f64) -> String {
    let mut table = paint.table(&["kind", "~what it shows", ">files", ">vectors", ">failed"]);
    for kind in KINDS {
        let reports: Vec<_> =
            all.iter().filter_map(|it| it.report.as_ref().ok()).filter(|it| it.kind == kind.name).collect();
        if reports.is_empty() {
            continue;
        }
        let failed: usize = reports.iter().map(|it| it.failures.len()).sum();
        let figure = |number: usize| count(number as u64);
        table.add_row([
            paint.cell(if failed == 0 { Tone::Good } else { Tone::Bad }, kind.name),
            paint.cell(Tone::Plain, kind.about),
            paint.cell(Tone::Plain, figure(reports.len())),
            paint.cell(Tone::Plain, figure(reports.iter().map(|it| it.total).sum())),
            paint.cell(if failed == 0 { Tone::Quiet } else { Tone::Bad }, figure(failed)),
        ]);
    }
    let (total, failed) = (document.total as u64, document.failed as u64);
    let files = counted(all.len() as u64, "file");
    let mut lines = vec![table.trim_fmt(), String::new()];
    lines.push(format!("{} in {files}, in {} s", counted(total, "vector"), seconds(elapsed)));
    lines.extend(document.failures.iter().take(SHOWN).map(|it| story(paint, it)));
    if failed > SHOWN as u64 {
        lines.push(format!("\nand {} more: --json has all of them", count(failed - SHOWN as u64)));
    }
    lines.push(match failed {
        0 => paint.text(Tone::Good, "Passed."),
        _ => format!("\n{} {} failed", paint.text(Tone::Bad, "Not passed:"), counted(failed, "vector")),
    });
    lines.join("\n")
}

fn story(paint: Paint, failed: &Failed<'_>) -> String {
    let Failure { name, expected, found } = &failed.failure;
    let heading = match name.as_str() {
        "" => failed.file.display().to_string(),
        name => format!("{name} ({})", failed.file.display()),
    };
    let mut lines = vec![format!("\n{}", paint.text(Tone::Bad, &heading))];
    if !expected.is_null() {
        lines.push(format!("  expected  {}", shown(expected)));
    }
    lines.push(format!("  found     {}", shown(found)));
    lines.join("\n")
}

/// A value, cut where it is long; a sentence as it is.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text,
    }
}
