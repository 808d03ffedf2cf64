//! Scenario files and their runner.

pub mod scenarios;
