//! What it costs on Open Cloud: requests as the emulator counts them, over HTTP, from whole servers.
//!
//! Sessions last for minutes and tests must not, so the servers run on paused time, which stands as long as a request is on
//! its way (`metered`). The emulator runs beside them in real time, with a clock that is set to theirs: budgets
//! fill, and entries lapse, as they would.

mod cloud;
mod journals;
mod metered;
mod operations;
mod players;
mod readme;
mod shares;

use cloud::Cloud;
use players::{key, play, schema};

#[tokio::test(start_paused = true)]
async fn the_readme_says_what_is_measured() {
    readme::compare("open-cloud-requests", &operations::table().await);
    readme::compare("open-cloud-shares", &shares::table().await);
    readme::compare("journals", &journals::table().await);
}

#[tokio::test(start_paused = true)]
async fn a_session_writes_when_it_begins_every_five_minutes_and_when_it_ends() {
    let cloud = Cloud::start(1);
    let server = cloud.server(schema(1)).await;
    for seconds in [60_u64, 300, 900, 1_000] {
        let name = key(&format!("after {seconds}"));
        let ((), cost) = cloud.cost(play(&server, &name, seconds, Some(1))).await;
        let most = 2 + seconds.div_ceil(300) - 1;
        println!("{seconds} s: {} reads, {} writes of at most {most}", cost.reads, cost.writes);
        assert!(cost.writes <= most, "{seconds} s: {} writes, at most {most}", cost.writes);
        assert_eq!(cost.reads, cost.writes, "each write is preceded by one read");
        let ((), idle) = cloud.cost(play(&server, &name, seconds, None)).await;
        assert_eq!((idle.reads, idle.writes), (2, 2), "{seconds} s in which nothing changes");
    }
}

#[tokio::test(start_paused = true)]
async fn a_join_that_recovers_a_journal_writes_once_more() {
    journals::recovered().await;
}
