//! The tables of README.md. `KEYHOLDER_REWRITE=1` writes them anew.

use std::path::Path;

/// Prints a table, and compares what stands in README.md between its marks with it.
pub(crate) fn compare(name: &str, table: &str) {
    println!("{table}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let mark = format!("<!-- table: {name} -->\n");
    let start = readme.find(&mark).expect("README.md marks its tables") + mark.len();
    let end = start + readme[start..].find("<!-- end -->").expect("a table has an end");
    if readme[start..end] == *table {
        return;
    }
    if std::env::var_os("KEYHOLDER_REWRITE").is_some() {
        return std::fs::write(&path, format!("{}{table}{}", &readme[..start], &readme[end..])).unwrap();
    }
    panic!(
        "the table `{name}` of README.md is not what is measured; KEYHOLDER_REWRITE=1 cargo test -p keyholder-open-cloud --test costs writes it anew"
    );
}
