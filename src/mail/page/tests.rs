//! The page holds what it says and nothing to load or to run.

use super::*;
use crate::domain::story::{Dated, Stage};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn story(position: &str) -> Story {
    let dated = |day: &str, step| Dated { day: date(day), step };
    Story {
        employer: "Acme".to_owned(),
        position: position.to_owned(),
        stage: Stage::Waiting,
        steps: vec![
            dated("2026-11-02", Step::Recorded),
            dated("2026-11-24", Step::Interview),
            dated("2026-11-24", Step::Answer),
            dated("2026-12-04", Step::PromisedFor),
        ],
        words: vec![],
        answer_days: vec![3, 9],
    }
}

fn made(stories: &[Story]) -> String {
    let title = "Week 50".to_owned();
    let text = "<script>alert(1)</script>".to_owned();
    page(&Page { title, text, stories, today: date("2026-12-14"), ..Page::default() })
}

#[test]
fn a_page_runs_nothing_and_loads_nothing() {
    let page = made(&[story("<img src=x onerror=y>")]);
    for part in ["<script", "<img", "http:", "https:", "url(", "@import", "javascript:"] {
        assert!(!page.contains(part), "{part}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_drawing_says_in_words_what_it_shows() {
    let page = made(&[story("Analyst")]);
    for words in ["since Mon 2 Nov", "interview Tue 24 Nov", "they said by Fri 4 Dec", "9 days"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("<svg viewBox=") && page.contains("role=\"img\""));
}

#[test]
fn marks_of_one_day_stand_apart_and_inside() {
    let drawn = draw(&story(""), &Page { stories: &[story("")], ..Page::default() });
    let places: Vec<i64> = drawn.marks.iter().map(|mark| mark.x).collect();
    assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 22), "{places:?}");
    assert!(places.iter().all(|x| (0..=WIDTH).contains(x)), "{places:?}");
}

#[test]
fn a_day_in_a_cell_is_not_broken() {
    let table = Table {
        title: "Contacts".to_owned(),
        headings: vec!["Date", "Result"],
        rows: vec![vec!["2026-11-24".to_owned(), "rejection (2026-12-01)".to_owned()]],
    };
    let page = page(&Page { table: Some(&table), today: date("2026-12-14"), ..Page::default() });
    let cell = ">rejection <span class=\"day\">(2026-12-01)</span></td>";
    assert!(page.contains(cell) && page.contains(", .day { white-space: nowrap; }"), "{page}");
    let whole = |text| parts(text).iter().map(|part| part.whole).collect::<Vec<_>>();
    assert_eq!(whole("(2026-12-01); on 2026-12-02, at 12-01"), [true, false, true, false, false]);
    assert_eq!(whole(""), [false; 0]);
}
