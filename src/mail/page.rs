//! Pages to look at in a browser: the summary and the report as one file each, with the life of
//! every application as a drawing. No script, nothing to load, light and dark.
//!
//! A drawing is for the eye only: what it shows stands beside it in words, for everybody else.

use chrono::NaiveDate;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;

use super::compose::clean_line;
use super::wording::{LEGEND, Table, day, mark, pieces, step_name, step_words, word_line};
use crate::domain::kept_word::kept_of;
use crate::domain::story::{Step, Story, median};

const PAGE: &str = include_str!("page/page.html");
/// Width of a drawing in its own units.
const WIDTH: i64 = 360;
/// Room at both ends, for the marks.
const EDGE: i64 = 14;

/// What a page shows, from top to bottom; empty parts are left out.
#[derive(Debug, Clone, Default)]
pub struct Page<'a> {
    pub title: String,
    /// `de` where the words of the table are German.
    pub language: &'a str,
    /// The mail, as text.
    pub text: String,
    pub table: Option<&'a Table>,
    pub stories: &'a [Story],
    pub today: NaiveDate,
}

#[derive(Debug, Serialize)]
struct Drawn {
    name: String,
    marks: Vec<Mark>,
    today: i64,
    summary: String,
    steps: Vec<String>,
    words: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Mark {
    x: i64,
    letter: &'static str,
    colour: &'static str,
    title: String,
    square: bool,
}

#[derive(Debug, Serialize)]
struct Employer {
    name: String,
    kept: String,
    answers: String,
}

/// A part of a cell.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Part<'a> {
    text: &'a str,
    /// A day: browsers would break it at its hyphens.
    whole: bool,
}

/// The whole file.
#[must_use]
pub fn page(page: &Page<'_>) -> String {
    let mut environment = Environment::empty();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let drawn: Vec<Drawn> = page.stories.iter().map(|it| draw(it, page)).collect();
    let headings = page.table.map(|it| it.headings.clone()).unwrap_or_default();
    let rows = page.table.map(|it| it.rows.as_slice()).unwrap_or_default().iter();
    let rows: Vec<Vec<_>> = rows.map(|row| row.iter().map(|cell| parts(cell)).collect()).collect();
    let made = environment.render_named_str(
        "page.html",
        PAGE,
        context! {
            title => clean_line(&page.title, 200),
            language => if page.language.is_empty() { "en" } else { page.language },
            pieces => Serde(pieces(&page.text)),
            headings => headings,
            rows => Serde(rows),
            employers => Serde(employers(page.stories)),
            stories => Serde(drawn),
            width => WIDTH,
            legend => LEGEND,
        },
    );
    made.unwrap_or_default()
}

/// Takes the days of a cell out of the words around them: `(2026-12-01)`.
fn parts(cell: &str) -> Vec<Part<'_>> {
    let is_day = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_ascii_digit());
        word.parse::<NaiveDate>().is_ok()
    };
    let words = cell.split_inclusive(' ');
    words.map(|text| Part { text, whole: is_day(text) }).collect()
}

fn draw(story: &Story, page: &Page<'_>) -> Drawn {
    let days = || page.stories.iter().flat_map(|it| &it.steps).map(|it| it.day);
    let first = days().min().unwrap_or(page.today).min(page.today);
    let last = days().max().unwrap_or(page.today).max(page.today);
    let length = (last - first).num_days().max(1);
    let x = |on: NaiveDate| EDGE + (on - first).num_days() * (WIDTH - 2 * EDGE) / length;
    let marks = story.steps.iter().filter(|it| it.step != Step::Recorded).map(|it| {
        let (letter, colour) = mark(it.step);
        let title = format!("{} {}", step_name(it.step), day(it.day, page.today));
        Mark { x: x(it.day), letter, colour, title, square: it.step == Step::PromisedFor }
    });
    let words = story.words.iter().map(|word| clean_line(&word_line(word, page.today), 200));
    let summary = step_words(&story.steps, page.today).join(", ");
    // What became of a date they named is told below in a line of its own.
    let steps: Vec<_> =
        story.steps.iter().copied().filter(|it| it.step != Step::PromisedFor).collect();
    Drawn {
        name: name(story),
        marks: apart(marks.collect()),
        today: x(page.today),
        summary,
        steps: step_words(&steps, page.today),
        words: words.collect(),
    }
}

/// Marks of neighbouring days are moved apart, so that each letter can be read.
fn apart(mut marks: Vec<Mark>) -> Vec<Mark> {
    let mut least = i64::MIN;
    for mark in &mut marks {
        mark.x = mark.x.max(least);
        least = mark.x + 22;
    }
    let mut most = WIDTH - EDGE;
    for mark in marks.iter_mut().rev() {
        mark.x = mark.x.min(most);
        most = mark.x - 22;
    }
    marks
}

fn name(story: &Story) -> String {
    let employer = clean_line(&story.employer, 100);
    match clean_line(&story.position, 100) {
        position if position.is_empty() => employer,
        position => format!("{employer}, {position}"),
    }
}

/// What each employer promised and how long answers took, and all of them together.
fn employers(stories: &[Story]) -> Vec<Employer> {
    let mut names: Vec<&str> = stories.iter().map(|it| it.employer.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let row = |name: String, of: Vec<&Story>| {
        let (kept, all) = kept_of(of.iter().flat_map(|it| &it.words));
        let days = of.iter().flat_map(|it| it.answer_days.clone()).collect();
        let answers = match median(days) {
            None => "-".to_owned(),
            Some(1) => "1 day".to_owned(),
            Some(days) => format!("{days} days"),
        };
        let kept = if all == 0 { "-".to_owned() } else { format!("{kept} of {all}") };
        Employer { name, kept, answers }
    };
    let mut rows: Vec<Employer> = names
        .into_iter()
        .map(|name| {
            let of = stories.iter().filter(|it| it.employer == name).collect();
            row(clean_line(name, 100), of)
        })
        .collect();
    if rows.len() > 1 {
        rows.push(row("All together".to_owned(), stories.iter().collect()));
    }
    rows
}

#[cfg(test)]
mod tests;
