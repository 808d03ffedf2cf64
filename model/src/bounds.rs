//! Bounds of a world: what the environment may do, and how often. They bound the environment, never the protocol.

use crate::tally::{CoinBounds, Kind, Tally, TallyShape};
use keyholder_core::config::{BlindPolicy, Config, Settings, StealPolicy};
use keyholder_core::document::Document;
use keyholder_core::ids::{Epoch, ReceiptId, SchemaVersion, SourceId};
use keyholder_core::input::Mode;
use keyholder_core::ledger::Source;
use keyholder_core::record::{Extra, Record};

/// The number of the first external writer: sessions without a claim are sources too, under the nonces of their open attempts.
pub const FIRST_WRITER: u64 = 101;

/// A journal that takes one segment of few changes, with what the rules count around it, and not two.
const NARROW_BYTES: usize = 200;

/// What may happen in a world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Servers.
    pub hosts: u8,
    /// Open attempts, over all servers.
    pub opens: u8,
    /// The modes in which a server opens.
    pub modes: &'static [Mode],
    /// Operations, over all servers and writers.
    pub deeds: u8,
    /// What a player's operations do.
    pub kinds: &'static [Kind],
    /// External writers.
    pub senders: u8,
    /// What an external writer's operations do.
    pub sends: &'static [Kind],
    /// Whether all external writers deliver one and the same purchase, under one receipt.
    pub receipts: bool,
    /// Crashes.
    pub crashes: u8,
    /// Lost requests and answers.
    pub lost: u8,
    /// Vanished journal entries.
    pub vanished: u8,
    /// Requests that find the memory store unreachable.
    pub blind: u8,
    /// Errands of the operator: wipe and re-create, each with one repetition.
    pub errands: u8,
    /// Whether the operator wipes.
    pub wipes: bool,
    /// Whether the operator re-creates.
    pub recreates: bool,
    /// Whether the operator restores an old version, by the protocol.
    pub restores: bool,
    /// Restores and deletions from outside the protocol.
    pub foreign: u8,
    /// Whether deletions are among them.
    pub deletes: bool,
    /// Cancelled opens and abandoned sessions.
    pub quits: u8,
    /// Whether sessions look at the record when they have nothing to save.
    pub looks: bool,
    /// Whether servers close.
    pub closes: bool,
    /// Whether writes stay in flight and may land late.
    pub fine: bool,
    /// Whether the memory store can write conditionally, so that there is a journal.
    pub journal: bool,
    /// Whether the journal has room for one segment only.
    pub narrow: bool,
    /// Whether servers have labels, heartbeats and a bus: then a take-over needs a reason.
    pub labels: bool,
    /// Whether a server that restarts gets a new label.
    pub reboots: bool,
    /// Lost messages.
    pub mislaid: u8,
    /// Lapsed heartbeats.
    pub lapsed: u8,
    /// When a record is taken from another session.
    pub steal: StealPolicy,
    /// Whether a contender gives up when the holder answers that it is busy.
    pub refuses_busy: bool,
    /// Coins of a fresh record.
    pub coins: i8,
    /// Bounds of the coins.
    pub coin_bounds: Option<CoinBounds>,
    /// How many epochs the ledger remembers; `None` never prunes.
    pub window: Option<u32>,
    /// Whether server b runs code of schema 2, and the record starts in schema 1.
    pub mixed: bool,
    /// Whether code of schema 2 refuses to be followed by older code.
    pub breaking: bool,
    /// Whether the record exists at the start; otherwise the first claim creates it.
    pub exists: bool,
    /// Whether the header of that record names a user, and has a field of newer code.
    pub header: bool,
    /// Whether the environment may be different on each server, which then are not interchangeable.
    pub asymmetric: bool,
}

impl Bounds {
    /// Two servers, one operation, no faults.
    pub const SMALL: Self = Self {
        hosts: 2,
        opens: 2,
        modes: &[Mode::Exclusive],
        deeds: 1,
        kinds: &[Kind::Count],
        senders: 0,
        sends: &[],
        receipts: false,
        crashes: 0,
        lost: 0,
        vanished: 0,
        blind: 0,
        errands: 0,
        wipes: true,
        recreates: false,
        restores: false,
        foreign: 0,
        deletes: false,
        quits: 0,
        looks: false,
        closes: true,
        fine: false,
        journal: true,
        narrow: false,
        labels: false,
        reboots: true,
        mislaid: 0,
        lapsed: 0,
        steal: StealPolicy::Now,
        refuses_busy: true,
        coins: 0,
        coin_bounds: None,
        window: None,
        mixed: false,
        breaking: false,
        exists: false,
        header: false,
        asymmetric: false,
    };

    /// The settings of code of this schema version.
    pub fn config(&self, schema: u32) -> Config<TallyShape> {
        let settings = Settings {
            schema: SchemaVersion(schema),
            compat: SchemaVersion(if self.breaking { schema } else { 1 }),
            steal: self.steal,
            refuse_when_busy: self.refuses_busy,
            blind: BlindPolicy::Wait,
            journal: self.journal,
            journal_max_bytes: if self.narrow { NARROW_BYTES } else { Settings::DEFAULT.journal_max_bytes },
            window_epochs: self.window.unwrap_or(1_000),
            ledger_prune_entries: if self.window.is_some() { 1 } else { 1_000 },
            ledger_max_entries: 1_001,
            allow_small_window: true,
            ..Settings::DEFAULT
        };
        let shape = TallyShape { coins: self.coins, bounds: self.coin_bounds, converts: false, migrates: true };
        match Config::new(settings, shape) {
            Ok(config) => config,
            Err(error) => panic!("the settings of a world are wrong: {error}"),
        }
    }

    /// The newest schema in the world.
    pub fn newest_schema(&self) -> u32 {
        if self.mixed { 2 } else { 1 }
    }

    /// True if this server runs the newest code.
    pub fn runs_new_code(&self, host: u8) -> bool {
        self.mixed && host == 1
    }

    /// True if something happens outside the servers, or may land after its sender gave up.
    pub fn has_outside(&self) -> bool {
        self.senders > 0 || self.errands > 0 || self.foreign > 0 || self.restores || self.fine
    }

    /// The identity of an external source.
    pub fn source(&self, index: u8) -> Source {
        if self.receipts {
            return Source::Receipt(ReceiptId([1; 16]));
        }
        Source::Numbered(SourceId(FIRST_WRITER + u64::from(index)))
    }

    /// The record at the start.
    pub fn first_record(&self, config: &Config<TallyShape>) -> Option<Record<Tally>> {
        self.exists.then(|| {
            let version = SchemaVersion(1);
            let mut record = Record::new(version, version, Tally::fresh(config.shape(), version));
            record.epoch = Epoch(1);
            if self.header {
                let unknown = vec![("tag".to_owned(), "1".to_owned())];
                record.extra = Some(Box::new(Extra { users: vec![7], unknown, ..Extra::default() }));
            }
            record
        })
    }

    /// True if P10 is asked here: servers can be told apart, and no policy lets them take a record that is held.
    pub fn is_robbery_judged(&self) -> bool {
        self.labels && self.steal == StealPolicy::Never
    }

    /// True if sorting the servers gives an equivalent state.
    pub fn is_symmetric(&self) -> bool {
        !self.labels && !self.mixed && !self.asymmetric
    }
}
