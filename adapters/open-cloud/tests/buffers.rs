//! What reading and writing take of memory. A test of its own: it counts what the whole process takes.

use cap::Cap;
use keyholder_open_cloud::{ApiKey, Client, Records, Settings};
use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta, Tag};
use std::alloc::System;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

const SIZE: usize = 3 << 20;

/// Buffers of the connection, which do not grow with what comes: of the HTTP library, half a MiB at the most, twice.
const BESIDE: usize = 1 << 20;

/// A server that allocates nothing while it answers: one answer after the other on each connection, the last one again and again.
fn serve(listener: &TcpListener, answers: &[Vec<u8>]) {
    let mut answers = answers.iter();
    let mut answer = answers.next();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        while request(&mut stream).is_some() {
            let body = answer.unwrap();
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).unwrap();
            stream.write_all(body).unwrap();
            answer = answers.next().or(answer);
        }
    }
}

/// Reads a request to its end.
fn request(stream: &mut TcpStream) -> Option<()> {
    let (mut head, mut length) = ([0; 4_096], 0);
    let end = loop {
        let read = stream.read(head.get_mut(length..)?).ok().filter(|read| *read > 0)?;
        length += read;
        if let Some(end) = head[..length].windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = str::from_utf8(&head[..end]).unwrap();
    let body = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    let mut left: usize = body.unwrap_or(0) - (length - end);
    let mut part = [0; 65_536];
    while left > 0 {
        let most = left.min(part.len());
        left -= stream.read(&mut part[..most]).ok().filter(|read| *read > 0)?;
    }
    Some(())
}

/// The most that was taken at a time. What is counted is the most that ever was, so until then as much is taken as was before.
async fn taken<T>(ask: impl Future<Output = T>) -> (T, usize) {
    let ballast: Vec<u8> = Vec::with_capacity(MEMORY.max_allocated() - MEMORY.allocated());
    let before = MEMORY.allocated();
    let done = ask.await;
    let most = MEMORY.max_allocated() - before;
    drop(ballast);
    (done, most)
}

#[tokio::test]
async fn a_read_takes_one_buffer_and_the_text_that_leaves() {
    let head = r#"{"etag":"1","users":[],"attributes":{},"value":"#;
    let object = format!("{head}{{\"a\":\"{}\"}}}}", "x".repeat(SIZE)).into_bytes();
    // A text that is no object: a string, with escapes, so that it cannot be taken as it came.
    let string = format!("{head}\"\\n{}\"}}", "x".repeat(SIZE)).into_bytes();
    let small = format!("{head}1}}").into_bytes();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let answers = [small, object, string, br#"{"etag":"2"}"#.to_vec()];
    std::thread::spawn(move || serve(&listener, &answers));
    let client = Client::new(&Settings { base_url, ..Settings::new(7) }, &ApiKey::new("secret").unwrap()).unwrap();
    let (records, key) = (Records::new(client), Key::new("players", "a").unwrap());
    // Sets up whatever stays.
    records.read(&key).await.unwrap();

    let (entry, object) = taken(records.read(&key)).await;
    assert_eq!(entry.unwrap().map(|entry| entry.text.len()), Some(SIZE + "{\"a\":\"\"}".len()));
    let (entry, string) = taken(records.read(&key)).await;
    assert_eq!(entry.unwrap().map(|entry| entry.text.len()), Some(SIZE + 1));
    let text: Arc<str> = format!("{{\"a\":\"{}\"}}", "x".repeat(SIZE)).into();
    let meta = Meta::default();
    let (wrote, write) = taken(records.write(&key, Expected::Tag(Tag::new("1")), text, &meta)).await;
    assert_eq!(wrote, Ok(Tag::new("2")));
    println!("of {SIZE} bytes: {object} to read an object, {string} to read a string, {write} to write");
    assert!(object <= 2 * SIZE + BESIDE, "{object}");
    assert!(string <= 2 * SIZE + BESIDE, "{string}");
    assert!(write <= SIZE + BESIDE, "{write}");
}
