//! What is logged, by whomever. A program of its own: what is logged is set for all of it.

mod scripted;

use keyholder_open_cloud::{ApiKey, Client, Records, Settings};
use keyholder_tokio::backend::{DurableStore, Key};
use scripted::{Server, Step, answer};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SECRET: &str = "s3cret-API-key";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_the_api_key_nor_a_player_is_in_a_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    let server = Server::start([answer(403, SECRET), Step::Drop, Step::Hang]).await;
    let settings = Settings { base_url: server.url, timeout: Duration::from_millis(300), ..Settings::new(7) };
    let records = Records::new(Client::new(&settings, &ApiKey::new(SECRET).unwrap()).unwrap());
    for _ in 0..3 {
        let error = records.read(&Key::new("players", "Player_1").unwrap()).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("Open Cloud answered") && log.contains("took too long"), "{log}");
    let ours: String = log.lines().filter(|line| line.contains("keyholder")).collect();
    assert!(!log.contains(SECRET) && !ours.contains("Player_1"), "{log}");
}
