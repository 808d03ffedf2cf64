//! JSON, one value to a line: between the processes, and in the file of the history.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Write};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};

/// A value as a line, its end included.
pub(crate) fn line(value: &impl Serialize) -> io::Result<String> {
    let mut line = serde_json::to_string(value)?;
    line.push('\n');
    Ok(line)
}

/// Writes a value to standard output. Whoever started this reads at once, so that it never has to wait.
pub(crate) fn say(value: &impl Serialize) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(line(value)?.as_bytes())?;
    stdout.flush()
}

/// Reads values.
#[derive(Debug)]
pub(crate) struct Reader<R>(Lines<BufReader<R>>);

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(crate) fn new(from: R) -> Self {
        Self(BufReader::new(from).lines())
    }

    /// The next value; `None` at the end. Dropping the future loses nothing.
    ///
    /// # Errors
    /// What comes is not of this form, or cannot be read.
    pub(crate) async fn next<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        match self.0.next_line().await? {
            Some(line) => Ok(Some(serde_json::from_str(&line)?)),
            None => Ok(None),
        }
    }
}
