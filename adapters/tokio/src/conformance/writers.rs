//! Many writers at once, and whether the answers that they got are true.

use super::report::{Finding, Stop, must};
use super::slot::Slot;
use crate::backend::{Expected, NotApplied, StoreError};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

const WRITERS: usize = 8;

/// How many writes each of them makes.
const WRITES: usize = 20;

/// How long a write that is on its way when the writers are done may take.
const SETTLE: Duration = Duration::from_secs(1);

/// What the writers were told and what is there in the end. Every attempt adds a word of its own to the text it read.
#[derive(Debug, Default)]
pub(super) struct Told {
    acknowledged: BTreeSet<String>,
    refused: BTreeSet<String>,
    unknown: BTreeSet<String>,
    /// In the order of the text.
    there: Vec<String>,
}

/// Of writers that expect the same, one is applied.
pub(super) async fn one_winner(slot: impl Slot) -> Finding {
    let mut expected = Expected::Absent;
    for round in 0..10 {
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let (slot, expected) = (slot.clone(), expected.clone());
            writers.spawn(async move { slot.write(expected, &format!("{round}-{writer}")).await });
        }
        let done = writers.join_all().await;
        let won: Vec<_> = done.iter().filter_map(|done| done.as_ref().ok()).collect();
        let lost = done.iter().filter(|done| **done == Err(StoreError::Conflict)).count();
        must(won.len() < 2, "two writers that expected the same were both applied: one is lost")?;
        must(lost < WRITERS, "of writers that expected the same and what was there, none was applied")?;
        let (tag, _) = slot.read().await?.ok_or_else(|| Stop::Failed("nothing is there".to_owned()))?;
        expected = Expected::Tag(tag);
    }
    Ok(())
}

/// Lets the writers write.
pub(super) async fn write(slot: impl Slot) -> Result<Told, Stop> {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let slot = slot.clone();
        writers.spawn(async move {
            let mut told = Told::default();
            let mut attempt = 0_usize;
            while told.acknowledged.len() + told.unknown.len() < WRITES && attempt < WRITES * WRITERS * 4 {
                attempt += 1;
                let word = format!("{writer}.{attempt}");
                let (expected, old) = match slot.read().await {
                    Ok(Some((tag, text))) => (Expected::Tag(tag), text),
                    Ok(None) => (Expected::Absent, "".into()),
                    Err(_) => continue,
                };
                // Others get in between here also in a store that never waits.
                yield_now().await;
                let done = slot.try_write(expected, format!("{old}{word} ").into()).await;
                if let Err(StoreError::NotApplied(NotApplied::Throttled { wait })) = &done {
                    sleep(wait.unwrap_or(SETTLE)).await;
                }
                match done {
                    Ok(_) => told.acknowledged.insert(word),
                    Err(StoreError::Unknown) => told.unknown.insert(word),
                    Err(StoreError::Conflict | StoreError::NotApplied(_)) => told.refused.insert(word),
                };
            }
            told
        });
    }
    let mut told = Told::default();
    for one in writers.join_all().await {
        told.acknowledged.extend(one.acknowledged);
        told.refused.extend(one.refused);
        told.unknown.extend(one.unknown);
    }
    sleep(SETTLE).await;
    let text = slot.text().await?.unwrap_or_default();
    told.there = text.split_terminator(' ').map(str::to_owned).collect();
    Ok(told)
}

impl Told {
    pub(super) fn acknowledged_is_kept(&self) -> Finding {
        must(!self.acknowledged.is_empty(), "of many writers, none was ever applied")?;
        let lost = self.acknowledged.iter().filter(|word| !self.there.contains(word)).count();
        must(lost == 0, &format!("{lost} of {} acknowledged writes are lost", self.acknowledged.len()))
    }

    pub(super) fn refused_is_not_applied(&self) -> Finding {
        let applied = self.there.iter().filter(|word| self.refused.contains(*word)).count();
        must(applied == 0, &format!("{applied} writes were applied that the store said were not"))
    }

    pub(super) fn unknown_is_whole_or_nothing(&self) -> Finding {
        let mut seen = BTreeSet::new();
        for word in &self.there {
            let known = [&self.acknowledged, &self.refused, &self.unknown].iter().any(|words| words.contains(word));
            must(known, "the text holds what nobody wrote: a part of a write")?;
            must(seen.insert(word), "a write was applied twice")?;
        }
        Ok(())
    }
}
