//! What is measured, once for the benches and once for the table of figures.

pub mod checker;
#[cfg(feature = "peers")]
pub mod peers;
pub mod player;
pub mod trip;
pub mod zipf;
