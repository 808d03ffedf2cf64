//! What the fuzz targets share with the laws: the session, the sender and their surroundings, driven by codes. And a second
//! opinion on JSON.

pub mod opinion;

#[path = "../../tests/tests/laws_core/moves.rs"]
pub mod moves;
#[path = "../../tests/tests/laws_core/others.rs"]
pub mod others;
#[path = "../../tests/tests/laws_core/rig.rs"]
pub mod rig;
#[path = "../../tests/tests/laws_core/sending.rs"]
pub mod sending;
