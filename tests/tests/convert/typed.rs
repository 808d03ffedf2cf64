//! Types that a game derives, with everything that serde has.

use super::any::{any_float, any_value, hostile_string, read, shapes, text, vector3};
use super::cases;
use keyholder_core::value::serde::{brick_color, color_sequence, content, date_time, from_value, to_value};
use keyholder_core::value::types::{Color3, ColorKeypoint, EnumItem, UDim2, Vector3};
use keyholder_core::value::{Map, Roblox, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Player {
    coins: u32,
    least: i64,
    ratio: f64,
    speed: f32,
    vip: bool,
    letter: char,
    name: String,
    home: Vector3,
    looks: Looks,
    pets: Vec<Pet>,
    nick: Option<String>,
    gaps: Vec<Option<u8>>,
    triple: (u8, Option<i16>, Unit),
    pair: Pair,
    wrapped: Wrapped,
    blob: Blob,
    maps: Maps,
    state: State,
    item: Item,
    step: Step,
    mark: Mark,
    any: Value,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    later: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Looks {
    skin: Color3,
    shape: Roblox,
    item: EnumItem,
    size: Option<UDim2>,
    #[serde(with = "date_time")]
    born: i64,
    #[serde(with = "brick_color")]
    brick: u16,
    #[serde(with = "content")]
    icon: Option<String>,
    #[serde(with = "color_sequence")]
    trail: Vec<ColorKeypoint>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pet {
    name: String,
    at: Option<Vector3>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair(i8, Vector3);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(String);

#[derive(Clone, Debug, PartialEq)]
struct Blob(Vec<u8>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Maps {
    by_name: BTreeMap<String, Vector3>,
    by_id: BTreeMap<u64, u8>,
    by_change: BTreeMap<i128, u8>,
    by_letter: BTreeMap<char, u8>,
    by_flag: BTreeMap<bool, u8>,
    by_kind: BTreeMap<Kind, u8>,
    by_wrapped: BTreeMap<Key, u8>,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
enum Kind {
    Sword,
    #[serde(rename = "$shield")]
    Shield,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
struct Key(u16);

/// Externally tagged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum State {
    Idle,
    Named(String),
    Maybe(Option<u8>),
    Nothing(()),
    At(f32, Vector3),
    Moving { to: Vector3, speed: Option<f64> },
    Inside(Box<State>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Item {
    None,
    Sword { damage: u16, at: Vector3, name: String },
    Pet(Pet),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Step {
    None,
    One(Option<u8>),
    Two(u8, String),
    Named { at: Vector3 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Mark {
    At(Vector3),
    Count(i32),
    Named(String),
    Many(Vec<Mark>),
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl de::Visitor<'_> for Bytes {
            type Value = Blob;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Blob, E> {
                Ok(Blob(bytes.to_vec()))
            }
        }
        from.deserialize_bytes(Bytes)
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_player_comes_back_from_a_value_and_from_its_text(player in player()) {
        let value = to_value(&player).unwrap();
        prop_assert_eq!(from_value::<Player>(&value), Ok(player.clone()));
        let stored = read(&text(&value)).unwrap();
        prop_assert_eq!(&stored, &value);
        prop_assert_eq!(from_value::<Player>(&stored), Ok(player.clone()));
    }
}

#[test]
fn a_player_is_stored_as_one_would_write_it() {
    #[derive(Serialize, Deserialize)]
    struct Small<'a> {
        coins: u32,
        home: Vector3,
        nick: Option<&'a str>,
        state: State,
        none: State,
    }
    let home = Vector3 { x: 1.0.into(), y: (-2.5).into(), z: 0.1.into() };
    let small = Small { coins: 7, home, nick: None, state: State::Named("$x".into()), none: State::Maybe(None) };
    let value = to_value(&small).unwrap();
    let expected = r#"{"coins":7,"home":"$v3AACAPwAAIMDNzMw9","none":"Maybe","state":{"Named":"$$x"}}"#;
    assert_eq!(text(&value), expected);
    let Value::Map(map) = &value else { panic!("it is a map") };
    assert_eq!(map.get("home"), Some(&Roblox::Vector3(home).into()));
    let with_nick =
        Map::from_iter(map.iter().map(|(key, it)| (key.clone(), it.clone())).chain([("nick".into(), "N".into())]));
    assert_eq!(from_value::<Small<'_>>(&with_nick.into()).unwrap().nick, Some("N"), "it borrows from the value");
}

/// A Luau host stores an empty table as a map, whatever it was.
#[test]
fn an_empty_table_is_an_empty_sequence_and_an_empty_map() {
    let [map, array] = [Value::from(Map::new()), Value::from(vec![])];
    for empty in [&map, &array] {
        assert_eq!(from_value(empty), Ok(Vec::<Pet>::new()));
        assert_eq!(from_value(empty), Ok(BTreeMap::<String, u8>::new()));
        assert!(from_value::<State>(empty).is_err());
    }
}

fn pet() -> impl Strategy<Value = Pet> {
    (hostile_string(), proptest::option::of(vector3())).prop_map(|(name, at)| Pet { name, at })
}

fn state() -> impl Strategy<Value = State> {
    let leaf = prop_oneof![
        Just(State::Idle),
        hostile_string().prop_map(State::Named),
        any::<Option<u8>>().prop_map(State::Maybe),
        Just(State::Nothing(())),
        (-1e9_f32..1e9, vector3()).prop_map(|(a, b)| State::At(a, b)),
        (vector3(), proptest::option::of(-1e9..1e9)).prop_map(|(to, speed)| State::Moving { to, speed }),
    ];
    leaf.prop_recursive(3, 6, 1, |inner| inner.prop_map(|it| State::Inside(Box::new(it))))
}

fn mark() -> impl Strategy<Value = Mark> {
    let leaf = prop_oneof![
        vector3().prop_map(Mark::At),
        any::<i32>().prop_map(Mark::Count),
        hostile_string().prop_map(Mark::Named),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| vec(inner, 0..3).prop_map(Mark::Many))
}

fn item() -> impl Strategy<Value = Item> {
    prop_oneof![
        Just(Item::None),
        (any::<u16>(), vector3(), hostile_string()).prop_map(|(damage, at, name)| Item::Sword { damage, at, name }),
        pet().prop_map(Item::Pet),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::None),
        any::<Option<u8>>().prop_map(Step::One),
        (any::<u8>(), hostile_string()).prop_map(|(a, b)| Step::Two(a, b)),
        vector3().prop_map(|at| Step::Named { at }),
    ]
}

fn looks() -> impl Strategy<Value = Looks> {
    let color = || vector3().prop_map(|it| Color3 { r: it.x, g: it.y, b: it.z });
    let keypoint = (any_float(), color()).prop_map(|(time, value)| ColorKeypoint { time, value });
    let item = (".{0,9}", any::<u32>()).prop_map(|(kind, value)| EnumItem { kind: kind.into(), value });
    (color(), shapes(), item, any::<(Option<i32>, i64, u16)>(), proptest::option::of(".{0,9}"), vec(keypoint, 0..3))
        .prop_map(|(skin, shape, item, (offset, born, brick), icon, trail)| {
            let size = offset.map(|offset| {
                let mut size = UDim2::default();
                size.x.offset = offset;
                size
            });
            Looks { skin, shape, item, size, born, brick, icon, trail }
        })
}

fn maps() -> impl Strategy<Value = Maps> {
    let kind = prop_oneof![Just(Kind::Sword), Just(Kind::Shield)];
    (
        btree_map(hostile_string(), vector3(), 0..4),
        btree_map(any::<u64>(), any::<u8>(), 0..4),
        btree_map(any::<i128>(), any::<u8>(), 0..4),
        btree_map(any::<char>(), any::<u8>(), 0..4),
        btree_map(any::<bool>(), any::<u8>(), 0..3),
        btree_map(kind, any::<u8>(), 0..3),
        btree_map(any::<u16>().prop_map(Key), any::<u8>(), 0..4),
    )
        .prop_map(|(by_name, by_id, by_change, by_letter, by_flag, by_kind, by_wrapped)| Maps {
            by_name,
            by_id,
            by_change,
            by_letter,
            by_flag,
            by_kind,
            by_wrapped,
        })
}

fn player() -> impl Strategy<Value = Player> {
    let plain = (any::<u32>(), -(1_i64 << 53)..=1 << 53, -1e300..1e300, any::<f32>(), any::<bool>(), any::<char>());
    let texts = (hostile_string(), proptest::option::of(hostile_string()), hostile_string());
    let lists = (vec(pet(), 0..3), vec(any::<Option<u8>>(), 0..4), vec(any::<u8>(), 0..9), vec(any::<u8>(), 0..3));
    let enums = (state(), item(), step(), mark());
    let others = (vector3(), looks(), maps(), any_value(), any::<(u8, Option<i16>, i8)>());
    (plain, texts, lists, enums, others).prop_map(
        |(plain, (name, nick, wrapped), (pets, gaps, blob, later), (state, item, step, mark), others)| {
            let (coins, least, ratio, speed, vip, letter) = plain;
            let (home, looks, maps, any, (a, b, c)) = others;
            let speed = if speed.is_nan() { 0.0 } else { speed };
            Player {
                coins,
                least,
                ratio,
                speed,
                vip,
                letter,
                name,
                home,
                looks,
                pets,
                nick,
                gaps,
                triple: (a, b, Unit),
                pair: Pair(c, home),
                wrapped: Wrapped(wrapped),
                blob: Blob(blob),
                maps,
                state,
                item,
                step,
                mark,
                any,
                later,
            }
        },
    )
}
