//! The arguments of `record`, and what `--help` says of them.

use clap::{Args, Subcommand};
use keyholder_core::ids::ReceiptId;
use keyholder_core::json::parse_hex128;
use keyholder_core::ops::MAX_EXACT;
use keyholder_tokio::backend::Key;
use std::path::PathBuf;

/// What can be done with a record.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Print the record: its header and its data
    #[command(after_help = GET_EXAMPLES)]
    Get(LookArguments),
    /// Print the versions that the store keeps
    #[command(after_help = HISTORY_EXAMPLES)]
    History(LookArguments),
    /// Say who holds the record and since when, what is pending, and what would be safe to do
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(LookArguments),
    /// Write the record, and what stands beside it, into a file
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArguments),
    /// Erase the data: the record becomes a tombstone
    #[command(long_about = WIPE, after_help = WIPE_EXAMPLES)]
    Wipe(ChangeArguments),
    /// Deliver a change from outside, exactly once
    #[command(long_about = GRANT, after_help = GRANT_EXAMPLES)]
    Grant(GrantArguments),
    /// Free the record of a session whose server is dead
    #[command(long_about = UNLOCK, after_help = UNLOCK_EXAMPLES)]
    Unlock(UnlockArguments),
}

/// Whose record, and where.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The location (the platform's data store)
    #[arg(value_name = "LOCATION")]
    location: String,

    /// The player's key in it
    #[arg(value_name = "NAME")]
    name: String,

    /// The file of the local store; no server may have it open
    #[arg(long, value_name = "FILE")]
    pub(crate) store: PathBuf,

    /// Write the result as one JSON document to standard output
    #[arg(long)]
    pub(crate) json: bool,
}

impl Place {
    /// The key.
    pub(crate) fn key(&self) -> Result<Key, keyholder_tokio::backend::BadKey> {
        Key::new(&*self.location, &*self.name)
    }
}

/// The arguments of what only looks.
#[derive(Args, Debug)]
pub(crate) struct LookArguments {
    #[command(flatten)]
    pub(crate) place: Place,
}

/// The arguments of `record export`.
#[derive(Args, Debug)]
pub(crate) struct ExportArguments {
    #[command(flatten)]
    pub(crate) place: Place,

    /// The file to write, which must not be there
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// The arguments of what changes the record.
#[derive(Args, Debug)]
pub(crate) struct ChangeArguments {
    #[command(flatten)]
    pub(crate) place: Place,

    /// Do it; without this, only what would be done is told
    #[arg(long)]
    pub(crate) yes: bool,
}

/// The arguments of `record unlock`.
#[derive(Args, Debug)]
pub(crate) struct UnlockArguments {
    #[command(flatten)]
    pub(crate) change: ChangeArguments,

    /// For so long after the last write a server counts as alive: the life of its heartbeat, in seconds
    #[arg(long, value_name = "S", default_value_t = 90)]
    pub(crate) heartbeat_ttl: u64,
}

/// The arguments of `record grant`.
#[derive(Args, Debug)]
pub(crate) struct GrantArguments {
    #[command(flatten)]
    pub(crate) place: Place,

    /// The id of the change, such as that of a purchase: 32 hexadecimal digits, dashes as in a GUID allowed
    #[arg(long, value_name = "ID", value_parser = receipt)]
    pub(crate) id: ReceiptId,

    /// Add a whole number to the counter at a path: coins=100, stats.wins=1
    #[arg(long, value_name = "PATH=N", value_parser = assignment, required_unless_present = "insert")]
    pub(crate) add: Vec<(String, String)>,

    /// Put a value, written as JSON, into the set at a path: gifts="sword"
    #[arg(long, value_name = "PATH=JSON", value_parser = assignment)]
    pub(crate) insert: Vec<(String, String)>,

    /// The largest value of the counters that are added to; beyond it, nothing is applied
    #[arg(long, value_name = "N", default_value_t = MAX_EXACT, value_parser = clap::value_parser!(i64).range(0..=MAX_EXACT))]
    pub(crate) max: i64,
}

fn receipt(text: &str) -> Result<ReceiptId, String> {
    let digits: String = text.chars().filter(|it| *it != '-').collect::<String>().to_lowercase();
    parse_hex128(&digits).map(ReceiptId).ok_or_else(|| "an id has 32 hexadecimal digits".to_owned())
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(path, _)| path.split('.').all(|key| !key.is_empty()));
    let parts = parts.ok_or_else(|| "write it as PATH=VALUE, keys of the path with points between them".to_owned())?;
    Ok((parts.0.to_owned(), parts.1.to_owned()))
}

pub(crate) const ABOUT: &str = "\
Look at a record in a local store, and mend it by the rules.

A record is named by two arguments, its location and the player's key in it. The store is one file of the
embedded store, which one process at a time may have open: while a server runs on it, this refuses. Journals and
heartbeats are not in the file, but in the memory store of the servers.

Everything that is written is written by a rule of the protocol and under the condition that nobody else wrote in
between, and leaves a line in FILE.audit.jsonl beside the store.

Exit code: 0 done, 1 refused by the rules or there is no such record, 2 a mistake on the command line, or a store
or record that cannot be used.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  keyholder record explain players Player_1 --store store.redb
  keyholder record get players Player_1 --store store.redb --json | jq .record.data
  keyholder record unlock players Player_1 --store store.redb --yes";

const GET_EXAMPLES: &str = "\
Examples:
  keyholder record get players Player_1 --store store.redb
  keyholder record get players Player_1 --store store.redb --json | jq .record.data";

const HISTORY_EXAMPLES: &str = "\
Examples:
  keyholder record history players Player_1 --store store.redb";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  keyholder record explain players Player_1 --store store.redb
  keyholder record explain players Player_1 --store store.redb --json | jq .holder";

const EXPORT_EXAMPLES: &str = "\
Examples:
  keyholder record export players Player_1 --store store.redb --out Player_1.json";

const WIPE: &str = "\
Erase the data: the record becomes a tombstone.

Sessions and changes from before are refused for ever, and no older version is restored. Without --yes nothing is
written. Versions from before stay in the file until they lapse, 30 days after they were replaced. A ban, and a
message to the server that holds the record, need a server.";

const WIPE_EXAMPLES: &str = "\
Examples:
  keyholder record wipe players Player_1 --store store.redb          what would be erased
  keyholder record wipe players Player_1 --store store.redb --yes";

const GRANT: &str = "\
Deliver a change from outside, exactly once.

The record remembers the id: the same grant again changes nothing and says so. The store does not know the schema
of the game: what is added to is taken for a counter from 0 to --max, what is inserted into for a set.";

const GRANT_EXAMPLES: &str = "\
Examples:
  keyholder record grant players Player_1 --store store.redb \\
      --id 0f8fad5b-d9cb-469f-a165-70867728950e --add coins=100
  keyholder record grant players Player_1 --store store.redb \\
      --id 7c9e6679742540de944be07fc1f90ae7 --insert 'gifts=\"sword\"'";

const UNLOCK: &str = "\
Free the record of a session whose server is dead.

The record is claimed against exactly the session that holds it, and released: the epoch grows, so that a server
that comes back after all cannot write over anything. What it had not saved is taken from its journal by whoever
opens the record next, if the journal is still there. A record that was written lately is refused, for its server
may be alive. Without --yes nothing is written.";

const UNLOCK_EXAMPLES: &str = "\
Examples:
  keyholder record unlock players Player_1 --store store.redb        what would be done
  keyholder record unlock players Player_1 --store store.redb --yes";
