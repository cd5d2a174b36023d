//! Draws the picture in the README from what the demo prints:
//! `cargo run -- demo --yes | cargo run --example terminal_picture > docs/demo.svg`.
//! A test says when it has to be drawn anew.

#![expect(clippy::print_stdout, reason = "the picture goes where the shell sends it")]

#[path = "../tests/it/demo/picture.rs"]
mod picture;

fn main() -> std::io::Result<()> {
    let told = std::io::read_to_string(std::io::stdin())?;
    print!("{}", picture::picture(&told));
    Ok(())
}
