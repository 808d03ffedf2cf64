//! The recorder: what a server tells about each of its steps, as frames.

use super::frame::{HEADER, OUTLINE, STEP, beginning, digest, payload};
use super::sink::{Recording, Sink};
use super::{End, Header, Mark, Outline, SchemaForm, WHOLE_BYTES};
use crate::backend::Key;
use keyholder_core::config::{Config, Settings};
use keyholder_core::document::Document;
use keyholder_core::host::{HostEffect, HostInput, HostTimer};
use keyholder_core::ids::HostId;
use keyholder_core::stored::Stored;
use keyholder_core::timer::Millis;
use keyholder_core::tree::Schema;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::warn;

/// How much is recorded.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; the default gives the rest")]
pub struct RecorderSettings {
    /// The largest file, in bytes. Default 256 MiB.
    pub max_bytes: u64,
    /// How much waits for the disk, in bytes of memory, at most. Default 8 MiB.
    pub buffer_bytes: usize,
    /// Leaves out what players have and who they are; then nothing can be replayed. Default no.
    pub redact: bool,
}

impl Default for RecorderSettings {
    fn default() -> Self {
        Self { max_bytes: 256 << 20, buffer_bytes: 8 << 20, redact: false }
    }
}

/// Records one server: the first one whose [`Options`](crate::server::Options) it is given in. Dropped without one, it
/// leaves a recording that holds nothing.
#[derive(Clone, Debug)]
pub struct Recorder(Arc<Mutex<Option<Blank>>>);

/// A recording that has not begun.
#[derive(Debug)]
struct Blank {
    sink: Sink,
    settings: Settings,
    schema: Option<SchemaForm>,
    redact: bool,
}

impl Recorder {
    /// A recorder that writes to `to`, for a server with this very configuration.
    ///
    /// # Errors
    /// No thread could be started.
    pub fn new(
        to: impl Write + Send + 'static,
        config: &Config<Schema>,
        settings: RecorderSettings,
    ) -> io::Result<(Self, Recording)> {
        let RecorderSettings { max_bytes, buffer_bytes, redact } = settings;
        let (sink, recording) = Sink::start(to, beginning(), max_bytes, buffer_bytes)?;
        let schema = if redact { None } else { SchemaForm::of(config.shape()) };
        let blank = Blank { sink, settings: *config.settings(), schema, redact };
        Ok((Self(Arc::new(Mutex::new(Some(blank)))), recording))
    }

    /// A recorder that writes a new file.
    ///
    /// # Errors
    /// The file is there already or cannot be made, or no thread could be started.
    pub fn to_file(
        path: impl AsRef<Path>,
        config: &Config<Schema>,
        settings: RecorderSettings,
    ) -> io::Result<(Self, Recording)> {
        Self::new(File::create_new(path)?, config, settings)
    }

    /// Begins the recording of a server, unless another one has taken it. Whether that has a journal depends on its stores.
    pub(crate) fn begin<D, C>(&self, host: HostId, journal: bool) -> Option<Box<dyn Observer<D, C>>>
    where
        D: Document<C> + Stored + 'static,
        C: Clone + Stored + 'static,
    {
        let blank = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let Blank { mut sink, settings, schema, redact } = blank;
        let settings = Settings { journal, ..settings };
        let writer = env!("CARGO_PKG_VERSION").to_owned();
        let header = payload(HEADER, &Header { host, writer, redacted: redact, settings, schema });
        let put = header.map_err(|_| End::Unwritable).and_then(|header| sink.put(&header, false));
        match put {
            Ok(()) => {
                let secret = redact.then(RandomState::new);
                Some(Box::new(Tape { sink: Some(sink), secret, frame: Vec::new(), outline: None }))
            }
            Err(end) => {
                sink.end(end);
                None
            }
        }
    }
}

/// Sees each step of a host. What it does with it is its own concern: nothing comes back.
pub(crate) trait Observer<D: Document<C>, C: Clone>: Send {
    /// An input is about to be taken.
    fn before(&mut self, now: Millis, input: &HostInput<Key, D, C>);

