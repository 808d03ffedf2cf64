//! Messages between servers: a JSON array of notices, each with the key that it is about.
//!
//! Whatever cannot be read is dropped: a message informs, it never permits (race R10).

use crate::backend::Key;
use keyholder_core::ids::{Epoch, HostId, Nonce};
use keyholder_core::input::Notice;
use keyholder_core::update::Ticket;
use serde::{Deserialize, Serialize};

/// One notice. Numbers of 64 bits are in hexadecimal, since not every reader of JSON keeps them.
#[derive(Deserialize, Serialize)]
struct Line {
    location: String,
    player: String,
    say: Say,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    epoch: u32,
    nonce: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Say {
    Ask,
    Busy,
    Closing,
    Gone,
    Look,
}

/// As few messages as there have to be: each takes at most so many bytes, unless a single notice is larger.
pub(super) fn write(notices: &[(Key, Notice)], max_bytes: usize) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for (key, notice) in notices {
        let Ok(line) = serde_json::to_string(&Line::of(key, notice)) else { continue };
        match messages.last_mut() {
            Some(last) if last.len() + line.len() + 2 <= max_bytes => {
                last.push(',');
                last.push_str(&line);
            }
            _ => messages.push(format!("[{line}")),
        }
    }
    messages.iter_mut().for_each(|it| it.push(']'));
    messages
}

/// The notices of a message, as far as they can be read.
pub(super) fn read(message: &str) -> Vec<(Key, Notice)> {
    // One by one: a newer server may say what is not known here beside what is.
    let lines: Vec<serde_json::Value> = serde_json::from_str(message).unwrap_or_default();
    lines.into_iter().filter_map(|line| serde_json::from_value::<Line>(line).ok()?.notice()).collect()
}

impl Line {
    fn of(key: &Key, notice: &Notice) -> Self {
        let (say, from) = match notice {
            Notice::Ask { from, .. } => (Say::Ask, Some(from.to_string())),
            Notice::Busy { closing: false, .. } => (Say::Busy, None),
            Notice::Busy { closing: true, .. } => (Say::Closing, None),
            Notice::Gone { .. } => (Say::Gone, None),
            Notice::Look { .. } => (Say::Look, None),
        };
        let held = notice.held();
        let (location, player) = (key.location().to_owned(), key.player().to_owned());
        Self { location, player, say, from, epoch: held.epoch.0, nonce: held.nonce.to_string() }
    }

    fn notice(self) -> Option<(Key, Notice)> {
        let hex = |text: &str| u64::from_str_radix(text, 16).ok();
        let held = Ticket { epoch: Epoch(self.epoch), nonce: Nonce(hex(&self.nonce)?) };
        let notice = match self.say {
            Say::Ask => Notice::Ask { from: HostId(hex(&self.from?)?), held },
            Say::Busy => Notice::Busy { held, closing: false },
            Say::Closing => Notice::Busy { held, closing: true },
            Say::Gone => Notice::Gone { held },
            Say::Look => Notice::Look { held },
        };
        Some((Key::new(self.location, self.player).ok()?, notice))
    }
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::backend::Key;
    use keyholder_core::ids::{Epoch, HostId, Nonce};
    use keyholder_core::input::Notice;
    use keyholder_core::update::Ticket;

    #[test]
    fn notices_come_back_as_they_were_sent_in_messages_that_fit() {
        let held = Ticket { epoch: Epoch(7), nonce: Nonce(u64::MAX) };
        let each = [
            Notice::Ask { from: HostId(0xabc), held },
            Notice::Busy { held, closing: false },
            Notice::Busy { held, closing: true },
            Notice::Gone { held },
            Notice::Look { held },
        ];
        let notices: Vec<_> =
            (0..20).map(|at| (Key::new("players", format!("Player_{at}")).unwrap(), each[at % each.len()])).collect();
        let messages = write(&notices, 300);
        assert!(messages.len() > 5 && messages.iter().all(|it| it.len() <= 300), "{messages:?}");
        let back: Vec<_> = messages.iter().flat_map(|it| read(it)).collect();
        assert_eq!(back, notices);
    }

    #[test]
    fn what_cannot_be_read_is_dropped() {
        for message in ["", "[", "{}", "[{}]", r#"[{"location":"","player":"a","say":"gone","epoch":1,"nonce":"1"}]"#] {
            assert_eq!(read(message), [], "{message}");
        }
        let known = r#"{"location":"players","player":"a","say":"gone","epoch":1,"nonce":"1"}"#;
        assert_eq!(read(&format!(r#"[{{"say":"sing"}},{known},7]"#)).len(), 1, "what can be read of it");
    }
}
