//! Keyholder's stores on Roblox Open Cloud.
