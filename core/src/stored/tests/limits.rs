//! The limits, each met and passed by one.

use super::super::*;
use super::{refused_both_ways, unchecked};
use crate::document::Applied;
use crate::ids::{Epoch, Nonce, SchemaVersion, Seq, SourceId};
use crate::journal::Journal;
use crate::json::{JsonError, JsonProblem, Reader, Writer};
use crate::ledger::{Entry, Source};
use crate::record::Record;
use crate::segment::{Log, Segment};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::{format, vec};

const SESSION: Source = Source::Session(Epoch(1), Nonce(1));

/// A document that is written as the text that it is.
#[derive(Clone, Debug, PartialEq)]
struct Raw(String);

impl Stored for Raw {
    fn write(&self, to: Writer<'_>) {
        to.raw(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        from.raw().map(|text| Self(text.to_owned()))
    }
}

#[test]
fn nothing_beyond_the_limits_is_written_or_read() {
    let record = |data: String| {
        let mut it = Record::new(SchemaVersion(1), SchemaVersion(1), Raw(data));
        it.epoch = Epoch(1);
        it
    };
    let around = unchecked(&record(String::new())).len();
    let filling = |len: usize| record(format!("{:?}", "x".repeat(len - around - 2)));
    let longest = filling(RECORD_MAX_BYTES);
    assert_eq!(longest.to_text().unwrap().len(), RECORD_MAX_BYTES);
    let longer = filling(RECORD_MAX_BYTES + 1);
    assert_eq!(longer.to_text(), Err(StoredError::TooBig { limit: 4_194_304 }));
    assert_eq!(Record::<Raw>::from_text(unchecked(&longer)), Err(StoredError::TooBig { limit: 4_194_304 }));
    let nested = |levels: usize| record("[".repeat(levels) + &"]".repeat(levels));
    let text = nested(31).to_text().unwrap();
    assert_eq!(Record::from_text(&text), Ok(nested(31)));
    let what = |error| matches!(error, StoredError::Json(JsonError { what: JsonProblem::TooDeep { limit: 32 }, .. }));
    assert!(what(nested(32).to_text().unwrap_err()));
    assert!(record("1,".into()).to_text().is_err(), "a document that does not write JSON");

    let mut full = record("1".into());
    (0..4_096).for_each(|id| full.ledger.update(Source::Numbered(SourceId(id)), |entry| entry.at = Epoch(1)));
    assert_eq!(Record::from_text(full.to_text().unwrap()), Ok(full.clone()));
    full.ledger.update(Source::Numbered(SourceId(9_999)), |entry| entry.at = Epoch(1));
    let too_many = |what, limit| StoredError::TooMany { what, limit };
    refused_both_ways(&full, too_many("ledger entries", LEDGER_MAX_ENTRIES));
    let mut odd = record("1".into());
    odd.ledger.update(SESSION, |it| *it = Entry { seq: Seq(4_097), at: Epoch(1), ..Entry::default() });
    odd.ledger.update(SESSION, |it| it.odd = (1..=4_097).map(|seq| (Seq(seq), Applied::Clamped)).collect());
    refused_both_ways(&odd, too_many("outcomes in a ledger entry", ENTRY_MAX_ODD));
    let mut shared = record("1".into());
    shared.extra.get_or_insert_default().users = vec![1; 65];
    refused_both_ways(&shared, too_many("users", MAX_USERS));
    let mut marked = record("1".into());
    marked.extra.get_or_insert_default().transaction = Some("x".repeat(1_025));
    refused_both_ways(&marked, too_many("bytes in a transaction mark", TRANSACTION_MAX_BYTES));

    let journal = |segments: &[u32]| {
        let segment = |changes: &u32| {
            let (from, to, changes) = (Seq(0), Seq(*changes), (0..*changes).collect());
            Arc::new(Segment { source: SESSION, from, to, schema: SchemaVersion(1), changes })
        };
        Journal { epoch: Epoch(1), nonce: Nonce(1), log: segments.iter().map(segment).collect::<Log<u32>>() }
    };
    assert_eq!(Journal::from_text(journal(&[4_096]).to_text().unwrap()), Ok(journal(&[4_096])));
    refused_both_ways(&journal(&[4_097]), too_many("changes in a segment", SEGMENT_MAX_CHANGES));
    assert_eq!(journal(&[4_096; 2]).to_text(), Err(StoredError::TooBig { limit: 32_768 }));
    refused_both_ways(&journal(&[1; 1_025]), too_many("segments in a journal", JOURNAL_MAX_SEGMENTS));
    let one_per_position = StoredError::Invariant { what: "a segment without exactly one change per position" };
    refused_both_ways(&journal(&[1, 0]), one_per_position);
    let source = SESSION;
    let outbox = Outbox::<u32> { source, last: Seq(0), after: Seq(0), delivery: None };
    refused_both_ways(&outbox, StoredError::Invariant { what: "an outbox whose source is a session" });
}
