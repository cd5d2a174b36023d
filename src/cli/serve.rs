//! `run`: the service until it is asked to stop, and what systemd is told of it meanwhile. Without
//! systemd there is nobody to tell, and nothing is said.
//!
//! The surprising fact: the signs of life come from the task in which the service works. They stop
//! if that task is blocked; a server that does not answer does not stop them, its time limit ends that.

use std::process::ExitCode;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use super::progress;
use crate::service::Service;

/// Between two signs of life; the unit grants five times as much (`WatchdogSec`).
const SIGN_OF_LIFE: Duration = Duration::from_secs(120);

/// Runs until SIGTERM or SIGINT; a step that has begun is finished first.
pub async fn serve(mut service: Service) -> Result<ExitCode, Failure> {
    let stop = CancellationToken::new();
    let on_signal = stop.clone();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        tell_systemd(&[NotifyState::Stopping]);
        on_signal.cancel();
    });
    let _bar = progress::show(service.progress());
    // It is ready as soon as it has its lock and its record: a network that is down is no reason
    // to start it again.
    tell_systemd(&[NotifyState::Ready]);
    tokio::select! {
        ran = service.run(stop) => ran?,
        () = signs_of_life() => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Never ends by itself.
async fn signs_of_life() {
    let mut due = tokio::time::interval(SIGN_OF_LIFE);
    loop {
        due.tick().await;
        tell_systemd(&[NotifyState::Watchdog]);
    }
}

fn tell_systemd(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!("systemd was not told: {error}");
    }
}
