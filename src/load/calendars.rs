//! Calendars get the days of the files they name, and schedules the days of their calendars.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::Fragment;
use super::ics;
use super::problem::{Complaint, Problems};
use super::source::Source;
use crate::finding::Finding;
use crate::model::{Calendar, DaysOff, Declared, Kind, Resolved};

/// How the name of a calendar file ends.
pub const CALENDAR_ENDING: &str = "ics";

/// The folder below which calendar files lie, beside those next to a plan file.
const FOLDER: &str = "plans/";

/// Whether a file is a calendar and no plan.
pub(super) fn is_calendar(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.eq_ignore_ascii_case(CALENDAR_ENDING)
}

/// The files, and what is wrong with those calendars that are no text.
type Files<'s> = (&'s [Source], BTreeMap<u32, Finding>);

/// Gives every schedule the days of its calendar; what cannot be read in one is a finding.
pub(super) fn resolve(fragments: &mut [Fragment], files: Files, findings: &mut Vec<Finding>) {
    let organization = fragments.iter().flat_map(|it| &it.organizations).next();
    let holidays = organization.map_or(&[][..], |organization| &organization.holidays);
    let general = Arc::new(DaysOff::of_organization(holidays));
    let mut known: BTreeMap<String, Arc<DaysOff>> = BTreeMap::new();
    for declared in fragments.iter().flat_map(|it| &it.calendars) {
        // Of one that is declared twice the first counts.
        if !known.contains_key(declared.id.as_str()) {
            let days = days(declared, &files, findings);
            known.insert(declared.id.as_str().to_owned(), Arc::new(days));
        }
    }
    for calendar in fragments.iter_mut().flat_map(|it| &mut it.calendars) {
        let days_off = known.get(calendar.value.id.as_str()).cloned();
        calendar.value.days_off = Resolved(days_off);
    }
    for drill in fragments.iter_mut().flat_map(|it| &mut it.drills) {
        let Some(schedule) = &mut drill.value.schedule else {
            continue;
        };
        schedule.days_off = Resolved(match &schedule.calendar {
            None => Some(Arc::clone(&general)),
            Some(id) => known.get(id.as_str()).cloned(),
        });
    }
}

/// The days of one calendar, with those of its file.
fn days(
    declared: &Declared<Calendar>,
    (files, refused): &Files,
    found: &mut Vec<Finding>,
) -> DaysOff {
    let mut days = DaysOff::of(declared);
    let Some(file) = &declared.file else {
        return days;
    };
    let said = |finding: Finding| finding.about(Kind::Calendar, declared.id.as_str());
    let Some(number) = find(file, &files[declared.at.file as usize].path, files) else {
        found.push(said(
            Complaint::CalendarUnreadable
                .finding(format!(
                    "there is no calendar file `{file}` in the plans folder"
                ))
                .at(declared.at.key("file"))
                .help("Put it beside this file or into `plans/`; its name ends in `.ics`."),
        ));
        return days;
    };
    if let Some(why) = refused.get(&number) {
        let finding = Complaint::CalendarUnreadable.finding(why.message.clone());
        let place = why.place.clone().unwrap_or_else(|| declared.at.key("file"));
        let help = "Fetch the calendar again from where it was published.";
        found.push(said(finding.at(place).help(help)));
        return days;
    }
    let mut problems = Problems::new(number);
    for day in ics::days(&files[number as usize].text, &mut problems) {
        days.add(day.day, &day.name);
        if !day.is_endless {
            days.lasts_until(day.day);
        }
    }
    found.extend(problems.finish().into_iter().map(said));
    days
}

/// The file that a name means: beside the plan that names it, in the folder of plans, or by its
/// whole path.
fn find(name: &str, beside: &str, files: &[Source]) -> Option<u32> {
    let folder = beside.rfind('/').map_or("", |at| &beside[..=at]);
    let name = name.trim_start_matches("./");
    let paths = [
        format!("{folder}{name}"),
        format!("{FOLDER}{name}"),
        name.to_owned(),
    ];
    let position = paths.iter().find_map(|path| {
        let is_meant = |file: &Source| file.path == *path && is_calendar(path);
        files.iter().position(is_meant)
    });
    position.and_then(|position| u32::try_from(position).ok())
}

