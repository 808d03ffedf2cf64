//! The project's files, and Rust source with its comments and literals told apart from its code.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file of the project.
#[derive(Debug)]
pub(crate) struct File {
    /// Path from the project's root, with `/` between the parts.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

/// Every text file of the project, sorted by path. Build folders (they carry a `CACHEDIR.TAG`), the folders that
/// `.gitignore` names and hidden folders other than `.ci` are left out.
pub(crate) fn project() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in a folder of the project");
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).expect("a folder of the project can be read") {
            let entry = entry.expect("an entry of the project can be read");
            let name = entry.file_name().into_string().expect("file names are UTF-8");
            let kind = entry.file_type().expect("an entry has a type");
            let path = folder.join(&name);
            if kind.is_dir() {
                let hidden = name.starts_with('.') && name != ".ci";
                let built = name == "target" || name.starts_with("mutants.out");
                if !hidden && !built && !root.join(&path).join("CACHEDIR.TAG").exists() {
                    folders.push(path);
                }
            } else if kind.is_file()
                && let Ok(text) = fs::read_to_string(root.join(&path))
            {
                let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
                files.push(File { path: parts.join("/"), text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Rust source, taken apart. Offsets in `code` are those of the text: what is not code is blank there.
#[derive(Debug)]
pub(crate) struct Rust {
    /// The text with comments, and what stands between quotes, replaced by spaces.
    pub(crate) code: String,
    /// The string literals, each with the offset of its opening quote.
    pub(crate) strings: Vec<(usize, String)>,
}

impl Rust {
    /// Takes `text` apart. It knows comments (nested too), strings (raw too), characters and lifetimes, no more.
    pub(crate) fn parse(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut code = bytes.to_vec();
        let mut strings = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &text[at..];
            let end = if rest.starts_with("//") {
                blank(&mut code, at, at + rest.find('\n').unwrap_or(rest.len()))
            } else if rest.starts_with("/*") {
                blank(&mut code, at, at + comment_length(rest))
            } else if let Some(hashes) = raw_string(rest, &text[..at]) {
                let close = format!("\"{}", "#".repeat(hashes));
                let open = at + hashes + 2;
                let length = text[open..].find(&close).unwrap_or(text.len() - open);
                strings.push((open - 1, text[open..open + length].to_owned()));
                blank(&mut code, open, open + length) + close.len()
            } else if let Some(inner) = rest.strip_prefix('"') {
                let length = string_length(inner);
                strings.push((at, inner[..length].to_owned()));
                blank(&mut code, at + 1, at + 1 + length) + 1
            } else if let Some(length) = char_length(rest) {
                blank(&mut code, at + 1, at + length - 1) + 1
            } else {
                at + rest.chars().next().map_or(1, char::len_utf8)
            };
            at = end;
        }
        Self { code: String::from_utf8(code).expect("only whole characters are blanked"), strings }
    }

    /// The code up to the unit tests, which stand last in a file.
    pub(crate) fn without_tests(&self) -> &str {
        let tests = self.code.match_indices("#[cfg(test)]").find(|(at, attribute)| {
            let after = self.code[at + attribute.len()..].trim_start();
            after.starts_with("mod tests") && !after.starts_with("mod tests;")
        });
        &self.code[..tests.map_or(self.code.len(), |(at, _)| at)]
    }
}

/// The number of the line in which `offset` stands, from 1.
pub(crate) fn line(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// The arms of matches that catch everything that is not named: `_`, `(_, _)`, `A | _`, without a guard. Offsets of
/// their arrows. A match over bytes, characters, numbers or strings cannot name every case and is left out: it is one
/// whose first arm is a literal.
pub(crate) fn catch_alls(code: &str) -> Vec<usize> {
    let arrows = code.match_indices("=>").map(|(at, _)| at);
    let open = arrows.filter(|at| pattern_before(code, *at).split('|').any(catches_all));
    open.filter(|at| !begins_with_literal(match_before(code, *at))).collect()
}

/// The match around the arm at `at`, from its first arm on.
fn match_before(code: &str, at: usize) -> &str {
    let mut depth = 0;
    let opening = code[..at].char_indices().rev().find(|(_, c)| {
        depth += i32::from(*c == '}') - i32::from(*c == '{');
        depth < 0
    });
    &code[opening.map_or(0, |(start, _)| start + 1)..at]
}

fn begins_with_literal(arms: &str) -> bool {
    let arms = arms.trim_start();
    arms.strip_prefix('b').unwrap_or(arms).starts_with(['\'', '"']) || arms.starts_with(|c: char| c.is_ascii_digit())
}

fn catches_all(pattern: &str) -> bool {
    pattern.contains('_') && pattern.chars().all(|c| "_(),.&".contains(c) || c.is_whitespace())
}

/// What stands before the arrow at `at`, back to the arm before it or to the brace that opens the match.
fn pattern_before(code: &str, at: usize) -> &str {
    let mut depth = 0;
    for (start, c) in code[..at].char_indices().rev() {
        match c {
            ')' | ']' => depth += 1,
            '(' | '[' if depth > 0 => depth -= 1,
            '(' | '[' | '{' | '}' | ',' | ';' if depth == 0 => return &code[start + 1..at],
            _ => {}
        }
    }
    &code[..at]
}

/// Blanks `from..to`, keeps the line ends, and gives `to`.
fn blank(code: &mut [u8], from: usize, to: usize) -> usize {
    for byte in &mut code[from..to] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
    to
}

fn comment_length(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// Bytes up to the closing quote.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let quote = text.char_indices().find(|(_, c)| {
        let closes = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        closes
    });
    quote.map_or(text.len().saturating_sub(1), |(at, _)| at)
}

/// The number of hashes if a raw string begins at `rest`; its `r` must not end a longer word, unless `br` or `cr`.
fn raw_string(rest: &str, before: &str) -> Option<usize> {
    let hashes = rest.strip_prefix('r')?.bytes().take_while(|byte| *byte == b'#').count();
    let before = before.strip_suffix(['b', 'c']).unwrap_or(before);
    let word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    (rest.as_bytes().get(hashes + 1) == Some(&b'"') && !word).then_some(hashes)
}

/// Bytes of the character literal at `rest`, quotes included; a lifetime is none.
fn char_length(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        return inner.get(2..)?.find('\'').map(|at| at + 4);
    }
    inner[first.len_utf8()..].starts_with('\'').then_some(first.len_utf8() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_not_code() {
        let text =
            "a /* b /* c */ d */ e // f \"g\"\nh(\"i \\\" j\", 'k', '\\'', '\\u{e9}') 'l r#\"m \" n\"# br\"o\" p";
        let rust = Rust::parse(text);
        let words: String = rust.code.chars().filter(char::is_ascii_alphabetic).collect();
        assert_eq!(words, "aehlrbrp");
        assert_eq!(rust.code.len(), text.len());
        let strings: Vec<_> = rust.strings.iter().map(|(_, string)| string.as_str()).collect();
        assert_eq!(strings, ["i \\\" j", "m \" n", "o"]);
        assert_eq!(line(text, text.find("h(").expect("it is there")), 2);
    }

    #[test]
    fn unit_tests_are_not_production() {
        let rust = Rust::parse("#[cfg(test)]\nmod tests;\nkept\n#[cfg(test)]\nmod tests { cut }");
        assert!(rust.without_tests().contains("kept") && !rust.without_tests().contains("cut"));
    }

    #[test]
    fn only_arms_that_name_nothing_catch_all() {
        let caught = |code: &str| catch_alls(code).len();
        assert_eq!(caught("match x { A => b(y), _ => c }"), 1);
        assert_eq!(caught("match x { A => {} _ => {} }"), 1);
        assert_eq!(caught("match (x, y) { (A, _) => b, (_, _) => c }"), 1);
        assert_eq!(caught("match x { A | _ => b }"), 1);
        assert_eq!(caught("match x { Some(_) => b, None => c }"), 0);
        assert_eq!(caught("match x { A { .. } => b, B(..) | C => d, _ if e => f, g => h }"), 0);
        assert_eq!(caught("if a >= _b { }"), 0);
        assert_eq!(caught("match x { b' ' => { y } 3 => z, _ => c }"), 0);
        assert_eq!(caught("match x { A { b } => match b { 1 => c, _ => d }, _ => e }"), 1);
    }
}
