use super::*;

const FIRST: DraftKind = DraftKind::Attempt(AttemptNumber::First);
const SECOND: DraftKind = DraftKind::Attempt(AttemptNumber::Second);

fn file(language: &str, kind: &str, text: &str) -> TemplateFile {
    TemplateFile {
        path: PathBuf::from(format!("templates/{language}/{kind}.txt")),
        language: language.to_owned(),
        kind: kind.to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn what_is_printed_can_be_used_as_it_is() {
    for language in Language::ALL {
        for kind in DraftKind::ALL {
            let text = built_in(language, kind);
            let same = Templates::with(&[file(language.as_str(), file_name(kind), text)]).unwrap();
            assert_eq!(same.wordings, Templates::default().wordings);
            let several = if kind == DraftKind::ClosingNote { 1 } else { 2 };
            assert!(same.count(language, kind) >= several, "{language:?} {kind}");
        }
    }
}

#[test]
fn a_template_of_the_users_takes_the_place_of_ours() {
    let own = file("de", "second", "Hallo {{ first_name }},\n{{ you('Sie', 'du') }}\n");
    let templates = Templates::with(&[own]).unwrap();
    assert_eq!(templates.count(Language::German, SECOND), 1);
    assert_eq!(templates.count(Language::German, FIRST), 3);
}

#[test]
fn each_mistake_is_told_with_its_line_before_anything_is_written() {
    let cases = [
        (file("en", "first", "Dear {{ first_name }},\n\n{{ postion }}\n"), 3, "undefined"),
        (file("en", "first", "Dear {{ first_name }\n"), 1, "syntax error"),
        (file("en", "first", "fine\n===== two\nfine\n{{ x }}\n"), 4, "undefined"),
        (
            file(
                "en",
                "first",
                "{% for a in 'abc' * 9000 %}{% for b in 'abc' * 9000 %}{% endfor %}{% endfor %}",
            ),
            1,
            "",
        ),
        (file("en", "first", "{% if false %}text{% endif %}"), 1, "no text"),
        (file("en", "third", "text"), 1, "LANGUAGE/KIND"),
        (file("nl", "first", "text"), 1, "LANGUAGE/KIND"),
    ];
    for (file, line, what) in cases {
        let error = Templates::with(std::slice::from_ref(&file)).unwrap_err();
        assert_eq!(error.line, line, "{}: {error}", file.text);
        assert!(error.what.contains(what), "{}: {error}", file.text);
    }
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
    let error = Templates::with(&[file("en", "first", endless)]).unwrap_err();
    assert!(!error.what.is_empty());
}
