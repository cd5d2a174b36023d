//! A bar for long walks, on stderr, only where a person watches. It counts bytes, because
//! messages differ in size a thousandfold.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Less than this is over before a bar could be read.
const WORTH_IT: u64 = 4 * 1024 * 1024;
const FEW: usize = 200;

/// A bar over `total` bytes in `files` files; hidden for short walks and without a terminal.
#[must_use]
pub fn bar(files: usize, total: u64) -> ProgressBar {
    let long = total > WORTH_IT || files > FEW;
    if !(long && io::stderr().is_terminal()) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    let style = "{wide_bar} {msg} messages, {bytes} of {total_bytes}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}
