//! The command line of Keyholder.
fn main() {}
