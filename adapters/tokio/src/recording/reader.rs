//! Reading a recording, step by step. The bytes may be anything.

use super::frame::{Found, Frames, Other, Rest, STEP, content, other};
use super::replay::Input;
use super::{End, Header, Mark, Outline, Unreadable};
use keyholder_core::timer::Millis;
use std::io::Read;

/// A step that can be run again.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "what a recording says of a step, nothing else")]
pub struct Step {
    /// Its number, from 1.
    pub number: u64,
    /// When, in ms of the server's clock.
    pub now: Millis,
    /// What went in.
    pub input: Input,
    /// The host refused it.
    pub refused: bool,
    /// What came out.
    pub effects: Vec<Mark>,
}

/// What a recording says next.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums, reason = "part of the layout of the file")]
pub enum Entry {
    /// A step.
    Step(Box<Step>),
    /// A step of a redacted recording, with its number from 1.
    Outline(u64, Outline),
    /// The end.
    End(End),
    /// The file stops here: its process was killed. Nothing follows.
    Cut,
}

/// Reads a recording.
#[derive(Debug)]
pub struct Reader<R> {
    frames: Frames<R>,
    header: Header,
    steps: u64,
}

impl<R: Read> Reader<R> {
    /// Reads the beginning. Buffer what reads from a disk.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn open(from: R) -> Result<Self, Unreadable> {
        let mut frames = Frames::open(from)?;
        let damaged = |why| Unreadable::Damaged { after: 0, why };
        let payload = match frames.next()? {
            Found::Frame(payload) => payload,
            Found::Nothing => return Err(Unreadable::NoHeader),
            Found::Damaged(why) => return Err(damaged(why)),
        };
        let found = payload.split_first().map(|(kind, bytes)| other(*kind, bytes));
        match found {
            Some(Ok(Other::Header(header))) => Ok(Self { frames, header: *header, steps: 0 }),
            // A recorder that no server took.
            Some(Ok(Other::End(_))) => Err(Unreadable::NoHeader),
            Some(Ok(Other::Outline(_))) | None => Err(damaged("its header is missing")),
            Some(Err(why)) => Err(damaged(why)),
        }
    }

    /// What the recording is of.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Reads on. After an end, a cut or an error there is nothing more.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(&mut self) -> Result<Entry, Unreadable> {
        match self.frames.next()? {
            Found::Frame(payload) => self.entry(&payload).map_err(|why| self.damaged(why)),
            Found::Nothing => Ok(Entry::Cut),
            Found::Damaged(why) => Err(self.damaged(why)),
        }
    }

    fn damaged(&self, why: &'static str) -> Unreadable {
        Unreadable::Damaged { after: self.steps, why }
    }

    fn entry(&mut self, payload: &[u8]) -> Result<Entry, &'static str> {
        let (kind, bytes) = payload.split_first().ok_or("a step is empty")?;
        let number = self.steps + 1;
        let entry = if *kind == STEP && !self.header.redacted {
            let unknown = |_| "a step does not say what it has to";
            let (now, bytes) = postcard::take_from_bytes::<Millis>(bytes).map_err(unknown)?;
            let (input, bytes) = postcard::take_from_bytes::<Input>(bytes).map_err(unknown)?;
            let (refused, effects): Rest = content(bytes)?;
            Entry::Step(Box::new(Step { number, now, input, refused, effects }))
        } else {
            match other(*kind, bytes)? {
                Other::Outline(outline) if self.header.redacted => Entry::Outline(number, outline),
                Other::End(end) => return Ok(Entry::End(end)),
                Other::Header(_) | Other::Outline(_) => return Err("a step is of a kind that does not belong here"),
            }
        };
        self.steps = number;
        Ok(entry)
    }
}
