//! Small pictures of the summary for its HTML twin, made of table cells alone: they show on a phone
//! and in Outlook, and there is nothing to load. Colours never say anything alone: each cell has a
//! letter, and each strip its words below.

use chrono::{Days, NaiveDate};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;

use super::super::one;
use super::super::steps::{AMBER, BLUE, GREEN, GREY, LEGEND, VIOLET, mark, step_words};
use super::SummaryFacts;
use crate::domain::story::{Stage, Step, Story};

const FRAGMENT: &str = include_str!("pictures.html");
/// Cells of a strip.
const CELLS: u64 = 24;
/// How far back the strips go at most.
const WEEKS_BACK: u64 = 12;

#[derive(Debug, Serialize)]
struct Strip {
    name: String,
    cells: Vec<Cell>,
    /// Rows below for what fell into the days of one cell; most strips have none.
    more: Vec<Vec<Cell>>,
    words: String,
}

#[derive(Debug, Serialize)]
struct Cell {
    letter: &'static str,
    colour: &'static str,
    ahead: bool,
    today: bool,
}

#[derive(Debug, Serialize)]
struct Bar {
    label: &'static str,
    count: usize,
    /// Of the whole width, 0 to 100.
    percent: usize,
    colour: &'static str,
}

/// The pictures as a piece of HTML; empty if there is nothing to draw.
pub(super) fn draw(facts: &SummaryFacts) -> String {
    let open: Vec<&Story> = facts.stories.iter().filter(|it| it.stage != Stage::Closed).collect();
    if open.is_empty() {
        return String::new();
    }
    let (from, days) = span(&open, facts.today);
    let strips: Vec<Strip> = open.iter().map(|story| strip(story, from, days, facts)).collect();
    let mut environment = Environment::empty();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let drawn = environment.render_named_str(
        "pictures.html",
        FRAGMENT,
        context! {
            stages => Serde(stages(&open)),
            responses => Serde(responses(&facts.stories)),
            strips => Serde(strips),
            legend => LEGEND,
            from => super::super::day(from, facts.today).to_uppercase(),
        },
    );
    drawn.unwrap_or_default()
}

/// The first day of the strips, and how many days a cell has.
fn span(stories: &[&Story], today: NaiveDate) -> (NaiveDate, u64) {
    let days = stories.iter().flat_map(|story| &story.steps).map(|it| it.day);
    let earliest = today.checked_sub_days(Days::new(7 * WEEKS_BACK)).unwrap_or(today);
    let from = days.clone().min().unwrap_or(today).clamp(earliest, today);
    let last = days.max().unwrap_or(today).max(today);
    let last = last.min(today.checked_add_days(Days::new(28)).unwrap_or(today));
    let length = u64::try_from((last - from).num_days()).unwrap_or(0) + 1;
    (from, length.div_ceil(CELLS).max(1))
}

fn strip(story: &Story, from: NaiveDate, days: u64, facts: &SummaryFacts) -> Strip {
    let columns: Vec<Column> =
        (0..CELLS).map(|index| column(story, from, index * days, days)).collect();
    let rows = columns.iter().map(|it| it.steps.len()).max().unwrap_or(0);
    let row = |depth: usize| -> Vec<Cell> {
        columns.iter().map(|it| it.cell(depth, facts.today)).collect()
    };
    let name = match one(&story.position) {
        position if position.is_empty() => one(&story.employer),
        position => format!("{}, {position}", one(&story.employer)),
    };
    Strip {
        name,
        cells: row(0),
        more: (1..rows).map(row).collect(),
        words: step_words(&story.steps, facts.today).join(" · "),
    }
}

/// The days of one cell, and what happened in them, in its order and each kind once.
struct Column {
    first: NaiveDate,
    next: NaiveDate,
    steps: Vec<Step>,
}

impl Column {
    fn cell(&self, depth: usize, today: NaiveDate) -> Cell {
        let (letter, colour) = self.steps.get(depth).map_or(("", ""), |step| mark(*step));
        let today_here = self.first <= today && today < self.next;
        Cell { letter, colour, ahead: self.first > today, today: today_here }
    }
}

fn column(story: &Story, from: NaiveDate, after: u64, days: u64) -> Column {
    let first = from.checked_add_days(Days::new(after)).unwrap_or(from);
    let next = first.checked_add_days(Days::new(days)).unwrap_or(first);
    let mut steps = Vec::new();
    for dated in story.steps.iter().filter(|it| first <= it.day && it.day < next) {
        if dated.step != Step::Recorded && !steps.contains(&dated.step) {
            steps.push(dated.step);
        }
    }
    Column { first, next, steps }
}

fn stages(open: &[&Story]) -> Vec<Bar> {
    let words = |stage: Stage| match stage {
        Stage::Applied => ("applied", GREY),
        Stage::InterviewAhead => ("interview ahead", BLUE),
        Stage::Waiting => ("waiting", AMBER),
        Stage::YourTurn => ("your turn", GREEN),
        Stage::Offer => ("offer", VIOLET),
        Stage::Closed => ("closed", GREY),
    };
    let count = |stage: Stage| open.iter().filter(|story| story.stage == stage).count();
    let shown = Stage::OPEN.into_iter().map(|stage| (words(stage), count(stage)));
    bars(shown.filter(|(_, count)| *count > 0).collect())
}

/// How long answers to messages took.
fn responses(stories: &[Story]) -> Vec<Bar> {
    let days: Vec<i64> = stories.iter().flat_map(|story| story.answer_days.clone()).collect();
    if days.is_empty() {
        return Vec::new();
    }
    let spans =
        [("0-3 days", 0, 3), ("4-7 days", 4, 7), ("8-14 days", 8, 14), ("longer", 15, i64::MAX)];
    let count = |from: i64, to: i64| days.iter().filter(|it| (from..=to).contains(*it)).count();
    bars(spans.map(|(label, from, to)| ((label, BLUE), count(from, to))).into())
}

fn bars(counted: Vec<((&'static str, &'static str), usize)>) -> Vec<Bar> {
    let all: usize = counted.iter().map(|(_, count)| count).sum();
    let bar = |((label, colour), count): ((&'static str, &'static str), usize)| Bar {
        label,
        count,
        percent: (count * 100).checked_div(all).unwrap_or(0),
        colour,
    };
    counted.into_iter().map(bar).collect()
}