    /// It was taken or refused, and gave these effects.
    fn after(&mut self, refused: bool, effects: &[HostEffect<Key, D, C>]);
}

/// A recording under way.
struct Tape {
    /// `None` once it has ended.
    sink: Option<Sink>,
    /// What keys are hashed with in a redacted recording.
    secret: Option<RandomState>,
    /// The step that is under way, as far as it is known.
    frame: Vec<u8>,
    /// The same, redacted.
    outline: Option<Outline>,
}

impl<D, C> Observer<D, C> for Tape
where
    D: Document<C> + Stored,
    C: Clone + Stored,
{
    fn before(&mut self, now: Millis, input: &HostInput<Key, D, C>) {
        if self.sink.is_none() {
            return;
        }
        let mut frame = std::mem::take(&mut self.frame);
        frame.clear();
        let written = if let Some(secret) = &self.secret {
            postcard::to_extend(input, frame).map(|bytes| {
                let key = key(input).map(|key| secret.hash_one(key));
                let input = bytes.first().copied().unwrap_or_default();
                let (now, bytes) = (now.0, bytes.len() as u64);
                self.outline = Some(Outline { now, input, key, bytes, refused: false, effects: Vec::new() });
                Vec::new()
            })
        } else {
            frame.push(STEP);
            postcard::to_extend(&now, frame).and_then(|frame| postcard::to_extend(input, frame))
        };
        match written {
            Ok(frame) => self.frame = frame,
            Err(_) => self.end(End::Unwritable),
        }
    }

    fn after(&mut self, refused: bool, effects: &[HostEffect<Key, D, C>]) {
        let Some(sink) = &mut self.sink else { return };
        let frame = std::mem::take(&mut self.frame);
        let written = if let Some(mut outline) = self.outline.take() {
            outline.refused = refused;
            let sizes = effects.iter().map(|it| postcard::to_allocvec(it).map(|it| (first(&it), it.len() as u64)));
            sizes.collect::<Result<_, _>>().and_then(|effects| {
                outline.effects = effects;
                payload(OUTLINE, &outline)
            })
        } else {
            let marks = effects.iter().map(mark).collect::<Result<Vec<_>, _>>();
            marks.and_then(|marks| postcard::to_extend(&(refused, marks), frame))
        };
        match written.map_err(|_| End::Unwritable).and_then(|frame| sink.put(&frame, true).map(|()| frame)) {
            // Its memory serves the next step.
            Ok(frame) => self.frame = frame,
            Err(end) => self.end(end),
        }
    }
}

impl Tape {
    fn end(&mut self, end: End) {
        if let Some(sink) = self.sink.take() {
            warn!("{end}");
            sink.end(end);
        }
    }
}

/// An effect as it is recorded, and as it is compared.
pub(super) fn mark<D: Stored, C: Stored>(effect: &HostEffect<Key, D, C>) -> postcard::Result<Mark> {
    let bytes = postcard::to_allocvec(effect)?;
    if bytes.len() <= WHOLE_BYTES {
        return Ok(Mark::Whole(bytes));
    }
    Ok(Mark::Digest { kind: first(&bytes), bytes: bytes.len() as u64, digest: digest(0, &bytes) })
}

/// The first byte says which case it is.
fn first(bytes: &[u8]) -> u8 {
    bytes.first().copied().unwrap_or_default()
}

/// Whom an input is about, if it says so.
fn key<D, C>(input: &HostInput<Key, D, C>) -> Option<&Key> {
    match input {
        HostInput::Open { key, .. }
        | HostInput::Command { key, .. }
        | HostInput::Active(key)
        | HostInput::Call { key, .. }
        | HostInput::Cancel { key, .. }
        | HostInput::Heard { key, .. }
        | HostInput::Pace { key, .. }
        | HostInput::Fired(HostTimer::Session(key, _)) => Some(key),
        HostInput::Join { records, .. } => records.first().map(|it| &it.key),
        HostInput::Leave(_) | HostInput::Throttled(..) | HostInput::Observed { .. } => None,
        HostInput::Start | HostInput::Ready | HostInput::Answered(..) | HostInput::Fired(_) | HostInput::Shutdown => {
            None
        }
    }
}
