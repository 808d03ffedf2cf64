//! Templates that are registered anew while players are here (DIA-10).

use super::{Handle, NotRegistered};
use keyholder_core::config::Config;
use keyholder_core::host::HostInput;
use keyholder_core::input::Command;
use keyholder_core::tree::{Change, Schema, Tree};
use std::sync::Arc;
use tokio::time::Instant;

impl Handle<Tree, Change> {
    /// Registers a template of the same schema version: who comes is reconciled with it, and who is here has what they lack
    /// added at once, as a change that is saved with the others. Gives how many were changed.
    ///
    /// Nothing is taken out of who is here: what the template no longer has may be what they just got.
    ///
    /// # Errors
    /// [`NotRegistered`]: everything is as it was.
    pub fn register(&self, schema: Schema) -> Result<usize, NotRegistered> {
        let shared = self.shared();
        let state = &mut *shared.lock();
        let old = Arc::clone(state.config());
        let (here, new) = (old.shape().version(), schema.version());
        if here != new {
            return Err(NotRegistered::Version { here, new });
        }
        let config = Config::new(*old.settings(), schema)?;
        let missing = state.host.sessions().filter_map(|(key, session)| {
            let change = session.view()?.missing(config.shape());
            (!change.ops().is_empty()).then(|| (key.clone(), change))
        });
        let missing: Vec<_> = missing.collect();
        state.set_config(config);
        let mut changed = 0;
        for (key, change) in missing {
            // One that is not open for changes is reconciled at its next open.
            let input = HostInput::Command { key, command: Command::Change(change) };
            changed += usize::from(shared.step_in(state, Instant::now(), input).is_ok());
        }
        Ok(changed)
    }
}
