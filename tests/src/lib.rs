//! Scenario files and their runner; numbers on their way through the text.

pub mod numbers;
pub mod scenarios;
