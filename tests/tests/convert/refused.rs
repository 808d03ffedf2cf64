//! What typed values are refused for, where, and in which words.

use keyholder_core::value::serde::{from_value, to_value};
use keyholder_core::value::types::{UDim, Vector3};
use keyholder_core::value::{Map, Reason, Refused, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is only read")]
struct Player {
    pets: Vec<Pet>,
    by_id: BTreeMap<u32, u8>,
    state: State,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is only read")]
struct Pet {
    age: u8,
    at: Option<Vector3>,
}

#[derive(Debug, Serialize, Deserialize)]
enum State {
    Idle,
    Named(String),
    At(f32, u64),
    Moving { to: u64 },
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Map::from_iter(entries).into()
}

fn said<T: Debug + for<'de> Deserialize<'de>>(value: &Value) -> String {
    from_value::<T>(value).unwrap_err().to_string()
}

#[test]
fn what_is_read_wrong_is_named_with_its_place_and_without_its_data() {
    let pet = |age: Value| map([("age", age)]);
    let player = |pets: Vec<Value>, by_id, state: Value| {
        said::<Player>(&map([("pets", pets.into()), ("by_id", by_id), ("state", state)]))
    };
    let none = || map([]);
    let idle = || Value::from("Idle");
    let secret = || Value::from("secret");
    let cases = [
        (player(vec![pet(1.into()), pet(secret())], none(), idle()), "$.pets[1].age: found a string, expected u8"),
        (player(vec![pet(300.into())], none(), idle()), "$.pets[0].age: found an integer, expected u8"),
        (
            player(vec![pet(1.5.into())], none(), idle()),
            "$.pets[0].age: found a number that is no integer up to 2^53, expected u8",
        ),
        (player(vec![none()], none(), idle()), "$.pets[0]: the field `age` is missing; give it a default"),
        (
            player(vec![map([("age", 1.into()), ("at", "$v3AACAPwAAIMDNzMw9".into())])], none(), idle()),
            "$.pets[0].at: another value, expected Vector3",
        ),
        (
            player(vec![map([("age", 1.into()), ("at", UDim::default().into())])], none(), idle()),
            "$.pets[0].at: another value, expected Vector3",
        ),
        (player(vec![], map([("x", 1.into())]), idle()), "$.by_id.x: found a string, expected u32"),
        (player(vec![], map([("07", 1.into())]), idle()), "$.by_id.07: found a string, expected u32"),
        (player(vec![], map([("7", secret())]), idle()), "$.by_id.7: found a string, expected u8"),
        (
            player(vec![], none(), secret()),
            "$.state: no variant of the enum, expected one of [\"Idle\", \"Named\", \"At\", \"Moving\"]",
        ),
        (player(vec![], none(), map([("Named", 1.into())])), "$.state.Named: found an integer, expected a string"),
        (
            player(vec![], none(), map([("Named", Vector3::default().into())])),
            "$.state.Named: found a Roblox value, or a string that is no UTF-8, expected a string",
        ),
        (
            player(vec![], none(), map([("At", vec![1.into(), secret()].into())])),
            "$.state.At[1]: found a string, expected u64",
        ),
        (
            player(vec![], none(), map([("At", vec![1.into(), 2.into(), secret()].into())])),
            "$.state.At: 3 elements, expected fewer",
        ),
        (
            player(vec![], none(), map([("Idle", 1.into())])),
            "$.state: found another kind of variant, expected a variant without content",
        ),
        (
            said::<Player>(&map([("secret_field", 1.into())])),
            "$.secret_field: no field of the struct, expected one of [\"pets\", \"by_id\", \"state\"]",
        ),
        (said::<u64>(&9_007_199_254_740_994.0.into()), "$: found a number that is no integer up to 2^53, expected u64"),
    ];
    for (said, expected) in cases {
        assert_eq!(said, format!("value refused at {expected}"));
    }
}

#[test]
fn a_number_beyond_f32_is_refused_rather_than_infinite() {
    let read = |number: f64| from_value::<f32>(&number.into());
    assert_eq!(read(0.1), Ok(0.1_f32));
    assert_eq!(read(f64::from(f32::MAX)), Ok(f32::MAX));
    // Half of the last step above the largest: just below it rounds down, from there on up.
    let beyond = 2_f64.powi(128) - 2_f64.powi(103);
    assert_eq!(read(beyond.next_down()), Ok(f32::MAX));
    for number in [beyond, -beyond, 1e300] {
        assert!(number as f32 == f32::INFINITY.copysign(number as f32));
        assert!(matches!(read(number), Err(refused) if refused.why == Reason::Inexact));
    }
    assert_eq!(read(f64::INFINITY), Ok(f32::INFINITY));
    assert!(read(f64::NAN).unwrap().is_nan());
}

#[test]
fn minus_zero_is_an_integer_to_integers_alone() {
    assert_eq!(from_value::<u8>(&(-0.0).into()), Ok(0));
    assert!(from_value::<f64>(&(-0.0).into()).unwrap().is_sign_negative());
}

#[test]
fn what_is_written_wrong_is_named_with_its_place() {
    #[derive(Serialize)]
    struct Outer<T> {
        list: Vec<T>,
    }
    fn refused(it: impl Serialize) -> (String, Reason) {
        let Refused { path, why } = to_value(&Outer { list: vec![it] }).unwrap_err();
        (path.to_string(), why)
    }
    let beyond = (1 << 53) + 1;
    let at = |path: &str, why| (path.to_string(), why);
    assert_eq!(refused(beyond), at("$.list[0]", Reason::Inexact));
    assert_eq!(refused(i128::MIN), at("$.list[0]", Reason::Inexact));
    assert_eq!(refused(State::At(0.0, beyond)), at("$.list[0].At[1]", Reason::Inexact));
    assert_eq!(refused(State::Moving { to: beyond }), at("$.list[0].Moving.to", Reason::Inexact));
    assert_eq!(refused(BTreeMap::from([("a", ())])), at("$.list[0].a", Reason::Nothing));
    assert_eq!(refused(BTreeMap::from([("a", Some(()))])), at("$.list[0].a", Reason::Nothing));
    assert_eq!(refused(BTreeMap::from([(vec![1], 1)])), at("$.list[0]", Reason::KeyType { name: "sequence" }));
    assert_eq!(refused(BTreeMap::from([(None::<u8>, 1)])), at("$.list[0]", Reason::KeyType { name: "Option" }));

    #[derive(Serialize)]
    struct Twice {
        a: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    }
    let twice = Twice { a: 1, rest: BTreeMap::from([("a".into(), 2)]) };
    assert_eq!(refused(twice), at("$.list[0].a", Reason::DuplicateKey));
    assert_eq!(to_value(&State::Idle), Ok("Idle".into()));
}
