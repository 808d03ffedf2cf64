//! The status page: what it shows, that it escapes everything, and that a browser shows it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use keyholder_emulator::{Emulator, Settings};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tower::ServiceExt;

/// What must never be more than text.
const SCRIPT: &str = "<script>document.title='run'</script>";
const IMAGE: &str = "<img src=x onerror=\"document.title='run'\">'\"&";

async fn ask(emulator: &Emulator, request: Request<Body>) -> (StatusCode, String) {
    let response = emulator.router().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn send(emulator: &Emulator, method: &str, target: &str, body: &Value) {
    let body = body.to_string();
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("x-api-key", "local")
        .header("content-type", "application/json")
        .header("content-length", body.len())
        .body(Body::from(body))
        .unwrap();
    let (status, text) = ask(emulator, request).await;
    assert_eq!(status, StatusCode::OK, "{target}: {text}");
}

async fn page(emulator: &Emulator, target: &str, accept: &str) -> (StatusCode, String) {
    ask(emulator, Request::builder().uri(target).header("accept", accept).body(Body::empty()).unwrap()).await
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// An emulator with an entry, a sorted map and a queue whose names and values are markup.
async fn filled() -> Emulator {
    let emulator = Emulator::new(Settings::default());
    let store = format!("/cloud/v2/universes/1/data-stores/{}/entries", encoded("Players & <b>"));
    let entry = json!({ "value": { "name": IMAGE, "coins": 1 }, "users": ["users/156"] });
    send(&emulator, "POST", &format!("{store}?id={}", encoded(SCRIPT)), &entry).await;
    send(
        &emulator,
        "POST",
        "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries?id=a",
        &json!({ "value": 7 }),
    )
    .await;
    let item = json!({ "value": IMAGE, "ttl": "600s", "stringSortKey": "<i>" });
    send(
        &emulator,
        "POST",
        &format!("/cloud/v2/universes/1/memory-store/sorted-maps/leases/items?id={}", encoded(SCRIPT)),
        &item,
    )
    .await;
    send(
        &emulator,
        "POST",
        "/cloud/v2/universes/1/memory-store/queues/q/items",
        &json!({ "data": SCRIPT, "priority": 2.5, "ttl": "60s" }),
    )
    .await;
    emulator
}

#[tokio::test]
async fn everything_is_escaped() {
    let emulator = filled().await;
    let store = format!("/?universe=1&store={}&scope=global", encoded("Players & <b>"));
    let entry = format!("{store}&key={}", encoded(SCRIPT));
    for (target, names) in
        [("/", &["Players &amp; &lt;b&gt;", "&lt;i&gt;"][..]), (&store, &["<td>156 "]), (&entry, &["<td>156 "])]
    {
        let (status, html) = page(&emulator, target, "text/html,application/json").await;
        assert_eq!(status, StatusCode::OK, "{target}");
        assert!(html.contains("&lt;script&gt;") && html.contains("&lt;img"), "{target}: {html}");
        for name in names {
            assert!(html.contains(name), "{target}: no {name}");
        }
        for markup in ["<script", "<img", "<b>'", "<i>"] {
            assert!(!html.contains(markup), "{target}: {markup}");
        }
    }
}

#[tokio::test]
async fn the_same_is_there_as_json() {
    let emulator = filled().await;
    let (_, text) = page(&emulator, "/", "application/json").await;
    let view: Value = serde_json::from_str(&text).unwrap();
    let universe = &view["universes"][0];
    assert_eq!(universe["stores"]["rows"][0]["entries"], 1);
    assert_eq!(universe["ordered"]["rows"][0]["name"], "Points");
    let items = universe["memory"]["rows"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert!(items[0]["life_ms"].as_i64().is_some_and(|life| (590_000..=600_000).contains(&life)));
    assert!(universe["budgets"].as_array().is_some_and(|budgets| budgets.iter().all(|budget| budget["left"].is_u64())));
    assert_eq!(view["recent"]["rows"].as_array().unwrap().len(), 4);
    assert_eq!(view["recent"]["rows"][0]["status"], 200);
    let target = format!("/?universe=1&store={}&key={}", encoded("Players & <b>"), encoded(SCRIPT));
    let (_, text) = page(&emulator, &target, "application/json").await;
    let view: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(view["revisions"]["rows"][0]["users"], json!([156]));
}

#[tokio::test]
async fn pages_have_a_bound() {
    let emulator = Emulator::new(Settings::default());
    for key in 0..130 {
        let target = format!("/cloud/v2/universes/1/data-stores/S/entries?id=k{key:03}");
        send(&emulator, "POST", &target, &json!({ "value": "x".repeat(5_000) })).await;
    }
    let (_, html) = page(&emulator, "/?universe=1&store=S", "*/*").await;
    assert!(html.contains(">k099<") && !html.contains(">k100<") && html.len() < 100_000, "{} bytes", html.len());
    let (_, html) = page(&emulator, "/?universe=1&store=S&after=k099", "*/*").await;
    assert!(html.contains(">k100<") && html.contains(">k129<") && !html.contains(">k099<"));
    let (_, html) = page(&emulator, "/", "*/*").await;
    assert!(html.contains("There are more"), "130 requests");
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let emulator = Emulator::new(Settings::default());
    for target in ["/?universe=2&store=S", "/?store=S", "/?universe=x&store=S"] {
        assert_eq!(page(&emulator, target, "*/*").await.0, StatusCode::NOT_FOUND, "{target}");
    }
    assert_eq!(page(&emulator, "/?store=%FF", "*/*").await.0, StatusCode::BAD_REQUEST);
    let (status, html) = page(&emulator, "/?universe=1&store=S", "*/*").await;
    assert!(status == StatusCode::OK && html.contains("No entry is stored here."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_shows_it() {
    if Command::new("chromium").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        eprintln!("skipped: a_browser_shows_it: there is no chromium here");
        return;
    }
    let emulator = filled().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = emulator.clone();
    let server = tokio::spawn(async move { served.serve(listener, std::future::pending()).await });
    let dom = tokio::task::spawn_blocking(move || dom(&format!("http://{address}/"))).await.unwrap();
    server.abort();
    assert!(dom.contains("<title>Open Cloud, emulated</title>"), "no script has run: {dom}");
    assert!(dom.contains("&lt;script&gt;") && !dom.contains("<script") && !dom.contains("<img"), "{dom}");
    assert!(dom.contains("Recent requests") && dom.contains("leases"), "{dom}");
}

/// A page as a browser has it after loading.
fn dom(url: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("dom.html");
    let mut browser = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"])
        .arg(format!("--user-data-dir={}", home.path().display()))
        .args(["--dump-dom", url])
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while browser.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(120) {
            browser.kill().unwrap();
            browser.wait().unwrap();
            panic!("the browser did not end within two minutes");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    std::fs::read_to_string(&out).unwrap()
}
