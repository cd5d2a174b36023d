//! The documents say what is so: every command, file, setting, word and test that they name is
//! there. It reads them as text; command lines are tried in `document_commands.rs`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use afterword::config;
use afterword::domain::command::{self, Command as Reply};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The texts of fenced blocks in one language.
pub fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in text.lines() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(name)) => open = Some((name == language, String::new())),
            (None, None) => {}
            (Some(_), Some(_)) => {
                found.extend(open.take().filter(|(wanted, _)| *wanted).map(|(_, block)| block));
            }
            (Some((_, block)), None) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a fenced block has no end");
    found
}

/// What stands between single backticks, outside fenced blocks.
pub fn code_spans(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut prose = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            prose.push_str(line);
            prose.push(' ');
        }
    }
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The lines below a heading, up to the next heading of any level.
pub fn section<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    let lines: Vec<&str> = text.lines().skip_while(|line| *line != heading).skip(1).collect();
    assert!(!lines.is_empty(), "there is no heading {heading}");
    lines.into_iter().take_while(|line| !line.starts_with('#')).collect()
}

/// The cells of the rows of the tables in some lines, without their heads.
pub fn rows<'a>(lines: &[&'a str]) -> Vec<Vec<&'a str>> {
    lines
        .iter()
        .filter(|line| line.starts_with("| ") && !line.starts_with("|---"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .skip(1)
        .collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Names of all functions, and of those that are tests.
fn functions() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    rust_files(&root().join("tests"), &mut files);
    let (mut all, mut tests) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let mut under_test = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                under_test = true;
            }
            let Some((_, rest)) = line.split_once("fn ").filter(|(before, _)| {
                before
                    .split_whitespace()
                    .all(|word| word.starts_with("pub") || word.ends_with(')') || word == "async")
            }) else {
                continue;
            };
            let name: String = rest.chars().take_while(|c| is_word(*c)).collect();
            if std::mem::take(&mut under_test) {
                tests.insert(name.clone());
            }
            all.insert(name);
        }
    }
    (all, tests)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The first cells of the first table below a heading.
fn first_cells(text: &str, heading: &str) -> Vec<String> {
    rows(&section(text, heading)).iter().map(|row| row[0].trim_matches('`').to_owned()).collect()
}

#[test]
fn every_reply_in_the_documents_is_carried_out() {
    let all = first_cells(&document("docs/replies.md"), "## First lines");
    assert!(all.len() > 40, "{all:#?}");
    let today = "2026-12-08".parse().unwrap();
    for line in &all {
        let read = command::parse(line, today, &["Jane Doe"]);
        let idle = matches!(read, Reply::Unknown(_) | Reply::Empty);
        assert!(!idle, "{line}: {read:?}");
    }
    let short = first_cells(&document("README.md"), "## Answering its mails");
    assert!(short.len() > 10, "{short:#?}");
    for line in short {
        assert!(all.contains(&line), "docs/replies.md lacks {line}");
    }
}

/// Every page that a user reads, by its name.
fn pages() -> Vec<String> {
    let docs = std::fs::read_dir(root().join("docs")).unwrap();
    let names = docs.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pages = names.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}"));
    pages.chain(["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(str::to_owned)).collect()
}

/// What a heading is called in a link, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let name = heading.trim_start_matches('#').trim().to_lowercase();
    name.chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_between_the_documents_leads_to_a_page_and_a_heading() {
    let mut followed = 0;
    for page in pages() {
        let text = document(&page);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains("://")) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let folder = root().join(&page);
            let target = match file {
                "" => folder,
                file => folder.parent().unwrap().join(file),
            };
            assert!(target.exists(), "{page} links to {link}, which does not exist");
            if !heading.is_empty() {
                let text = std::fs::read_to_string(target).unwrap();
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                assert!(
                    headings.any(|line| anchor(line) == heading),
                    "{page} links to {link}, and there is no such heading"
                );
            }
            followed += 1;
        }
    }
    assert!(followed > 20, "only {followed} links were found");
}

#[test]
fn every_table_of_the_record_is_in_the_page_on_privacy() {
    let privacy = document("docs/privacy.md");
    let named: BTreeSet<String> = code_spans(&privacy).into_iter().collect();
    let schema = document("migrations/0001_initial.sql");
    let tables = schema.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
    let tables: Vec<&str> = tables.filter_map(|rest| rest.split([' ', '(']).next()).collect();
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        assert!(named.contains(table), "docs/privacy.md does not tell of {table}");
    }
}

#[test]
fn every_file_named_in_the_documents_exists() {
    for name in ["ARCHITECTURE.md", "README.md"] {
        let text = document(name);
        let files: BTreeSet<String> = code_spans(&text)
            .into_iter()
            .filter(|span| is_file_name(span) && !is_the_users_file(span))
            .collect();
        assert!(!files.is_empty(), "{name} names no file");
        for file in files {
            assert!(root().join(&file).exists(), "{name} names {file}, which does not exist");
        }
    }
}

fn is_file_name(span: &str) -> bool {
    let ending = Path::new(span).extension().and_then(|it| it.to_str()).unwrap_or_default();
    let known = ["rs", "sql", "toml", "md", "sh"].contains(&ending) || span.starts_with(".ci/");
    let folder = span.ends_with('/');
    (known || folder) && span.chars().all(|c| is_word(c) || matches!(c, '/' | '.' | '-'))
}

/// Files that a user of the program writes.
fn is_the_users_file(span: &str) -> bool {
    span.ends_with("config.toml")
}

