//! What each thing costs that a server does.

use crate::cloud::{Cloud, Counts, Server};
use crate::players::{add, key, schema};
use keyholder_core::document::Applied;
use keyholder_core::effect::Verdict;
use keyholder_core::ids::{ReceiptId, SchemaVersion};
use keyholder_core::input::Mode;
use keyholder_core::ledger::Source;
use std::fmt::Write as _;
use std::future::Future;
use std::time::Duration;
use tokio::time::sleep;

const AUTOSAVE: Duration = Duration::from_secs(300);

struct Bill<'c> {
    cloud: &'c Cloud,
    table: String,
    wrong: Vec<String>,
}

impl Bill<'_> {
    /// Adds a row, which must be what it has to be: reads, writes and messages.
    async fn add<T>(&mut self, what: &str, costs: [u64; 3], work: impl Future<Output = T>) -> T {
        let (done, Counts { reads, writes, messages, .. }) = self.cloud.cost(work).await;
        if [reads, writes, messages] != costs {
            self.wrong.push(format!("{what}: {reads}, {writes}, {messages}; not {costs:?}"));
        }
        let _ = writeln!(self.table, "| {what} | {reads} | {writes} | {messages} |");
        done
    }
}

/// The table, in which every row is at what the protocol needs: a claim, a save, and a save that releases are one
/// read and one conditional write each.
pub(crate) async fn table() -> String {
    let cloud = Cloud::start(1);
    let table = "| what happens | reads | conditional writes | messages |\n|---|---|---|---|\n".to_owned();
    let mut bill = Bill { cloud: &cloud, table, wrong: Vec::new() };
    let ann = &key("ann");
    let here = bill
        .add("a server starts: it tests the store, and removes what it wrote", [5, 4, 0], cloud.server(schema(1)))
        .await;
    let there = cloud.server(schema(1)).await;
    let join = async |server: &Server| server.open(ann, Mode::Exclusive).await.unwrap();
    let leave = async |server: &Server| server.close(ann).await.unwrap();
    let grant = async |id: u8| {
        let source = Source::Receipt(ReceiptId([id; 16]));
        let verdict = here.deliver(ann, source, add(1), SchemaVersion(1)).await.unwrap();
        assert_eq!(verdict, Verdict::Durable(Applied::Whole));
    };

    bill.add("a player joins for the first time", [1, 1, 0], join(&here)).await;
    here.change(ann, add(1)).unwrap();
    bill.add("the autosave, five minutes after a change", [1, 1, 0], sleep(AUTOSAVE)).await;
    bill.add("five minutes in which nothing changes", [0, 0, 0], sleep(AUTOSAVE)).await;
    here.change(ann, add(1)).unwrap();
    bill.add("a save that is asked for", [1, 1, 0], async { here.save(ann).await.unwrap() }).await;
    here.change(ann, add(1)).unwrap();
    bill.add("a player leaves, with changes or without", [1, 1, 0], leave(&here)).await;
    bill.add("a player joins", [1, 1, 0], join(&here)).await;
    let ((), without) = cloud.cost(leave(&here)).await;
    assert_eq!((without.reads, without.writes, without.messages), (1, 1, 0));
    join(&here).await;
    here.change(ann, add(1)).unwrap();
    let teleport = async {
        leave(&here).await;
        join(&there).await;
    };
    bill.add("a teleport: a leave here, a join there", [2, 2, 0], teleport).await;
    bill.add("a grant from another server while the player is in one", [2, 1, 1], grant(1)).await;
    leave(&there).await;
    join(&here).await;
    here.change(ann, add(1)).unwrap();
    let early = async {
        let late = async {
            sleep(Duration::from_secs(3)).await;
            leave(&here).await;
        };
        tokio::join!(join(&there), late)
    };
    bill.add("a teleport whose join comes three seconds before the leave", [5, 2, 3], early).await;
    leave(&there).await;
    join(&here).await;
    bill.add("a grant from the player's own server", [3, 1, 0], grant(2)).await;
    leave(&here).await;
    bill.add("a grant to a player who is in no server", [2, 1, 0], grant(3)).await;
    bill.add("the same grant again", [1, 0, 0], grant(3)).await;
    let newer = cloud.server(schema(2)).await;
    bill.add("a player joins whose data have to be migrated", [2, 2, 0], join(&newer)).await;
    leave(&newer).await;
    assert!(bill.wrong.is_empty(), "reads, writes, messages of {:#?}\n{}", bill.wrong, bill.table);
    bill.table
}
