//! Round trips of a session with the model's document: what one save, and one open and close, cost the core.
//!
//! The store is not part of it: the host keeps records shared, so the answer to a save is the record that the rule
//! gave. Running the rule is the store's work and has a figure of its own.

use keyholder_core::config::{Config, Settings, StealPolicy};
use keyholder_core::effect::{Effect, Effects};
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::input::{Command, Input, Mode, Outcome};
use keyholder_core::record::{Owner, Record};
use keyholder_core::rules::Standard;
use keyholder_core::session::Session;
use keyholder_core::update::Update;
use keyholder_model::tally::{Deed, Kind, Tally, TallyShape};
use std::sync::Arc;

/// A session, its record, and room for its effects.
pub struct Trip {
    config: Config<TallyShape>,
    session: Session<Tally, Deed>,
    record: Option<Arc<Record<Tally>>>,
    out: Effects<Tally, Deed>,
    nonce: u64,
}

impl Default for Trip {
    fn default() -> Self {
        Self::new()
    }
}

impl Trip {
    /// A session that is active.
    ///
    /// # Panics
    /// If the settings are wrong.
    pub fn new() -> Self {
        let settings = Settings { steal: StealPolicy::Now, journal: false, ..Settings::DEFAULT };
        let config = Config::new(settings, TallyShape { coins: 0, bounds: None, converts: false, migrates: true });
        let config = config.expect("the settings of the benches are sound");
        let mut trip = Self { config, session: session(0), record: None, out: Effects::new(), nonce: 0 };
        trip.open();
        trip
    }

    /// The session as it is, for a run that is measured from here.
    pub fn session(&self) -> Session<Tally, Deed> {
        self.session.clone()
    }

    /// The record that a save of the next change gives: the store's part of [`Trip::save`], made ahead.
    ///
    /// # Panics
    /// If the session is not active.
    pub fn answer(&self) -> Arc<Record<Tally>> {
        let (mut session, mut out) = (self.session.clone(), Effects::new());
        for command in [Command::Change(DEED), Command::Save] {
            session.step(&self.config, Input::Command(command), &mut out).expect("the session is active");
        }
        let update = request(&mut out).expect("a save asks for a write");
        Arc::new(update.run(&Standard, &self.config, self.record.as_deref()).expect("the session holds the record"))
    }

    /// A change, a save, and the answer to it: three steps, each with its effects taken out.
    ///
    /// # Panics
    /// If the session is not active and clean.
    pub fn save(&self, session: &mut Session<Tally, Deed>, answer: Arc<Record<Tally>>, out: &mut Effects<Tally, Deed>) {
        let wrote = Input::Durable(Outcome::Wrote(Some(answer)));
        for input in [Input::Command(Command::Change(DEED)), Input::Command(Command::Save), wrote] {
            session.step(&self.config, input, out).expect("the session is active");
            out.drain().for_each(drop);
        }
    }

    /// Opens a new session and closes it, the rules of the store included.
    ///
    /// # Panics
    /// If the record is held by somebody else.
    pub fn open_and_close(&mut self) {
        self.open();
        self.feed(Input::Command(Command::Close));
        let answer = self.carry_out();
        self.feed(answer);
    }

    fn open(&mut self) {
        self.nonce += 1;
        self.session = session(self.nonce);
        self.feed(Input::Command(Command::Open(Mode::Exclusive)));
        let answer = self.carry_out();
        self.feed(answer);
        self.out.drain().for_each(drop);
    }

    fn feed(&mut self, input: Input<Tally, Deed>) {
        self.session.step(&self.config, input, &mut self.out).expect("every input is asked for");
    }

    fn carry_out(&mut self) -> Input<Tally, Deed> {
        let update = request(&mut self.out).expect("the session asks for a write");
        let result = update.run(&Standard, &self.config, self.record.as_deref()).map(Arc::new);
        self.record = result.clone();
        Input::Durable(Outcome::Wrote(result))
    }
}

const DEED: Deed = Deed { id: 0, kind: Kind::Count, vocabulary: 1 };

fn session(nonce: u64) -> Session<Tally, Deed> {
    Session::new(Owner { host: HostId(1), nonce: Nonce(nonce) })
}

fn request(out: &mut Effects<Tally, Deed>) -> Option<Update<Tally, Deed>> {
    out.drain().find_map(|effect| match effect {
        Effect::Durable(update) => Some(update),
        Effect::Journal(_) | Effect::Probe(_) | Effect::Tell { .. } => None,
        Effect::Arm { .. } | Effect::Disarm(_) | Effect::Event(_) => None,
    })
}
