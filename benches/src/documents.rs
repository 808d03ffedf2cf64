//! Profiles of players: what the codecs and the deltas are measured on.
//!
//! A profile has an inventory, counters, quests and settings. An item has an id, a count, two short decimals, a number of
//! all 53 bits, a flag, a position and a colour; one of sixteen has a frame. About half of all leaves are numbers of items.
//! There is one quest for eight items, each under a key of its own.

use crate::draws::Draws;
use keyholder_core::value::types::{CFrame, Color3, Vector3};
use keyholder_core::value::{Float, Keys, Map, Path, Roblox, Segment, Text, Value};
use std::sync::Arc;

/// The seed of every profile.
pub const SEED: u64 = 20_261_121;

/// A profile by its size.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// The length of its JSON, about.
    pub name: &'static str,
    /// Items of the inventory.
    pub items: u32,
}

/// 1 KB.
pub const SMALL: Size = Size { name: "1 KB", items: 3 };

/// 30 KB.
pub const MEDIUM: Size = Size { name: "30 KB", items: 175 };

/// 1 MB.
pub const LARGE: Size = Size { name: "1 MB", items: 6_000 };

/// What kind of number a leaf holds, and goes on to hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// An integer below 1 000.
    Count,
    /// At most three digits, two of them behind the point.
    Decimal,
    /// All 53 bits.
    Full,
}

impl Kind {
    /// One of its numbers.
    pub fn draw(self, draws: &mut Draws) -> f64 {
        match self {
            Self::Count => f64::from(1 + draws.below(999)),
            Self::Decimal => f64::from(1 + draws.below(999)) / 100.0,
            Self::Full => draws.fraction(),
        }
    }
}

/// The numbers of an item, by their keys.
pub const NUMBERS: [(&str, Kind); 4] =
    [("count", Kind::Count), ("power", Kind::Decimal), ("seed", Kind::Full), ("wear", Kind::Decimal)];

/// A number of an item.
#[derive(Clone, Copy, Debug)]
pub struct Leaf {
    /// The place of the item in the inventory.
    pub item: u32,
    /// Its key in the item.
    pub key: &'static str,
    /// What numbers it holds.
    pub kind: Kind,
}

impl Leaf {
    /// Where it is.
    pub fn path(&self) -> Path {
        vec![Segment::from("inventory"), Segment::from(self.item), Segment::from(self.key)].into()
    }
}

/// All numbers of all items of a profile.
pub fn leaves(size: Size) -> Vec<Leaf> {
    (0..size.items).flat_map(|item| NUMBERS.map(|(key, kind)| Leaf { item, key, kind })).collect()
}

/// The profile of a size: the same in every run.
pub fn profile(size: Size) -> Value {
    let draws = &mut Draws::new(SEED);
    let inventory: Vec<Value> = items(size.items, draws);
    let quests = (0..size.items.div_ceil(8)).map(|at| {
        let name = format!("quest_{at:04}_{:02x}", draws.below(256));
        (Text::from(name.as_str()), quest(draws))
    });
    let quests: Map = quests.collect();
    let stats = [
        "coins_earned",
        "coins_spent",
        "days_played",
        "deaths",
        "items_crafted",
        "kills",
        "minutes_played",
        "rooms_seen",
        "trades_done",
        "visits_made",
    ];
    let stats = Map::from_iter(stats.map(|key| (key, Value::from(draws.below(1_000_000)))));
    let settings = Map::from_iter([
        ("language", Value::from("pt-br")),
        ("music", Value::from(f64::from(draws.below(100)) / 100.0)),
        ("shadows", Value::from(true)),
        ("shoulder_camera", Value::from(false)),
    ]);
    Map::from_iter([
        ("inventory", Value::from(inventory)),
        ("name", Value::from("Lagerregal \"42\"")),
        ("quests", quests.into()),
        ("settings", settings.into()),
        ("spawn", vector(draws).into()),
        ("stats", stats.into()),
        ("version", 7.into()),
    ])
    .into()
}

/// Items share their keys, as they do after they were read.
fn items(count: u32, draws: &mut Draws) -> Vec<Value> {
    let keys = ["bound", "count", "id", "position", "power", "seed", "tint", "wear"];
    let framed = Keys::new(keys.iter().chain(&["frame"]).map(|key| Text::from(*key)).collect());
    let plain = Keys::new(keys.map(Text::from).into());
    let kinds = ["sword", "shield", "lamp", "potion", "pet"];
    let item = |at: u32| {
        let has_frame = at % 16 == 2;
        let keys = if has_frame { &framed } else { &plain };
        let values = keys.as_slice().iter().map(|key| match key.as_str().unwrap_or_default() {
            "bound" => (draws.below(4) == 0).into(),
            "id" => format!("{}_{:04x}", kinds[draws.below(5) as usize], draws.below(65_536)).as_str().into(),
            "frame" => frame(draws).into(),
            "position" => vector(draws).into(),
            "tint" => Roblox::Color3(Color3 { r: float(draws), g: float(draws), b: float(draws) }).into(),
            number => NUMBERS.iter().find(|it| it.0 == number).map_or(Value::Nil, |it| it.1.draw(draws).into()),
        });
        Map::with(keys.clone(), values.collect()).expect("as many values as keys").into()
    };
    (0..count).map(item).collect()
}

fn quest(draws: &mut Draws) -> Value {
    let done = draws.below(2) == 0;
    Map::from_iter([("done", Value::from(done)), ("progress", Value::from(draws.below(100)))]).into()
}

/// Any three numbers of 32 bits between 0 and 1.
fn vector(draws: &mut Draws) -> Roblox {
    Roblox::Vector3(triple(draws))
}

fn triple(draws: &mut Draws) -> Vector3 {
    Vector3 { x: float(draws), y: float(draws), z: float(draws) }
}

fn frame(draws: &mut Draws) -> Roblox {
    let position = triple(draws);
    Roblox::CFrame(Arc::new(CFrame { position, rotation: [triple(draws), triple(draws), triple(draws)] }))
}

fn float(draws: &mut Draws) -> Float {
    Float(draws.fraction() as f32)
}

/// An array of vectors, and one of frames, for what base64 costs in them.
pub fn vectors(count: usize) -> Value {
    let draws = &mut Draws::new(SEED);
    (0..count).map(|_| vector(draws).into()).collect::<Vec<Value>>().into()
}

/// See [`vectors`].
pub fn frames(count: usize) -> Value {
    let draws = &mut Draws::new(SEED);
    (0..count).map(|_| frame(draws).into()).collect::<Vec<Value>>().into()
}

#[cfg(test)]
mod tests {
    use super::{LARGE, MEDIUM, SMALL, leaves, profile};
    use keyholder_core::json::Writer;
    use keyholder_core::stored::Stored;
    use keyholder_core::value::Value;

    #[test]
    fn profiles_have_their_sizes_and_their_leaves() {
        for (size, bytes) in [(SMALL, 950..1_050), (MEDIUM, 29_000..31_000), (LARGE, 980_000..1_040_000)] {
            let profile = profile(size);
            let mut text = String::new();
            profile.write(Writer::new(&mut text));
            assert!(bytes.contains(&text.len()), "{}: {}", size.name, text.len());
            let leaves = leaves(size);
            assert!(leaves.iter().all(|leaf| matches!(leaf.path().of(&profile), Some(Value::Number(_)))));
        }
    }
}
