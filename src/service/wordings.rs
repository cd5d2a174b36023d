//! The user's own wordings of drafts, read from the folder that `[drafts] templates` names.
//! A mistake in one is a mistake of the configuration: it is told at the start, with its line.

use std::path::Path;

use crate::config::{ConfigError, Problem};
use crate::mail::draft_text::{TemplateFile, Templates};

/// Ours, with the user's in place of some.
pub(super) fn load(folder: Option<&Path>) -> Result<Templates, ConfigError> {
    let Some(folder) = folder else { return Ok(Templates::default()) };
    let unreadable = |path: &Path, error: &std::io::Error| ConfigError::Unreadable {
        path: path.to_owned(),
        cause: error.to_string(),
    };
    let mut files = Vec::new();
    for language in children(folder).map_err(|error| unreadable(folder, &error))? {
        if !language.is_dir() {
            continue;
        }
        for path in children(&language).map_err(|error| unreadable(&language, &error))? {
            if path.extension().is_some_and(|ending| ending == "txt") {
                let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
                files.push(TemplateFile {
                    language: name(&language),
                    kind: name(&path),
                    text,
                    path,
                });
            }
        }
    }
    Templates::with(&files).map_err(|error| {
        ConfigError::Wrong(vec![Problem {
            file: error.path,
            line: error.line,
            key: String::new(),
            what: error.what,
        }])
    })
}

fn children(folder: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    let mut found = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    found.sort();
    Ok(found)
}

fn name(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_and_a_mistake_names_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let german = folder.path().join("de");
        std::fs::create_dir(&german).unwrap();
        std::fs::write(german.join("first.txt"), "Hallo {{ first_name }},\n").unwrap();
        std::fs::write(german.join("notes.md"), "not a template {{ x }}").unwrap();
        assert!(load(Some(folder.path())).is_ok());
        std::fs::write(german.join("second.txt"), "\nHallo {{ vorname }},\n").unwrap();
        let error = load(Some(folder.path())).unwrap_err().to_string();
        assert!(error.contains("second.txt:2: undefined"), "{error}");
        assert!(load(Some(&folder.path().join("nowhere"))).is_err());
        assert!(load(None).is_ok());
    }
}
