//! Writers who stop waiting.

use super::report::{Finding, Stop, must};
use super::slot::Slot;
use crate::backend::{Expected, StoreError};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::sleep;

/// Between two looks at a write: it gets on meanwhile.
const STEP: Duration = Duration::from_millis(1);

/// How often a write is looked at, at most, before it is dropped.
const LOOKS: usize = 8;

/// A write that is dropped at any point is applied as a whole or not at all, and afterwards the item can be written as ever.
pub(super) async fn whole_or_nothing(slot: impl Slot) -> Finding {
    slot.write(Expected::Absent, "start").await?;
    for looks in (0..LOOKS).chain(0..LOOKS) {
        let before = slot.read().await?.ok_or_else(gone)?;
        let dropped = format!("dropped after {looks} {}", "x".repeat(2_000));
        {
            let mut write = pin!(slot.try_write(Expected::Tag(before.0.clone()), dropped.as_str().into()));
            for _ in 0..looks {
                let done = poll_fn(|context| Poll::Ready(write.as_mut().poll(context).is_ready())).await;
                if done {
                    break;
                }
                sleep(STEP).await;
            }
        }
        let kept = loop {
            let (tag, text) = slot.read().await?.ok_or_else(gone)?;
            must(text == before.1 || *text == *dropped, "a write that was dropped is there in part")?;
            let kept = format!("kept after {looks}");
            match slot.write(Expected::Tag(tag), &kept).await {
                Ok(_) => break kept,
                // The one that was dropped came in: once.
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        };
        sleep(STEP).await;
        let text = slot.text().await?;
        must(text.as_deref() == Some(kept.as_str()), "a write that was dropped came in over a later one")?;
    }
    Ok(())
}

fn gone() -> Stop {
    Stop::Failed("the item is gone after a write was dropped".to_owned())
}
