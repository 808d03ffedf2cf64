//! What is measured, once for the benches and once for the table of figures.

pub mod checker;
pub mod player;
pub mod trip;
