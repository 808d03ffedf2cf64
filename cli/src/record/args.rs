//! The arguments of `record`, and what `--help` says of them.

use crate::cloud::CloudArguments;
use clap::{Args, Subcommand};
use keyholder_core::ids::ReceiptId;
use keyholder_core::json::parse_hex128;
use keyholder_core::ops::MAX_EXACT;
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

impl RecordCommand {
    /// What is done to each record: what is done to some of them for another id, or into another folder, is not this.
    pub(crate) fn about(&self) -> String {
        match self {
            Self::Get(_) => "get".to_owned(),
            Self::History(_) => "history".to_owned(),
            Self::Explain(_) => "explain".to_owned(),
            Self::Export(it) => format!("export --out {}", it.out.display()),
            Self::Wipe(_) => "wipe".to_owned(),
            Self::Unlock(_) => "unlock".to_owned(),
            Self::Grant(it) => {
                let id: String = it.id.0.iter().map(|byte| format!("{byte:02x}")).collect();
                let (added, inserted) =
                    (it.add.iter().map(|it| ("add", it)), it.insert.iter().map(|it| ("insert", it)));
                let changes = added.chain(inserted).map(|(how, (path, what))| format!(" --{how} {path}={what}"));
                format!("grant --id {id}{} --max {}", changes.collect::<String>(), it.max)
            }
        }
    }
}

/// Whose record, and where.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The location (the platform's data store)
    #[arg(value_name = "LOCATION")]
    pub(crate) location: String,

    /// The player's key in it
    #[arg(value_name = "NAME", required_unless_present = "keys_from", conflicts_with = "keys_from")]
    pub(crate) name: Option<String>,

    #[command(flatten)]
    pub(crate) bulk: Bulk,

    #[command(flatten)]
    pub(crate) store: StoreArguments,

    /// Write the result of each record as one JSON document to standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which store.
#[derive(Args, Debug)]
pub(crate) struct StoreArguments {
    /// The file of the local store; no server may have it open
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "open_cloud",
        conflicts_with_all = ["open_cloud", "api_key_file", "url", "engine", "memory_map", "check_in"]
    )]
    pub(crate) store: Option<PathBuf>,

    /// The universe of an experience on Roblox Open Cloud; its API key is in the environment variable KEYHOLDER_API_KEY
    #[arg(long, value_name = "UNIVERSE")]
    pub(crate) open_cloud: Option<u64>,

    #[command(flatten)]
    pub(crate) cloud: CloudArguments,

    /// Before anything is written: try in this data store, on a key of its own, whether the platform refuses stale writes
    #[arg(long, value_name = "LOCATION", default_value = "keyholder-self-test")]
    pub(crate) check_in: String,

    /// Note here what is done [default: FILE.audit.jsonl beside the file; open-cloud-UNIVERSE.audit.jsonl]
    #[arg(long, value_name = "FILE")]
    pub(crate) audit: Option<PathBuf>,
}

/// Many records, one after the other.
#[derive(Args, Debug)]
pub(crate) struct Bulk {
    /// Do it for each name in a file: one a line, empty lines and those that begin with # are left out
    #[arg(long, value_name = "FILE")]
    pub(crate) keys_from: Option<PathBuf>,

    /// Note here which names are done, and leave out those that are: the same command goes on where it stopped. Its first
    /// line says for which command, location and store it is; it is for no other
    #[arg(long, value_name = "FILE", requires = "keys_from")]
    pub(crate) done: Option<PathBuf>,
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

    /// The file to write, which must not be there; with --keys-from, the folder to write NAME.json into
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
Look at a record in a local store or on Roblox Open Cloud, and mend it by the rules.

A record is named by two arguments, its location (the data store) and the player's key in it. With --store, the store
is one file of the embedded store, which one process at a time may have open: while a server runs on it, this refuses,
and journals and heartbeats are not in it, but in the memory store of the servers. With --open-cloud, the records of
an experience are asked for over the platform's public API, beside the servers that run. Commands that write try first,
on a key of their own in the data store that --check-in names, whether stale writes are refused there; the API key
needs the right to write it, and to create it if it is not there.

Everything that is written is written by a rule of the protocol and under the condition that nobody else wrote in
between, and leaves a line in the audit.

With --keys-from, the same is done for each name in a file, until the first error; what is refused is passed over.

Exit code: 0 done, 1 refused by the rules or there is no such record, 2 a mistake on the command line, or a store
or record that cannot be used.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  keyholder record explain players Player_1 --store store.redb
  keyholder record get players Player_1 --store store.redb --json | jq .record.data
  keyholder record unlock players Player_1 --store store.redb --yes
  KEYHOLDER_API_KEY=... keyholder record explain players Player_1 --open-cloud 1234567
  KEYHOLDER_API_KEY=local keyholder record get players Player_1 --open-cloud 1 --url http://127.0.0.1:8787
  keyholder record wipe players --keys-from leavers.txt --done done.txt --store store.redb --yes";

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
