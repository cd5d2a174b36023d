//! A bar for the first look back, on a terminal only: how far it has come, how fast, and what has
//! been recognised so far. Where stderr is no terminal nothing is drawn.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::watch::Receiver;
use tokio::task::AbortHandle;

use crate::service::Progress;

/// Draws until it is dropped.
pub(super) struct Shown {
    task: AbortHandle,
    bar: ProgressBar,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.task.abort();
        self.bar.finish_and_clear();
    }
}

/// Follows a look back. Has to be called inside the runtime.
pub(super) fn show(mut progress: Receiver<Progress>) -> Shown {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = "{bar:30} {percent:>3} %  {msg}  ({elapsed})";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    let drawn = bar.clone();
    let task = tokio::spawn(async move {
        while progress.changed().await.is_ok() {
            let now = *progress.borrow_and_update();
            if now.span == 0 {
                continue;
            }
            drawn.set_length(now.span + now.to_read);
            drawn.set_position(now.covered + now.read);
            drawn.set_message(says(&now, drawn.elapsed().as_secs_f64()));
        }
    });
    Shown { task: task.abort_handle(), bar }
}

fn says(progress: &Progress, seconds: f64) -> String {
    let messages = progress.messages;
    if progress.to_read > 0 {
        let Progress { read, to_read, applications, .. } = progress;
        return format!(
            "{messages} messages looked through, {read} of {to_read} read, {applications} applications"
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "a speed for people")]
    let speed = messages as f64 / seconds.max(0.1);
    format!("{messages} messages looked through, {speed:.0} a second")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_the_headers_are_counted_and_then_what_was_read() {
        let headers = Progress { span: 1_000, covered: 500, messages: 400, ..Progress::default() };
        assert_eq!(says(&headers, 2.0), "400 messages looked through, 200 a second");
        let bodies = Progress { to_read: 9, read: 3, applications: 2, ..headers };
        assert_eq!(says(&bodies, 2.0), "400 messages looked through, 3 of 9 read, 2 applications");
    }
}
