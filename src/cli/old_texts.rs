//! What is said of texts that were removed by age. That something is gone is told in one sentence,
//! with what is still there.

use crate::domain::reason::plain_day;
use crate::service::view::{ApplicationView, Health};

/// Of one application.
pub fn of_one(view: &ApplicationView) -> Option<String> {
    let day = plain_day(view.texts_removed_at?.date_naive());
    Some(format!("Its texts were removed on {day}; what happened, and when, is kept."))
}

/// Of all.
pub fn of_all(health: &Health) -> Option<String> {
    let removed = health.texts_removed?;
    let last = plain_day(removed.last_at.date_naive());
    let whose = match removed.applications {
        1 => "1 application that ended".to_owned(),
        count => format!("{count} applications that ended"),
    };
    Some(format!("Old texts: removed of {whose}, last on {last}."))
}

/// Of those in a report.
pub fn in_report(applications: usize) -> Option<String> {
    let whose = match applications {
        0 => return None,
        1 => "1 of these applications".to_owned(),
        count => format!("{count} of these applications"),
    };
    Some(format!(
        "The texts of {whose} were removed by age, and names with them; every contact is listed."
    ))
}

#[cfg(test)]
mod tests {
    use super::in_report;

    #[test]
    fn a_report_says_of_how_many_the_texts_are_gone_and_nothing_of_none() {
        assert_eq!(in_report(0), None);
        for (count, begins) in
            [(1, "The texts of 1 of these applications were"), (3, "The texts of 3 of these")]
        {
            let said = in_report(count).unwrap();
            assert!(said.starts_with(begins), "{said}");
        }
    }
}
