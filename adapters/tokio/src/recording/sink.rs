//! The buffer between a server and its recording, and the thread that writes it out.

use super::End;
use super::frame::{END, HEAD_BYTES, head, payload};
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tracing::warn;

/// How long steps are collected before they are written: a step then costs no call of the system, and a process that is
/// killed leaves a recording that ends so long before.
const COLLECT: Duration = Duration::from_millis(50);

/// So many bytes are written at once, whenever they came.
const ENOUGH: usize = 64 * 1024;

/// Room that is kept for the end of a recording.
const END_BYTES: usize = HEAD_BYTES + 2;

/// A recording that is being written.
#[derive(Debug)]
pub struct Recording(JoinHandle<io::Result<Summary>>);

/// What a recording became.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// How many steps are in it.
    pub steps: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// Why it ends.
    pub end: End,
}

impl Recording {
    /// Waits until the recording has ended and is written out. Blocks, and for as long as the server runs: call it when the
    /// driver is done, where it may block.
    ///
    /// # Errors
    /// The writer failed, so the file is cut short. The server did not notice.
    pub fn wait(self) -> io::Result<Summary> {
        self.0.join().unwrap_or_else(|_| Err(io::Error::other("the writer of the recording panicked")))
    }
}

/// The side of the server: never blocks on the writer.
#[derive(Debug)]
pub(super) struct Sink {
    shared: Arc<Shared>,
    check: u64,
    written: u64,
    steps: u64,
    max_bytes: u64,
    buffer_bytes: usize,
    /// Why it ends, once that is known.
    end: End,
}

#[derive(Debug, Default)]
struct Shared {
    buffer: Mutex<Buffer>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct Buffer {
    bytes: Vec<u8>,
    ended: Option<Summary>,
    /// Nobody takes anything out any more.
    broken: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink {
    /// Begins a recording with these bytes, and the thread that writes it.
    pub(super) fn start(
        to: impl Write + Send + 'static,
        beginning: Vec<u8>,
        max_bytes: u64,
        buffer_bytes: usize,
    ) -> io::Result<(Self, Recording)> {
        let shared = Arc::new(Shared::default());
        let written = beginning.len() as u64;
        shared.lock().bytes = beginning;
        let named = thread::Builder::new().name("keyholder-recording".to_owned());
        let from = Arc::clone(&shared);
        let thread = named.spawn(move || run(&from, to, ENOUGH.min(buffer_bytes / 2)))?;
        let sink = Self { shared, check: 0, written, steps: 0, max_bytes, buffer_bytes, end: End::Closed };
        Ok((sink, Recording(thread)))
    }

    /// Puts a frame behind the others, or says why the recording has to end.
    pub(super) fn put(&mut self, payload: &[u8], is_step: bool) -> Result<(), End> {
        let (head, check) = head(self.check, payload).ok_or(End::Unwritable)?;
        let bytes = head.len() + payload.len();
        if self.written.saturating_add((bytes + END_BYTES) as u64) > self.max_bytes {
            return Err(End::Full);
        }
        let mut buffer = self.shared.lock();
        if buffer.broken || buffer.bytes.len() + bytes > self.buffer_bytes {
            return Err(End::Behind);
        }
        let enough = ENOUGH.min(self.buffer_bytes / 2);
        let before = buffer.bytes.len();
        buffer.bytes.extend_from_slice(&head);
        buffer.bytes.extend_from_slice(payload);
        let after = buffer.bytes.len();
        drop(buffer);
        if before == 0 || (before < enough && after >= enough) {
            self.shared.wake.notify_one();
        }
        self.check = check;
        self.written += bytes as u64;
        self.steps += u64::from(is_step);
        Ok(())
    }

    /// Ends the recording for another reason than that its server ended.
    pub(super) fn end(mut self, end: End) {
        self.end = end;
    }
}

/// The recording ends. There is always room for that.
impl Drop for Sink {
    fn drop(&mut self) {
        let mut buffer = self.shared.lock();
        let mut bytes = self.written;
        if let Ok(payload) = payload(END, &self.end)
            && let Some((head, _)) = head(self.check, &payload)
        {
            buffer.bytes.extend_from_slice(&head);
            buffer.bytes.extend_from_slice(&payload);
            bytes += (head.len() + payload.len()) as u64;
        }
        buffer.ended = Some(Summary { steps: self.steps, bytes, end: self.end });
        drop(buffer);
        self.shared.wake.notify_one();
    }
}

fn run(shared: &Shared, mut to: impl Write, enough: usize) -> io::Result<Summary> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = shared.lock();
        while buffer.bytes.is_empty() && buffer.ended.is_none() {
            buffer = shared.wake.wait(buffer).unwrap_or_else(PoisonError::into_inner);
        }
        let few = |buffer: &mut Buffer| buffer.bytes.len() < enough && buffer.ended.is_none();
        (buffer, _) = shared.wake.wait_timeout_while(buffer, COLLECT, few).unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut bytes, &mut buffer.bytes);
        let ended = buffer.ended;
        drop(buffer);
        let done = to.write_all(&bytes).and_then(|()| if ended.is_some() { to.flush() } else { Ok(()) });
        bytes.clear();
        if let Err(error) = done {
            shared.lock().broken = true;
            warn!(%error, "the recording is cut short");
            return Err(error);
        }
        if let Some(summary) = ended {
            return Ok(summary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{END_BYTES, Sink};
    use crate::recording::End;
    use std::io::{self, Write};
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// A disk that takes nothing until it is told to.
    struct Stuck(Receiver<()>);

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A disk that fails.
    struct Broken(Sender<()>);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Drop for Broken {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }

    #[test]
    fn a_disk_that_is_stuck_ends_the_recording_and_blocks_nobody() {
        let (go, stuck) = channel();
        let (mut sink, recording) = Sink::start(Stuck(stuck), vec![0; 8], 1 << 30, 1_000).unwrap();
        let mut put = 0_u64;
        let end = loop {
            match sink.put(&[7; 100], true) {
                Ok(()) => put += 1,
                Err(end) => break end,
            }
            assert!(put < 100, "the buffer has a bound");
        };
        assert_eq!(end, End::Behind);
        sink.end(end);
        drop(go);
        let summary = recording.wait().unwrap();
        assert_eq!((summary.steps, summary.end), (put, End::Behind));
    }

    #[test]
    fn the_limit_leaves_room_for_the_end() {
        let (mut sink, recording) = Sink::start(io::sink(), vec![0; 8], 1_000, 1 << 20).unwrap();
        let end = std::iter::repeat_with(|| sink.put(&[7; 10], true)).find_map(Result::err);
        assert_eq!(end, Some(End::Full));
        sink.end(End::Full);
        let summary = recording.wait().unwrap();
        assert!(summary.bytes <= 1_000 && summary.bytes + 26 + END_BYTES as u64 > 1_000, "{summary:?}");
    }

    #[test]
    fn a_disk_that_fails_is_told_to_whoever_asks() {
        let (tell, gone) = channel();
        let (mut sink, recording) = Sink::start(Broken(tell), vec![0; 8], 1 << 20, 1 << 20).unwrap();
        gone.recv().unwrap();
        assert_eq!(sink.put(&[7; 10], true), Err(End::Behind));
        sink.end(End::Behind);
        assert_eq!(recording.wait().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
