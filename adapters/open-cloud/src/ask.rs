//! Requests whose answer says all there is to know.

use crate::answer::{Answer, Asked};
use crate::client::{Call, Client, Lost, Reply};
use keyholder_tokio::backend::{NotApplied, StoreError};

impl Client {
    /// Makes a request that has nothing to apply; `None` if there is no such thing.
    pub(crate) async fn read(&self, call: Call) -> Result<Option<Reply>, StoreError> {
        let reply = self.call(call).await.map_err(|lost| match lost {
            Lost::Before(why) => why,
            Lost::After => NotApplied::Unavailable,
        })?;
        match Answer::of(Asked::Read, reply.status, &reply.headers, &reply.body) {
            Answer::Done => Ok(Some(reply)),
            Answer::Absent => Ok(None),
            answer => Err(answer.error(reply.status)),
        }
    }

    /// Makes a request that changes something. What is not there is a conflict.
    pub(crate) async fn change(&self, asked: Asked, call: Call) -> Result<Reply, StoreError> {
        let reply = self.call(call).await.map_err(|lost| match lost {
            Lost::Before(why) => why.into(),
            Lost::After => StoreError::Unknown,
        })?;
        match Answer::of(asked, reply.status, &reply.headers, &reply.body) {
            // The page of somebody on the way, who says nothing of what became of it.
            Answer::Done if reply.body.trim_ascii_start().starts_with(b"<") => Err(StoreError::Unknown),
            Answer::Done => Ok(reply),
            answer => Err(answer.error(reply.status)),
        }
    }
}
