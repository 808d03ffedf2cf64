//! Values as `serde_json::Value`.

use super::any::{any_value, read, text};
use super::cases;
use keyholder_core::value::{Reason, Refused, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_value_comes_back_from_json(value in any_value()) {
        let json = Json::from(&value);
        prop_assert_eq!(Value::try_from(&json), Ok(value.clone()), "{}", &json);
        let parsed: Json = serde_json::from_str(&json.to_string()).unwrap();
        prop_assert_eq!(Value::try_from(parsed), Ok(value.clone()));
        let stored: Json = serde_json::from_str(&text(&value)).unwrap();
        prop_assert_eq!(Value::try_from(stored), Ok(value));
    }

    /// The same is taken and refused as when the text is read.
    #[test]
    fn json_is_read_as_its_text_is(json in any_json()) {
        let text = json.to_string();
        prop_assert_eq!(Value::try_from(&json).ok(), read(&text).ok(), "{}", text);
    }
}

#[test]
fn json_is_refused_with_its_place() {
    let cases = [
        (json!({"a": [1, 9_007_199_254_740_993_u64]}), "$.a[1]", Reason::Inexact),
        (json!({"a": [u64::MAX]}), "$.a[0]", Reason::Inexact),
        (json!({"a": {"b": null}}), "$.a.b", Reason::Nothing),
        (json!([["$v3AAAA"]]), "$[0][0]", Reason::BadTag),
        (json!({"$v3AAAA": 1}), "$[\"$v3AAAA\"]", Reason::BadTag),
        (json!({"$zz": 1}), "$[\"$zz\"]", Reason::KeyType { name: "tagged string" }),
    ];
    for (json, path, why) in cases {
        let Refused { path: at, why: found } = Value::try_from(&json).unwrap_err();
        assert_eq!((at.to_string().as_str(), found), (path, why), "{json}");
    }
    let deep = (0..256).fold(json!(1), |json, _| json!([json]));
    assert_eq!(Value::try_from(&deep).unwrap_err().why, Reason::TooDeep { limit: 255 });
    let Json::Array(inner) = deep else { panic!("it is an array") };
    assert!(Value::try_from(&inner[0]).is_ok());
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-(1_i64 << 53)..=1 << 53).prop_map(Json::from),
        (-1e300..1e300).prop_map(Json::from),
        super::any::hostile_string().prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::btree_map(super::any::hostile_string(), inner, 0..4)
                .prop_map(|it| Json::Object(it.into_iter().collect())),
        ]
    })
}
