//! `afterword templates`: the wordings that are compiled in, as a start for your own.

use std::path::{Path, PathBuf};

use crate::domain::draft::DraftKind;
use crate::domain::tone::Language;
use crate::mail::draft_text::{built_in, file_name};

use super::failure::Failure;
use super::output;

/// Which wordings, and where to.
#[derive(Debug, clap::Args)]
pub struct TemplatesArgs {
    /// One of them, as in `de/first` [default: all].
    #[arg(value_name = "LANGUAGE/KIND")]
    pub name: Option<String>,
    /// Write them into this folder, to be changed and named in `[drafts] templates`. A file that
    /// is there is kept.
    #[arg(long, value_name = "FOLDER")]
    pub write: Option<PathBuf>,
}

/// Prints or writes them.
pub fn run(args: &TemplatesArgs) -> Result<(), Failure> {
    let all = Language::ALL.into_iter().flat_map(|it| DraftKind::ALL.map(|kind| (it, kind)));
    let named = |language: Language, kind| format!("{}/{}", language.as_str(), file_name(kind));
    let wanted: Vec<(Language, DraftKind)> = all
        .filter(|(language, kind)| {
            args.name.as_ref().is_none_or(|name| *name == named(*language, *kind))
        })
        .collect();
    if wanted.is_empty() {
        let names = DraftKind::ALL.map(file_name).join(", ");
        return Err(Failure::Usage(format!(
            "there is no such wording; write LANGUAGE/KIND with en, de, fr or es and {names}"
        )));
    }
    for (language, kind) in wanted {
        let name = named(language, kind);
        let text = built_in(language, kind);
        match &args.write {
            Some(folder) => write(&folder.join(format!("{name}.txt")), text)?,
            None => output::line(&format!("##### {name}.txt #####\n{text}")),
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if path.exists() {
        output::line(&format!("{} is there already; it was kept.", path.display()));
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)?;
    output::line(&path.display().to_string());
    Ok(())
}
