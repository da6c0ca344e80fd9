//! A year with everything that can stand out in it.

use chrono::{Days, NaiveTime};

use super::*;
use crate::load::testing::plan;
use crate::render::diagram::Theme;
use crate::schedule::planned;
use crate::time::Date;

const PLAN: &str = "
organization:
  name: A
  blackouts: [{name: 'Close <now>', from: 2026-12-15, to: 2027-01-10}]
  holidays: [{date: 2027-03-29, name: Easter Monday}]
drills:
  - {id: fire, name: 'Fire & flood', kind: tabletop, next: 2027-03-29}
  - id: restores
    name: Restores
    kind: functional
    schedule: {zone: UTC, from: 2027-01-01, every: P3M, at: '06:00', business-day: following}
  - id: weekly
    name: Weekly
    kind: functional
    schedule: {zone: UTC, from: 2027-11-01, every: P7D, at: '06:00'}
";

fn chart() -> Chart {
    let loaded = plan(PLAN);
    let first: NaiveDate = "2027-01-01".parse().expect("a day");
    let last: NaiveDate = "2027-12-31".parse().expect("a day");
    let eve = (first - Days::new(2)).and_time(NaiveTime::MIN).and_utc();
    let all = planned(&loaded.programme, (eve, Date(first)), last);
    Chart::new(&loaded.programme, (first, last), &all)
}

#[test]
fn the_table_says_what_stands_out() {
    let expected = "\
2027      Jan    Feb    Mar    Apr    May    Jun    Jul    Aug    Sep    Oct    Nov    Dec
restores  1!     .      .      1      .      .      1      .      .      1      .      .
fire      .      .      29!    .      .      .      .      .      .      .      .      .
weekly    .      .      .      .      .      .      .      .      .      .      5x     4x

2026-12-15 x nothing may be tested until 2027-01-10: Close <now>
2027-01-01 ! restores in `Close <now>`
2027-03-29 ! fire on `Easter Monday`
";
    assert_eq!(text(&chart()), expected);
}

#[test]
fn the_picture_is_whole_and_shows_every_day() {
    let chart = chart();
    let drawn = svg(&chart, Theme::Print);
    assert_eq!(drawn, svg(&chart, Theme::Print));
    assert!(drawn.contains("Fire &amp; flood: Monday, 29 March 2027, on `Easter Monday`"));
    // Two crosses and what they mean; every other day is a dot.
    assert_eq!(drawn.matches("class=\"cross\"").count(), 3);
    assert_eq!(drawn.matches("class=\"dot\"").count(), 3 + 9 + 1);
    assert!(drawn.contains("Close &lt;now&gt;: 2026-12-15 to 2027-01-10"));
    assert!(!drawn.contains("NaN"), "{drawn}");
}