#[cfg(test)]
mod tests {
    use crate::load::{File, load};

    fn file(path: &str, text: &str) -> File {
        File {
            path: path.to_owned(),
            content: Ok(text.as_bytes().to_vec()),
        }
    }

    fn plan(calendar: &str) -> File {
        let text = format!(
            "organization: {{name: A, holidays: [{{date: 2027-01-06, name: Epiphany}}]}}\n\
             calendars: [{{id: it, name: It, {calendar}}}]\n\
             drills:\n\
             - {{id: one, name: One, kind: tabletop, schedule: {{zone: UTC, from: 2027-01-01, \
               every: P1D, at: '06:00', calendar: it}}}}\n\
             - {{id: two, name: Two, kind: tabletop, schedule: {{zone: UTC, from: 2027-01-01, \
               every: P1D, at: '06:00'}}}}\n"
        );
        file("plans/ops/team.yaml", &text)
    }

    const ICS: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20270101\r\nSUMMARY:New \
                       Year\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    /// What the schedules of both drills say of a few days, and what is complained of.
    #[track_caller]
    fn check(files: Vec<File>, expected: [&str; 2], complaints: &[&str]) {
        let loaded = load(files);
        let told = loaded.programme.drills.iter().map(|drill| {
            let days_off = drill.schedule.as_ref().and_then(|it| it.days_off.as_ref());
            let days = ["2027-01-01", "2027-01-02", "2027-01-06"];
            let why = |day: &str| Some(days_off?.why(day.parse().ok()?)?.to_string());
            days.into_iter()
                .filter_map(why)
                .collect::<Vec<_>>()
                .join(", ")
        });
        assert_eq!(told.collect::<Vec<_>>(), expected);
        let ours = loaded
            .findings
            .iter()
            .filter(|it| it.check == "calendar-unreadable");
        let said: Vec<String> = ours
            .map(|it| {
                let place = it.place.as_ref().expect("it has a place");
                let at = loaded.sources.locate([place])[place].start.line;
                format!("{}:{at} {}", loaded.sources.path(place.file), it.message)
            })
            .collect();
        assert_eq!(said.len(), complaints.len(), "{said:?}");
        for (said, complaint) in said.iter().zip(complaints) {
            assert!(said.starts_with(complaint), "{said}");
        }
    }

    #[test]
    fn a_schedule_gets_the_days_of_its_calendar_or_of_the_organization() {
        let general = "a Saturday, `Epiphany`";
        let missing = "plans/ops/team.yaml:2 there is no calendar file";
        for path in ["plans/ops/gb.ics", "plans/gb.ics", "gb.ics"] {
            let wrong = format!("{path}:6 this event has no day");
            let files = vec![plan("file: gb.ics"), file(path, ICS)];
            check(files, ["`New Year`, a Saturday", general], &[&wrong]);
        }
        let days = "weekend: [friday], days: [{date: 2027-01-06, name: Off}]";
        check(vec![plan(days)], ["a Friday, `Off`", general], &[]);
        check(
            vec![plan("file: gb.ics")],
            ["a Saturday", general],
            &[missing],
        );
        check(
            vec![plan("file: team.yaml")],
            ["a Saturday", general],
            &[missing],
        );
    }

    #[test]
    fn a_calendar_that_is_no_text_counts_only_where_it_is_named() {
        let noise = || File {
            path: "plans/gb.ics".to_owned(),
            content: Ok(vec![0xff, 0, 1]),
        };
        let files = vec![plan("file: gb.ics"), noise()];
        check(
            files,
            ["a Saturday", "a Saturday, `Epiphany`"],
            &["plans/gb.ics:1 this is not"],
        );
        check(
            vec![plan("days: []"), noise()],
            ["a Saturday", "a Saturday, `Epiphany`"],
            &[],
        );
        assert_eq!(load(vec![noise()]).unread(), [""; 0]);
    }
}
