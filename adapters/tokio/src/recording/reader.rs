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
            Found::Frame(payload) => {
                let entry = self.entry(&payload).map_err(|why| self.damaged(why))?;
                if matches!(entry, Entry::End(_)) && !self.frames.is_at_end()? {
                    return Err(self.damaged("something follows its end"));
                }
                Ok(entry)
            }
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

#[cfg(test)]
mod tests {
    use super::super::frame::{beginning, head, payload};
    use super::{Entry, Reader};
    use crate::recording::{End, Header, Unreadable};
    use keyholder_core::config::Settings;
    use keyholder_core::ids::HostId;
    use proptest::prelude::*;

    fn file(payloads: &[Vec<u8>]) -> Vec<u8> {
        let header = Header {
            host: HostId(1),
            writer: String::new(),
            redacted: false,
            settings: Settings::DEFAULT,
            schema: None,
        };
        let header = payload(0, &header).unwrap();
        let (mut bytes, mut check) = (beginning(), 0);
        for payload in std::iter::once(&header).chain(payloads) {
            let (head, next) = head(check, payload).unwrap();
            bytes.extend_from_slice(&head);
            bytes.extend_from_slice(payload);
            check = next;
        }
        bytes
    }

    #[test]
    fn an_end_is_the_end() {
        let end = payload(3, &End::Full).unwrap();
        let bytes = file(std::slice::from_ref(&end));
        assert!(matches!(Reader::open(&*bytes).unwrap().read(), Ok(Entry::End(End::Full))));
        let twice = file(&[end.clone(), end]);
        assert!(matches!(Reader::open(&*twice).unwrap().read(), Err(Unreadable::Damaged { after: 0, .. })));
        let header = file(&[file(&[])[24..].to_vec()]);
        assert!(matches!(Reader::open(&*header).unwrap().read(), Err(Unreadable::Damaged { .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

        /// Frames that are whole, by somebody else.
        #[test]
        fn what_a_frame_says_may_be_anything(kind in 0_u8..5, bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let payload: Vec<u8> = std::iter::once(kind).chain(bytes).collect();
            let bytes = file(&[payload]);
            let _ = Reader::open(&*bytes).unwrap().read();
        }
    }
}
