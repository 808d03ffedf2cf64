//! Where the scenario files are, and how two versions of one are told apart.

use std::fs;
use std::path::{Path, PathBuf};

/// A scenario file.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name without the ending.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

/// Every scenario file, sorted by name.
///
/// # Panics
///
/// If the folder cannot be read: then nothing would be tested.
#[must_use]
pub fn all() -> Vec<File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let entries = fs::read_dir(&folder).expect("the folder of the scenarios can be read");
    let paths = entries.map(|entry| entry.expect("an entry of the folder can be read").path());
    let mut files: Vec<File> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .map(|path| File {
            name: path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            text: fs::read_to_string(&path).expect("a scenario is text"),
            path,
        })
        .collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

/// The lines that differ, `-` as written and `+` as seen, each group below the nearest action line above it.
#[must_use]
pub fn diff(written: &str, seen: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (written.lines().collect(), seen.lines().collect());
    // Lengths of the longest common subsequences of what is left; scenario files are short.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let longest = common[i + 1][j].max(common[i][j + 1]);
            common[i][j] = if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { longest };
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut out, mut place) = (String::new(), None);
    while i < old.len() || j < new.len() {
        let same = i < old.len() && j < new.len() && old[i] == new[j];
        if same {
            if !old[i].starts_with(['>', '=', '#']) && !old[i].is_empty() {
                place = Some((i + 1, old[i]));
            }
            (i, j) = (i + 1, j + 1);
            continue;
        }
        if let Some((line, action)) = place.take() {
            out += &format!("  line {line}: {action}\n");
        }
        if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            out += &format!("    - {}\n", old[i]);
            i += 1;
        } else {
            out += &format!("    + {}\n", new[j]);
            j += 1;
        }
    }
    out
}
