//! Just enough of a `Cargo.toml` to see which way its dependencies point.

/// A dependency of any kind.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Dependency {
    /// The table it stands in, such as `dependencies` or `dev-dependencies`.
    pub(crate) table: String,
    /// The name it is used by.
    pub(crate) name: String,
    /// Built only when a feature asks for it.
    pub(crate) optional: bool,
}

/// The dependencies of a manifest: one per line, or as a table of its own (`[dependencies.serde]`).
pub(crate) fn dependencies(manifest: &str) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let mut table = String::new();
    let mut own = false;
    for line in lines(manifest) {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_matches(['[', ']']);
            let parts: Vec<_> = header.split('.').collect();
            let at = parts.iter().position(|part| part.ends_with("dependencies"));
            table = at.map(|at| parts[at].to_owned()).unwrap_or_default();
            let name = at.and_then(|at| parts.get(at + 1));
            own = name.is_some();
            if let Some(name) = name {
                found.push(Dependency { table: table.clone(), name: (*name).to_owned(), optional: false });
            }
        } else if table.is_empty() {
            continue;
        } else if own {
            if let (true, Some(last)) = (is_optional(line), found.last_mut()) {
                last.optional = true;
            }
        } else if let Some((key, value)) = line.split_once('=') {
            let name = key.split('.').next().unwrap_or(key).trim().trim_matches('"').to_owned();
            found.push(Dependency { table: table.clone(), name, optional: is_optional(value) });
        }
    }
    found
}

/// The keys of a table, as they are written.
pub(crate) fn table<'a>(manifest: &'a str, name: &str) -> Vec<&'a str> {
    let header = format!("[{name}]");
    let inside = lines(manifest).skip_while(move |line| *line != header).skip(1);
    inside.take_while(|line| !line.starts_with('[')).collect()
}

fn lines(manifest: &str) -> impl Iterator<Item = &str> {
    let bare = manifest.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
    bare.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn is_optional(text: &str) -> bool {
    text.replace(' ', "").contains("optional=true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_dependency_is_read() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\na.workspace = true # why\n# b = \"1\"\n\
                        c = { version = \"1\", optional = true }\n[dependencies.d]\nversion = \"1\"\noptional = true\n\
                        [target.'cfg(unix)'.dev-dependencies]\ne = \"1\"\n[lints]\nworkspace = true\n";
        let read = dependencies(manifest);
        let read: Vec<_> = read.iter().map(|d| (d.table.as_str(), d.name.as_str(), d.optional)).collect();
        let expected = [
            ("dependencies", "a", false),
            ("dependencies", "c", true),
            ("dependencies", "d", true),
            ("dev-dependencies", "e", false),
        ];
        assert_eq!(read, expected);
        assert_eq!(table(manifest, "lints"), ["workspace = true"]);
    }
}
