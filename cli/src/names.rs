//! Names on the command line: an unknown one is answered with what exists, and with what was probably meant.

use crate::args::Named;
use crate::catalogue::{self, Variant, World};
use keyholder_model::variants;
use keyholder_model::worlds::{self, WORLDS, WorldSpec};
use std::net::{SocketAddr, ToSocketAddrs};

/// A world by its name.
pub(crate) fn world(name: &str) -> Result<World, String> {
    let known = catalogue::worlds();
    known.clone().find(|it| it.name() == name).ok_or_else(|| unknown("world", name, known.map(described)))
}

/// A world of the protocol by its name.
pub(crate) fn protocol_world(name: &str) -> Result<&'static WorldSpec, String> {
    worlds::find(name)
        .ok_or_else(|| unknown("world of the protocol", name, WORLDS.iter().map(|it| (it.name, it.about))))
}

/// A variant by its name.
pub(crate) fn variant(name: &str) -> Result<Variant, String> {
    let all = catalogue::variants();
    let found = all.iter().copied().find(|it| it.name() == name);
    found.ok_or_else(|| unknown("variant", name, all.iter().map(|it| (it.name(), it.about()))))
}

/// A variant of the protocol by its name.
pub(crate) fn protocol_variant(name: &str) -> Result<Named, String> {
    let all = variants::all();
    let known = all.iter().map(|it| (it.name, it.about));
    variants::find(name).map(Named).ok_or_else(|| unknown("variant of the protocol", name, known))
}

fn described(world: World) -> (&'static str, &'static str) {
    (world.name(), world.about())
}

/// An address of the loopback: the Explorer knows no passwords, so nobody else may reach it.
pub(crate) fn loopback(text: &str) -> Result<SocketAddr, String> {
    let all: Vec<_> = text.to_socket_addrs().map_err(|error| format!("{error}; write it as 127.0.0.1:3000"))?.collect();
    match all.iter().find(|address| address.ip().is_loopback()) {
        Some(address) => Ok(*address),
        None => {
            Err("the Explorer has no password and is served on loopback only: 127.0.0.1, [::1] or localhost".into())
        }
    }
}

fn unknown<'a>(kind: &str, name: &str, known: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> String {
    let mut text = format!("there is no {kind} of this name");
    if let Some(meant) = nearest(name, known.clone().map(|(name, _)| name)) {
        text.push_str(&format!("; did you mean '{meant}'?"));
    }
    text.push_str("\n\nKnown are:");
    let width = known.clone().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, about) in known {
        text.push_str(&format!("\n  {name:width$}  {about}"));
    }
    text
}

/// The known name that was probably meant: one that begins or ends like it, or differs in few letters.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let far = 1 + name.chars().count() / 3;
    let distance = |candidate: &str| {
        let part = name.len() >= 3 && candidate.contains(&name) || candidate.len() >= 3 && name.contains(candidate);
        if part { 1 } else { edits(&name, candidate) }
    };
    // Of several that are near, the one with the fewest letters between.
    let ranked = known.map(|it| (distance(it), edits(&name, it), it));
    ranked.filter(|(distance, ..)| *distance <= far).min().map(|(.., it)| it)
}

/// How many letters must be put in, taken out or changed to make one word the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{edits, loopback, nearest};

    #[test]
    fn the_distance_of_words_counts_letters() {
        for (from, to, distance) in [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("abc", "abc", 0)] {
            assert_eq!(edits(from, to), distance, "{from} to {to}");
        }
    }

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let known = || ["teleport", "spends", "delta-only"].into_iter();
        assert_eq!(nearest("telport", known()), Some("teleport"));
        assert_eq!(nearest("TELEPORT", known()), Some("teleport"));
        assert_eq!(nearest("delta", known()), Some("delta-only"));
        assert_eq!(nearest("nothing-like-it", known()), None);
        assert_eq!(nearest("", known()), None);
    }

    #[test]
    fn only_this_machine_is_served() {
        assert!(loopback("127.0.0.1:3000").is_ok());
        assert!(loopback("[::1]:0").is_ok());
        for refused in ["0.0.0.0:3000", "192.0.2.1:80", "127.0.0.1", "", "127.0.0.1:99999"] {
            assert!(loopback(refused).is_err(), "{refused}");
        }
    }
}
