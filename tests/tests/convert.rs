//! Values into what other crates hold, and back (features `serde`, `serde-json`, `rbx-types`).

#[path = "value/any.rs"]
mod any;
#[path = "convert/json.rs"]
mod json;
#[path = "convert/rbx.rs"]
mod rbx;
#[path = "convert/refused.rs"]
mod refused;
#[path = "convert/typed.rs"]
mod typed;
#[path = "convert/values.rs"]
mod values;

use proptest::test_runner::Config;

fn cases() -> Config {
    Config { cases: 512, failure_persistence: None, ..Config::default() }
}
