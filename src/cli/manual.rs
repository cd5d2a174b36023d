//! The manual page: one for the whole program. The library behind it would name a page for each
//! command; there are none, so the commands stand here in a section of their own.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

/// The page as `man` reads it.
pub fn page(program: Command) -> io::Result<String> {
    let commands = commands(&program);
    let manual = Man::new(program);
    let mut page = Vec::new();
    manual.render_title(&mut page)?;
    manual.render_name_section(&mut page)?;
    manual.render_synopsis_section(&mut page)?;
    manual.render_description_section(&mut page)?;
    manual.render_options_section(&mut page)?;
    commands.to_writer(&mut page)?;
    manual.render_version_section(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// Each command as it is typed, and what it does.
fn commands(program: &Command) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["COMMANDS"]);
    for command in program.get_subcommands() {
        section.control("TP", []);
        section.text([bold(format!("{} {}", program.get_name(), command.get_name()))]);
        for line in command.get_about().map(ToString::to_string).unwrap_or_default().lines() {
            section.text([roman(line)]);
        }
    }
    section.control("PP", []);
    section.text([roman("The options of a command: afterword COMMAND --help.")]);
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_every_command_and_no_other_page() {
        let program = crate::cli::command_line();
        let names: Vec<String> =
            program.get_subcommands().map(|it| it.get_name().replace('-', "\\-")).collect();
        let page = page(program).unwrap();
        for name in names {
            assert!(page.contains(&format!("afterword {name}")), "{name}: {page}");
        }
        assert!(!page.contains("(1)"), "{page}");
    }
}
