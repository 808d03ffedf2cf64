//! `updateMask`: which fields a request is about.

use super::scan::{BadText, Scan};
use std::fmt;

/// How many paths a mask may have: more than any resource here has fields.
const MAX_PATHS: usize = 64;

/// The paths of a field mask in the order they were given, with names in camel case. Documentation: Types, FieldMask.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mask(Vec<String>);

impl Mask {
    /// Reads a mask: paths with commas between, of names with dots between. `snake_case` is the same name as `snakeCase`.
    ///
    /// # Errors
    /// An empty path, another character, or too many paths.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let mut scan = Scan::new(text)?;
        let mut paths = Vec::new();
        loop {
            scan.skip_spaces();
            let mut path = name(&mut scan)?;
            while scan.take(".") {
                path.push('.');
                path.push_str(&name(&mut scan)?);
            }
            paths.push(path);
            scan.skip_spaces();
            if !scan.take(",") {
                break;
            }
            if paths.len() == MAX_PATHS {
                return Err(scan.bad("the end (a mask has at most 64 paths)"));
            }
        }
        scan.end()?;
        Ok(Self(paths))
    }

    /// The paths.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// One name, in camel case.
fn name(scan: &mut Scan<'_>) -> Result<String, BadText> {
    let start = scan.clone();
    let name = scan.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(start.bad("the name of a field"));
    }
    let mut camel = String::with_capacity(name.len());
    let mut raise = false;
    for c in name.chars() {
        match c {
            '_' => raise = true,
            c if raise => {
                camel.push(c.to_ascii_uppercase());
                raise = false;
            }
            c => camel.push(c),
        }
    }
    Ok(camel)
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;

    #[test]
    fn a_mask_is_a_list_of_paths() {
        let paths = |text: &str| Mask::parse(text).unwrap().to_string();
        assert_eq!(paths("foo.b, bar"), "foo.b,bar");
        assert_eq!(paths("game_join_restriction"), "gameJoinRestriction");
        assert_eq!(paths("gameJoinRestriction.display_reason"), "gameJoinRestriction.displayReason");
        for (text, at) in [("", 0), ("a,", 2), ("a..b", 2), ("a b", 2), ("*", 0), ("a,1b", 2), ("\u{e9}", 0)] {
            assert_eq!(Mask::parse(text).unwrap_err().at, at, "{text}");
        }
        assert!(Mask::parse(&"a,".repeat(65)).is_err());
        assert!(Mask::parse(&"a.".repeat(100_000)).is_err());
    }
}
