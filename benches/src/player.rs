//! Records with flat documents of any number of fields, and the requests that servers make on them.

use keyholder_core::config::{Config, Settings, StealPolicy};
use keyholder_core::few::Few;
use keyholder_core::fields::{Change, Declared, Field, FieldName, Fields, Shape};
use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion, Seq, SourceId};
use keyholder_core::ledger::{Entry, Source};
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::record::{Owner, Record};
use keyholder_core::rules::{Merged, Rules, Standard, Standing};
use keyholder_core::segment::{Log, Segment};
use keyholder_core::update::{Claim, Permit, Ticket, Update};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The document of a product that has no more than fields.
pub type Document = Fields<String>;
/// The record of a player.
pub type Player = Record<Document>;

/// A record that a session holds, and that session's unsaved changes.
pub struct Bench {
    config: Config<Shape<String>>,
    /// The record.
    pub record: Player,
    log: Log<Change<String>>,
    me: Ticket,
}

impl Bench {
    /// A record of so many fields, a third of each kind, with a ledger of eight sources; and ten changes.
    ///
    /// # Panics
    /// Never: every name and default fits.
    pub fn new(fields: u32) -> Self {
        let version = SchemaVersion(1);
        let shape = Shape::new(version, (0..fields).map(declared).collect()).expect("each name once");
        let settings = Settings { steal: StealPolicy::Now, ..Settings::DEFAULT };
        let config = Config::new(settings, shape).expect("the settings of the benches are sound");
        let mut document = Document::new();
        for index in 0..fields {
            document.insert(name(index), field(index));
        }
        let mut record = Record::new(version, version, document);
        let me = Ticket { epoch: Epoch(9), nonce: Nonce(9) };
        (record.epoch, record.wrote) = (me.epoch, me.epoch);
        record.owner = Some(Owner { host: HostId(1), nonce: me.nonce });
        for epoch in 1..8 {
            let entry = Entry { seq: Seq(40), at: Epoch(epoch), ..Entry::default() };
            record.ledger.insert(Source::Session(Epoch(epoch), Nonce(epoch.into())), entry);
        }
        let entry = Entry { seq: Seq(3), at: Epoch(8), ..Entry::default() };
        record.ledger.insert(Source::Numbered(SourceId(1)), entry);
        let changes: Few<_, 2> = (0..10).map(|at| Change::one(name(at % 3 * 3), Op::Add(1))).collect();
        let segment = Segment { source: me.source(), from: Seq(0), to: Seq(10), schema: version, changes };
        Self { config, record, log: [Arc::new(segment)].into_iter().collect(), me }
    }

    /// Merges the ten changes into a copy of the record.
    pub fn merge(&self) -> (Player, Merged) {
        let mut record = self.record.clone();
        let merged = Standard.merge(&self.config, &mut record, &self.log, Standing::Owner(self.me.source()));
        (record, merged)
    }

    /// The claim of another server.
    pub fn claim(&self) -> Option<Player> {
        let by = Owner { host: HostId(2), nonce: Nonce(10) };
        Update::Claim(Claim { by, permit: Permit::Any }).run(&Standard, &self.config, Some(&self.record))
    }

    /// The save that carries the ten changes.
    pub fn save(&self) -> Option<Player> {
        let update = Update::Save { me: self.me, log: self.log.clone(), told: Seq(0), release: false };
        update.run(&Standard, &self.config, Some(&self.record))
    }
}

/// Counters where the number divides by three, then sets, then registers.
fn declared(index: u32) -> Declared<String> {
    let bounds = Bounds::new(0, 1_000_000, BoundsPolicy::Reject).expect("the bounds are in order");
    match index % 3 {
        0 => Declared::counter(name(index), bounds, 0).expect("0 is within the bounds"),
        1 => Declared::set(name(index), 100, BTreeSet::new()).expect("there is room for none"),
        _ => Declared::register(name(index), None),
    }
}

fn field(index: u32) -> Field<String> {
    match index % 3 {
        0 => Field::Counter(i64::from(index) * 1_000),
        1 => Field::Set(["sword", "shield", "lamp"].map(String::from).into()),
        _ => Field::Register(format!("the value of field {index}")),
    }
}

fn name(index: u32) -> FieldName {
    FieldName::new(format!("field{index:03}")).expect("a short name")
}
