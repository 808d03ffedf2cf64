//! A local Roblox Open Cloud, for whoever tests a program against it without an account.

pub mod text;
