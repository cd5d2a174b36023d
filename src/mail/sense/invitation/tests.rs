use super::*;

fn read(lines: &str) -> Option<Invitation> {
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{lines}END:VCALENDAR\r\n");
    invitation(&[text], chrono_tz::Europe::Berlin)
}

fn event(lines: &str) -> Invitation {
    read(&format!("METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:a1\r\n{lines}END:VEVENT\r\n")).unwrap()
}

fn times(lines: &str) -> (String, String) {
    let invitation = event(lines);
    let show = |time: Option<DateTime<Utc>>| {
        time.map(|time| time.format("%m-%d %H:%M").to_string()).unwrap_or_default()
    };
    (show(invitation.starts_at), show(invitation.ends_at))
}

#[test]
fn an_invitation_is_read_whole() {
    let invitation = event(
        "SEQUENCE:2\r\nSUMMARY:Interview Data Engineer\r\nSTATUS:CONFIRMED\r\n\
         ORGANIZER;CN=Anna Schmidt:MAILTO:Anna@acme.example\r\n\
         DTSTART:20261126T090000Z\r\nDTEND:20261126T093000Z\r\n",
    );
    assert_eq!(invitation.method, Some(InvitationMethod::Request));
    assert_eq!((invitation.uid.as_str(), invitation.sequence), ("a1", 2));
    assert_eq!(invitation.summary, "Interview Data Engineer");
    let organizer = invitation.organizer.unwrap();
    assert_eq!(organizer.to_string(), "Anna Schmidt <anna@acme.example>");
    assert!(!invitation.cancelled);
}

#[test]
fn times_are_read_in_the_zone_they_mean() {
    let custom = "BEGIN:VTIMEZONE\r\nTZID:Our Zone\r\nBEGIN:STANDARD\r\nDTSTART:16010101T020000\r\n\
        TZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n\
        DTSTART:16010101T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT\r\n\
        END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:z\r\nDTSTART;TZID=Our Zone:20260703T090000\r\nEND:VEVENT\r\n";
    let start = read(custom).unwrap().starts_at.unwrap();
    assert_eq!(start.to_rfc3339(), "2026-07-03T13:00:00+00:00");
    for (lines, start, end) in [
        ("DTSTART:20261126T090000Z\r\n", "11-26 09:00", "11-26 10:00"),
        ("DTSTART:20261126T090000\r\nDURATION:PT45M\r\n", "11-26 08:00", "11-26 08:45"),
        ("DTSTART;TZID=Eastern Standard Time:20261126T090000\r\n", "11-26 14:00", "11-26 15:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20260703T090000\r\n", "07-03 07:00", "07-03 08:00"),
        ("DTSTART;TZID=x_America/New_York:20260703T090000\r\n", "07-03 13:00", "07-03 14:00"),
        (
            "DTSTART;TZID=\"(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien\":20260703T090000\r\n",
            "07-03 07:00",
            "07-03 08:00",
        ),
        ("DTSTART;VALUE=DATE:20261126\r\n", "11-25 23:00", "11-26 23:00"),
        ("DTSTART:20261126T090000Z\r\nDTEND:20261125T090000Z\r\n", "11-26 09:00", "11-26 10:00"),
        ("", "", ""),
    ] {
        assert_eq!(times(lines), (start.to_owned(), end.to_owned()), "{lines}");
    }
}

#[test]
fn cancellations_and_replies_are_told_apart() {
    let with = |method: &str, status: &str| {
        read(&format!(
            "METHOD:{method}\r\nBEGIN:VEVENT\r\nUID:a\r\nSTATUS:{status}\r\nEND:VEVENT\r\n"
        ))
        .unwrap()
    };
    assert_eq!(with("cancel", "CONFIRMED").method, Some(InvitationMethod::Cancel));
    assert_eq!(with("REPLY", "CONFIRMED").method, Some(InvitationMethod::Reply));
    assert!(with("REQUEST", "CANCELLED").cancelled);
}

#[test]
fn of_several_versions_the_latest_counts() {
    let part = |sequence: u8, hour: u8| {
        format!(
            "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:a\r\nSEQUENCE:{sequence}\r\n\
             DTSTART:20261126T{hour:02}0000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    let found = invitation(&[part(1, 9), part(3, 11), part(2, 10)], chrono_tz::UTC).unwrap();
    assert_eq!(
        (found.sequence, found.starts_at.unwrap().to_rfc3339()),
        (3, "2026-11-26T11:00:00+00:00".into())
    );
}

#[test]
fn broken_files_are_survived() {
    for text in ["", "BEGIN:VCALENDAR", "nonsense", "BEGIN:VEVENT\r\nDTSTART:99999999T999999Z"] {
        let found = invitation(&[text.to_owned()], chrono_tz::UTC);
        assert!(found.is_none_or(|found| found.starts_at.is_none()), "{text}");
    }
}
