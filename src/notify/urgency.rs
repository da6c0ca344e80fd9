//! How urgent news is.

use super::Urgency;
use crate::news::News;

impl News<'_> {
    /// How urgent it is.
    pub fn urgency(&self) -> Urgency {
        match self {
            News::Reminder(..) | News::Begun(_) => Urgency::Low,
            News::Due(_) | News::Moved { .. } | News::Ended(..) | News::Finding { .. } => {
                Urgency::Normal
            }
            News::Overdue(_) | News::Missed(..) | News::Unanswered(_) | News::Waits(_) => {
                Urgency::High
            }
        }
    }
}
