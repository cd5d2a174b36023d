//! What the demo prints, as a picture of a terminal for the README: an SVG that is light or dark
//! as its reader's screen is. Text in, text out; it knows which days are shown, and no other word
//! of the story.
//!
//! Surprising: nothing rests on how wide a letter is. Every line is one piece of text that begins
//! at the margin and keeps its blanks, so the columns stand in any font of fixed width.

/// What was typed, above what came of it.
const TYPED: &str = "$ afterword demo --yes";
/// An employer names a day; an answer comes before the message leaves; a message leaves.
const DAYS: [&str; 3] = ["Tue 24 Nov 2026", "Tue 1 Dec 2026", "Tue 8 Dec 2026"];
/// In the place of the other days.
const LEFT_OUT: &str = "  ⋮";
const WEEKDAYS: [&str; 7] = ["Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "];

/// Room for 80 columns of the widest usual font, and a margin on both sides.
const WIDTH: usize = 720;
const MARGIN: usize = 20;
/// From one line to the next.
const LEADING: usize = 19;
/// From the top of a line to where its letters stand.
const ASCENT: usize = 14;

const STYLE: &str = "\
rect { fill: #ffffff; stroke: #d0d7de }
text { fill: #1f2328; white-space: pre;
  font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, \"Liberation Mono\", monospace }
.day { font-weight: bold }
.not-printed { fill: #59636e }
@media (prefers-color-scheme: dark) {
  rect { fill: #0d1117; stroke: #3d444d }
  text { fill: #f0f6fc }
  .not-printed { fill: #9198a1 }
}";

/// The SVG, from everything that the demo printed.
pub fn picture(told: &str) -> String {
    let lines = shown(told);
    let height = 2 * MARGIN + lines.len() * LEADING;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" xml:space=\"preserve\">\n\
         <title>Three days of the demo</title>\n\
         <style>\n{STYLE}\n</style>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n",
        WIDTH - 1,
        height - 1
    );
    for (line, y) in lines.into_iter().zip((MARGIN + ASCENT..).step_by(LEADING)) {
        if !line.is_empty() {
            let class = class(line);
            let text = escaped(line);
            svg.push_str(&format!("<text x=\"{MARGIN}\" y=\"{y}\"{class}>{text}</text>\n"));
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The lines of the picture: what was typed, the chosen days whole, and a mark where others were.
fn shown(told: &str) -> Vec<&str> {
    let mut lines = vec![TYPED];
    let mut chosen = false;
    for line in told.lines() {
        if is_day(line) {
            chosen = DAYS.contains(&line);
            if chosen {
                lines.push(LEFT_OUT);
            }
        }
        if chosen {
            lines.push(line);
        }
    }
    lines.push(LEFT_OUT);
    lines
}

fn is_day(line: &str) -> bool {
    WEEKDAYS.iter().any(|weekday| line.starts_with(weekday))
}

fn class(line: &str) -> &'static str {
    match line {
        TYPED | LEFT_OUT => " class=\"not-printed\"",
        line if is_day(line) => " class=\"day\"",
        _ => "",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{escaped, picture};

    #[test]
    fn the_picture_has_the_chosen_days_whole_and_no_other() {
        let told = "\nBefore.\n\nMon 23 Nov 2026\n  09:00  you      begin.\n\n\
                    Tue 24 Nov 2026\n  16:30  Anna     hello\n\n  | Dear Jane,\n\n\
                    Mon 30 Nov 2026\n  08:00  mail     Week\n";
        let drawn = picture(told);
        let texts: Vec<&str> = drawn
            .lines()
            .filter(|line| line.starts_with("<text"))
            .map(|line| line.split_once('>').unwrap().1.strip_suffix("</text>").unwrap())
            .collect();
        let whole = ["Tue 24 Nov 2026", "  16:30  Anna     hello", "  | Dear Jane,"];
        assert_eq!(texts, [&["$ afterword demo --yes", "  ⋮"][..], &whole, &["  ⋮"]].concat());
    }

    #[test]
    fn no_word_of_a_mail_is_read_as_a_mark() {
        assert_eq!(escaped("<b> R&D &lt;"), "&lt;b&gt; R&amp;D &amp;lt;");
    }
}