#[test]
fn every_configuration_shown_can_be_loaded() {
    let example = config::load(&root().join("config.example.toml"));
    assert!(example.is_ok(), "{example:?}");
    let snippets = blocks(&document("README.md"), "toml");
    assert!(snippets.len() >= 3, "{snippets:#?}");
    // On that page there are parts as well.
    let whole = blocks(&document("docs/mailbox-setup.md"), "toml");
    let whole: Vec<String> = whole.into_iter().filter(|text| text.contains("account]")).collect();
    assert!(!whole.is_empty(), "no configuration with several accounts is shown");
    for snippet in snippets.into_iter().chain(whole) {
        let loaded = config::from_text(&snippet, Path::new("config.toml"));
        assert!(loaded.is_ok(), "{loaded:?}\n{snippet}");
    }
}

#[test]
fn every_promise_names_tests_that_exist() {
    let (_, tests) = functions();
    let readme = document("README.md");
    let architecture = document("ARCHITECTURE.md");
    let tables = [
        section(&readme, "## What it never does"),
        section(&architecture, "## Promises, and what holds them"),
        section(&architecture, "## The rules"),
    ];
    for table in tables {
        let rows = rows(&table);
        assert!(rows.len() > 10, "{rows:#?}");
        for row in rows {
            let named = code_spans(row.last().unwrap());
            assert!(!named.is_empty(), "no test for: {}", row.first().unwrap());
            for test in named {
                assert!(tests.contains(&test), "there is no test {test}");
            }
        }
    }
}

#[test]
fn every_test_that_make_runs_by_its_name_exists() {
    let (_, tests) = functions();
    let makefile = document("Makefile");
    let named = makefile.split_whitespace().filter_map(|word| word.rsplit_once("::"));
    let named: Vec<(&str, &str)> = named.collect();
    assert!(!named.is_empty());
    for (module, test) in named {
        let file = format!("tests/it/{}.rs", module.replace("::", "/"));
        assert!(root().join(&file).exists(), "Makefile runs {test} in {file}");
        assert!(tests.contains(test), "Makefile runs {test}, which is no test");
    }
}

#[test]
fn every_rule_of_good_conduct_has_its_code_and_its_tests() {
    let architecture = document("ARCHITECTURE.md");
    let table = section(&architecture, "## The rules");
    let rows = rows(&table);
    for number in 1..=30 {
        let rule = format!("E{number:02}");
        let row = rows.iter().find(|row| row.first() == Some(&rule.as_str()));
        let row = row.unwrap_or_else(|| panic!("{rule} is not in the table"));
        for (column, what) in [(2, "function"), (3, "test")] {
            let named = row.get(column).map(|cell| code_spans(cell)).unwrap_or_default();
            assert!(!named.is_empty(), "{rule} names no {what}");
        }
    }
}

#[test]
fn every_function_named_for_a_rule_or_a_step_exists() {
    let (functions, _) = functions();
    let architecture = document("ARCHITECTURE.md");
    let rules = rows(&section(&architecture, "## The rules"));
    let rules = rules.iter().flat_map(|row| code_spans(row.get(2).unwrap()));
    let prose = ["## How a pass works", "## Where do I find"]
        .into_iter()
        .flat_map(|heading| code_spans(&section(&architecture, heading).join("\n")));
    let named: BTreeSet<String> =
        rules.chain(prose).filter(|span| span.chars().all(is_word)).collect();
    assert!(named.len() > 30, "{named:#?}");
    for name in named {
        assert!(functions.contains(&name), "there is no function {name}");
    }
}

#[test]
fn every_trigger_and_index_named_exists() {
    let schema = document("migrations/0001_initial.sql");
    let (functions, _) = functions();
    let architecture = document("ARCHITECTURE.md");
    for row in rows(&section(&architecture, "## Promises, and what holds them")) {
        for name in code_spans(row.get(2).unwrap()) {
            assert!(schema.contains(&name) || functions.contains(&name), "there is no {name}");
        }
    }
}

/// The files that a list in `Cargo.toml` puts into the package, but for those that are built.
fn packaged() -> Vec<String> {
    let manifest = document("Cargo.toml");
    let assets = manifest.split("\nassets = [").nth(1).unwrap().split("\n]").next().unwrap();
    let sources = assets.split("[\"").skip(1).filter_map(|rest| rest.split('"').next());
    sources.filter(|source| !source.starts_with("target/")).map(str::to_owned).collect()
}

#[test]
fn what_the_package_and_the_image_are_made_of_is_there() {
    let sources = packaged();
    assert!(sources.len() > 5, "{sources:#?}");
    for source in sources {
        let path = root().join(source.trim_end_matches("*.md"));
        assert!(path.exists(), "Cargo.toml packs {source}, which does not exist");
    }
    let image = document("Dockerfile");
    let copied = image.split("/build/").skip(1).filter_map(|rest| rest.split_whitespace().next());
    for source in copied.filter(|source| !source.starts_with("target/")) {
        assert!(root().join(source).exists(), "Dockerfile copies {source}, which does not exist");
    }
}

#[test]
fn the_image_is_built_by_the_named_compiler_and_runs_without_rights_or_secrets() {
    let manifest = document("Cargo.toml");
    let version = manifest.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    let image = document("Dockerfile");
    assert!(image.contains(&format!("FROM rust:{version}-")), "not Rust {version}");
    let last = image.rsplit("\nFROM ").next().unwrap();
    for line in ["\nUSER afterword\n", "\nVOLUME /data\n", "\nHEALTHCHECK ", "\"health\"]"] {
        assert!(last.contains(line), "Dockerfile lacks {line}");
    }
    for line in image.lines() {
        let sets = line.starts_with("ENV ") || line.starts_with("ARG ");
        assert!(!sets, "an image keeps what this sets: {line}");
    }
}
