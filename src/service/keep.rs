//! Removes applications that were closed long ago, if the user set `[privacy] keep_days`. Each goes
//! the way of `forget`, with all that way leaves and spares; one that may be leaving stays.

use crate::domain::policy;

use super::Record;

impl Record {
    /// Forgets every application that has had its time.
    pub(super) async fn forget_the_old(&self) -> anyhow::Result<()> {
        let Some(keep_days) = self.config.privacy.keep_days else { return Ok(()) };
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let cases = self.load_cases(&mut tx, now).await?;
        drop(tx);
        for case in cases {
            if !policy::kept_long_enough(&case.follow_up, keep_days, now) {
                continue;
            }
            let id = case.application.readable_id;
            if self.forget(&id).await? == Some(true) {
                tracing::info!(%id, "closed long enough ago: forgotten");
            }
        }
        Ok(())
    }
}
