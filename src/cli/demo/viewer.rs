//! What the viewer types in answer to a request for an approval.
//!
//! The surprising fact: lines are read by threads that nobody waits for, so that the demo can end
//! while one of them still waits for the viewer.

use std::io::IsTerminal as _;

use crate::cli::output;

const ASK: &str = "  Your reply (approve, edit, later fri, skip, stop; or nothing): ";
const ASK_TEXT: &str = "  Your whole text instead; a line with only a full stop ends it:";

/// The reply, with the text below it if it is `edit`. `None` for none.
pub async fn reply() -> Option<String> {
    output::prompt(ASK);
    let word = line().await.map(|line| line.trim().to_owned());
    if !std::io::stdin().is_terminal() {
        output::line("");
    }
    let word = word.filter(|word| !word.is_empty())?;
    if !word.eq_ignore_ascii_case("edit") {
        return Some(word);
    }
    output::line(ASK_TEXT);
    let mut reply = format!("{word}\n");
    while let Some(line) = line().await.filter(|line| line.trim() != ".") {
        reply.push('\n');
        reply.push_str(line.trim_end());
    }
    Some(reply)
}

/// One line that was typed; `None` if there is no more.
async fn line() -> Option<String> {
    let (sender, line) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line);
        // Nobody waits for it any more if this fails.
        let _ = sender.send(read.map(|octets| (octets > 0).then_some(line)));
    });
    let line = line.await.ok()?.ok()??;
    Some(output::plain(&line))
}
