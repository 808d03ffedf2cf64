//! What a store holds of a record: its state, its versions, a copy of all of it in a file.

use super::args::ExportArguments;
use super::audit::{Audit, Line};
use super::{Ended, Found, Opened, moment, now_ms};
use crate::figures::bytes;
use crate::output::{self, Paint, Tone};
use keyholder_core::record::{Life, Record};
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use keyholder_tokio::backend::{DurableStore, Entry};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;

/// A record with what stands beside it.
#[derive(Serialize)]
struct Document<'a> {
    location: &'a str,
    name: &'a str,
    /// Names this state in the store.
    tag: &'a str,
    written_ms: Option<u64>,
    users: &'a [u64],
    attributes: &'a BTreeMap<String, String>,
    /// The stored form: SPEC.md section 4.
    record: Value,
}

fn document<'a>(opened: &'a Opened<'_>, found: &'a Found) -> Result<Document<'a>, Box<dyn Error>> {
    Ok(Document {
        location: opened.key.location(),
        name: opened.key.player(),
        tag: found.entry.tag.as_str(),
        written_ms: found.versions.first().map(|it| it.written_ms),
        users: &found.entry.meta.users,
        attributes: &found.entry.meta.attributes,
        record: serde_json::from_str(&found.entry.text)?,
    })
}

pub(super) async fn get(opened: &Opened<'_>) -> Result<Ended, Box<dyn Error>> {
    let Some(found) = opened.find().await? else { return Ok(Ended::Refused) };
    let document = document(opened, &found)?;
    if opened.place.json {
        output::json(&document)?;
        return Ok(Ended::Done);
    }
    let paint = Paint::new();
    let mut table = paint.table(&["field", "~value"]);
    let mut row = |name: &str, value: String| {
        table.add_row([paint.cell(Tone::Strong, name), paint.cell(Tone::Plain, value)]);
    };
    row("key", opened.key.to_string());
    if let Some(ms) = document.written_ms {
        row("written", format!("{} UTC, {}", moment::written(ms), moment::ago(ms, now_ms())));
    }
    if !document.users.is_empty() {
        row("users beside it", format!("{:?}", document.users));
    }
    for (name, value) in document.attributes {
        row(&format!("attribute {}", output::plain(name)), output::plain(value));
    }
    if let Value::Object(fields) = &document.record {
        for (name, value) in fields.iter().filter(|(name, _)| *name != "data") {
            row(name, value.to_string());
        }
    }
    output::say(&table.to_string())?;
    output::json(&document.record["data"])?;
    Ok(Ended::Done)
}

/// A version, without its data.
#[derive(Serialize)]
struct Kept {
    version: String,
    written_ms: u64,
    /// `live`, `tombstone`, `removed`, `unreadable`.
    state: &'static str,
    bytes: Option<usize>,
    epoch: Option<u32>,
    holder: Option<String>,
}

pub(super) async fn history(opened: &Opened<'_>) -> Result<Ended, Box<dyn Error>> {
    let mut lines = Vec::new();
    for version in opened.store.versions(&opened.key).await? {
        let entry = opened.store.read_version(&opened.key, &version.id).await?;
        let record = entry.as_ref().map(|it| Record::<Tree>::from_text(&*it.text));
        let state = match &record {
            None => "removed",
            Some(Ok(record)) if record.life == Life::Tombstone => "tombstone",
            Some(Ok(_)) => "live",
            Some(Err(_)) => "unreadable",
        };
        let record = record.and_then(Result::ok);
        lines.push(Kept {
            version: version.id.as_str().to_owned(),
            written_ms: version.written_ms,
            state,
            bytes: entry.map(|Entry { text, .. }| text.len()),
            epoch: record.as_ref().map(|it| it.epoch.0),
            holder: record.and_then(|it| it.owner).map(|it| it.host.to_string()),
        });
    }
    if lines.is_empty() {
        opened.store.reach().await?;
        return opened.refuse("the store keeps no version of it");
    }
    if opened.place.json {
        output::json(&lines)?;
        return Ok(Ended::Done);
    }
    let paint = Paint::new();
    let mut table = paint.table(&[">version", "written (UTC)", "", "state", ">size", ">epoch", "held by server"]);
    let now = now_ms();
    for it in &lines {
        let tone = if it.state == "live" { Tone::Plain } else { Tone::Odd };
        table.add_row([
            paint.cell(Tone::Strong, &*it.version),
            paint.cell(Tone::Plain, moment::written(it.written_ms)),
            paint.cell(Tone::Quiet, moment::ago(it.written_ms, now)),
            paint.cell(tone, it.state),
            paint.cell(Tone::Plain, it.bytes.map_or_else(String::new, |it| bytes(it as u64))),
            paint.cell(Tone::Plain, it.epoch.map_or_else(String::new, |it| it.to_string())),
            paint.cell(Tone::Plain, it.holder.clone().unwrap_or_default()),
        ]);
    }
    output::say(&table.to_string())?;
    Ok(Ended::Done)
}

/// What is written into a file.
#[derive(Serialize)]
struct Exported<'a> {
    #[serde(flatten)]
    document: Document<'a>,
    audit: &'a Line,
}

pub(super) async fn export(opened: &Opened<'_>, arguments: &ExportArguments) -> Result<Ended, Box<dyn Error>> {
    let Some(found) = opened.find().await? else { return Ok(Ended::Refused) };
    let out = match &opened.place.bulk.keys_from {
        Some(_) => arguments.out.join(file_name(opened.key.player())),
        None => arguments.out.clone(),
    };
    let name = out.display().to_string();
    let line = Line::new(opened, "export", found.record.epoch.0, format!("into {name}"));
    let mut audit = Audit::open(opened)?;
    let mut text = serde_json::to_string_pretty(&Exported { document: document(opened, &found)?, audit: &line })?;
    text.push('\n');
    // Of many, a file whose name is not noted as done is one of a run that was interrupted.
    let may_replace = opened.place.bulk.done.is_some();
    put(&out, &text, may_replace).map_err(|error| format!("{name}: {error}"))?;
    audit.write(&line)?;
    opened.tell("done", &format!("written into {name}, {}", bytes(text.len() as u64)))?;
    Ok(Ended::Done)
}

/// Writes a file, all of it or nothing.
fn put(path: &Path, text: &str, may_replace: bool) -> io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    if may_replace {
        file.persist(path)?
    } else {
        file.persist_noclobber(path)?
    };
    Ok(())
}

/// The name of a file for a player's key: letters of a path and `%` are written as `%` and two hexadecimal digits, so that
/// different keys have different files.
fn file_name(player: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || !byte.is_ascii();
    let mut name: Vec<u8> = Vec::new();
    for byte in player.bytes() {
        if plain(byte) {
            name.push(byte);
        } else {
            name.extend(format!("%{byte:02X}").bytes());
        }
    }
    String::from_utf8_lossy(&name).into_owned() + ".json"
}
