//! The faults that `.ci/planted` plants, one for every rule at least, still fit the code: what a
//! fault replaces stands exactly once in its file. Whether each is found is tried there, by hand.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_rule_has_a_fault_and_every_fault_can_be_planted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("tests/planted.toml")).unwrap();
    let table: toml::Table = toml::from_str(&text).unwrap();
    let mut rules = BTreeSet::new();
    for fault in table["fault"].as_array().unwrap() {
        let [rule, what, file, old, new] =
            ["rule", "what", "file", "old", "new"].map(|key| fault[key].as_str().unwrap());
        let code = std::fs::read_to_string(root.join(file)).unwrap();
        let count = code.matches(old).count();
        assert_eq!(count, 1, "{rule}, {what}: its text is {count} times in {file}");
        assert_ne!(old, new, "{rule}, {what}: it changes nothing");
        rules.insert(rule.to_owned());
    }
    let wanted: BTreeSet<String> = (1..=30).map(|number| format!("E{number:02}")).collect();
    assert_eq!(rules, wanted);
}
