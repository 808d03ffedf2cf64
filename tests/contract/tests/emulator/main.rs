//! The emulator held to the platform's documents.

mod cloud;
mod replay;
mod scenario;
mod vectors;
