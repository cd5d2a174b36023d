//! The layer table of `ARCHITECTURE.md`, enforced: which room may name which, and which outside
//! crates may not be in a room. It reads the source, so a wrong arrow fails the build's tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every room, with the rooms it may name.
const ROOMS: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("clock", &[]),
    ("net", &[]),
    ("mail", &["domain"]),
    ("config", &["domain"]),
    ("store", &["domain"]),
    ("oauth", &["config", "net"]),
    ("imap", &["domain", "net", "config"]),
    ("smtp", &["domain", "net", "mail", "config"]),
    ("service", &["domain", "mail", "clock", "config", "store", "imap", "smtp", "net", "oauth"]),
    ("sandbox", &["domain", "mail", "clock"]),
    ("cli", &["domain", "mail", "clock", "config", "store", "service", "sandbox"]),
    ("main", &["cli"]),
];

/// Crates (and parts of std) that must not be named in a room.
const FORBIDDEN: [(&str, &[&str]); 6] = [
    (
        "domain",
        &[
            "tokio",
            "sqlx",
            "serde",
            "serde_json",
            "async_imap",
            "lettre",
            "getrandom",
            "oauth2",
            "ureq",
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
        ],
    ),
    ("mail", &["tokio", "sqlx", "async_imap", "std::fs", "std::net", "std::env", "getrandom"]),
    ("store", &["async_imap", "lettre", "mail_parser"]),
    ("imap", &["sqlx", "lettre", "oauth2", "ureq"]),
    ("smtp", &["sqlx", "async_imap", "oauth2", "ureq"]),
    ("service", &["sqlx", "lettre", "async_imap", "mail_parser", "oauth2", "ureq"]),
];

/// What only one room may do: the words, and the room.
const ONLY_IN: [(&str, &[&str]); 4] = [
    ("store", &["sqlx::query", "query_as(", "query_scalar("]),
    ("clock", &["Utc::now()", "Local::now()", "SystemTime::now()"]),
    ("config", &["env::var("]),
    ("cli", &["println!(", "print!("]),
];

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(source_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Room and text (without comments) of every file below `src`.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    source_files(&root)
        .into_iter()
        .filter_map(|path| {
            let inside = path.strip_prefix(&root).unwrap();
            let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
            let room = first.trim_end_matches(".rs").to_owned();
            let text: String = std::fs::read_to_string(&path)
                .unwrap()
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .map(|line| format!("{line}\n"))
                .collect();
            (room != "lib").then(|| (room, inside.to_owned(), text))
        })
        .collect()
}

fn rooms_named(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for rest in text.split("crate::").skip(1).chain(text.split("afterword::").skip(1)) {
        if let Some(group) = rest.strip_prefix('{') {
            let group = group.split('}').next().unwrap();
            named.extend(group.split(',').map(|it| head(it.trim())));
        } else {
            named.insert(head(rest));
        }
    }
    named.retain(|name| ROOMS.iter().any(|(room, _)| room == name));
    named
}

fn head(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn every_arrow_between_rooms_is_in_the_table() {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    let mut wrong = Vec::new();
    for (room, path, text) in sources() {
        let Some(may) = allowed.get(room.as_str()) else {
            wrong.push(format!("{}: the room {room} is not in the table", path.display()));
            continue;
        };
        for named in rooms_named(&text) {
            if named != room && !may.contains(&named.as_str()) {
                wrong.push(format!("{}: {room} names {named}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_circle() {
    let mut left: BTreeMap<&str, BTreeSet<&str>> =
        ROOMS.into_iter().map(|(room, may)| (room, may.iter().copied().collect())).collect();
    while let Some(free) = left.iter().find(|(_, may)| may.is_empty()).map(|(room, _)| *room) {
        left.remove(free);
        for may in left.values_mut() {
            may.remove(free);
        }
    }
    assert!(left.is_empty(), "rooms in a circle: {:?}", left.keys());
}

#[test]
fn no_room_uses_what_it_must_not() {
    let forbidden: BTreeMap<&str, &[&str]> = FORBIDDEN.into_iter().collect();
    let mut wrong = Vec::new();
    for (room, path, text) in sources() {
        for name in forbidden.get(room.as_str()).copied().unwrap_or_default() {
            let parts: Vec<&str> = text.split(&format!("{name}::")).collect();
            let uses = parts.split_last().is_some_and(|(_, before)| {
                before.iter().any(|text| {
                    !text.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                })
            });
            if uses {
                wrong.push(format!("{}: {room} uses {name}", path.display()));
            }
        }
        for (owner, words) in ONLY_IN {
            for word in words {
                if room != owner && text.contains(word) {
                    wrong.push(format!("{}: only {owner} may use {word}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
