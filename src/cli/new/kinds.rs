//! What can be added to the plans, and which of its keys a command asks for.
//!
//! One more is one more entry here: questions, help and the words that are accepted come from the
//! schema of plan files.

use crate::model::Kind;

/// How a value on the command line stands in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// `true` or `false`.
    Truth,
    /// A list of texts; the flag may be given several times.
    List,
    /// A list of entries with one text each, under this key.
    Each(&'static str),
    /// A list of entries with two texts each, written `first:second`.
    Pair(&'static str, &'static str),
    /// A list of steps, each with an id that is counted.
    Steps,
}

/// One key that can be given.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The flag.
    pub flag: &'static str,
    /// The way to the key in the entry.
    pub at: &'static [&'static str],
    /// How it stands there.
    pub shape: Shape,
}

/// Something that can be added.
#[derive(Debug)]
pub struct Addition {
    /// What it is.
    pub kind: Kind,
    /// The word of the command.
    pub word: &'static str,
    /// The first line of its help.
    pub about: &'static str,
    /// What can be given, in the order in which it is asked.
    pub fields: &'static [Field],
}

macro_rules! additions {
    ($($kind:ident $word:literal $about:literal {
        $($flag:literal $($at:literal).+ $shape:expr;)*
    })+) => {
        /// Everything that can be added.
        pub const ADDITIONS: &[Addition] = &[$(Addition {
            kind: Kind::$kind,
            word: $word,
            about: $about,
            fields: &[$(Field { flag: $flag, at: &[$($at),+], shape: $shape },)*],
        },)+];
    };
}

use Shape::{Each, List, Pair, Steps, Text, Truth};

additions! {
    Team "team" "Add a team, with a plan file of its own" {
        "summary" "summary" Text;
        "lead" "lead" Text;
        "deputy" "deputy" Text;
    }
    Function "function" "Add something a team does that cannot stop for long" {
        "summary" "summary" Text;
        "owner" "owner" Text;
        "deputy" "deputy" Text;
        "mtpd" "mtpd" Text;
        "rto" "rto" Text;
        "rpo" "rpo" Text;
        "wrt" "wrt" Text;
        "mbco" "mbco" Text;
        "needs" "depends-on" Each("on");
        "workaround" "workaround"."how" Text;
        "holds" "workaround"."holds" Text;
    }
    System "system" "Add an application, data store, network or tool" {
        "summary" "summary" Text;
        "owner" "owner" Text;
        "tier" "tier" Text;
        "site" "site" Text;
        "vendor" "vendor" Text;
        "rto" "rto" Text;
        "rpo" "rpo" Text;
        "needs" "depends-on" Each("on");
        "holds-data" "holds-data" Truth;
        "strategy" "recovery"."strategy" Text;
        "likely" "recovery"."likely" Text;
        "worst" "recovery"."worst" Text;
        "procedure" "procedure" Text;
    }
    Vendor "vendor" "Add a supplier" {
        "supplies" "supplies" Text;
        "owner" "owner" Text;
        "contact" "contacts" Pair("by", "to");
        "contract" "contract"."reference" Text;
        "sla" "contract"."sla" Text;
        "restores-within" "restores-within" Text;
        "restoration-plan" "restoration-plan" Text;
        "alternative" "alternative" Text;
    }
    Role "role" "Add what somebody does in a disruption" {
        "summary" "summary" Text;
        "primary" "primary" Text;
        "alternate" "alternates" List;
        "successor" "succession" List;
        "skill" "skills" List;
    }
    Person "person" "Add a person and how to reach them" {
        "title" "title" Text;
        "site" "site" Text;
        "time-zone" "time-zone" Text;
        "contact" "contacts" Pair("by", "to");
        "verified-at" "verified-at" Text;
    }
    Risk "risk" "Add what could go wrong" {
        "summary" "summary" Text;
        "likelihood" "likelihood" Text;
        "impact" "impact" Text;
        "treatment" "treatment" Text;
        "measures" "measures" Text;
        "owner" "owner" Text;
        "affects" "affects" List;
        "scenario" "scenarios" List;
    }
    Scenario "scenario" "Add a disruption to prepare for" {
        "summary" "summary" Text;
        "class" "class" Text;
        "likelihood" "likelihood" Text;
        "impact" "impact" Text;
        "down-site" "takes-down"."sites" List;
        "down-system" "takes-down"."systems" List;
        "down-vendor" "takes-down"."vendors" List;
        "down-person" "takes-down"."people" List;
        "lasts" "lasts" Text;
        "procedure" "procedures" List;
        "activate-when" "activation" List;
        "stand-down-when" "stand-down" List;
    }
    Procedure "procedure" "Add the written steps that bring something back" {
        "summary" "summary" Text;
        "owner" "owner" Text;
        "step" "steps" Steps;
        "verified-at" "verified-at" Text;
    }
    Backup "backup" "Add a copy of data" {
        "of" "of" List;
        "copy" "kind" Text;
        "provider" "provider" Text;
        "site" "site" Text;
        "vendor" "vendor" Text;
        "every" "every" Text;
        "schedule" "schedule" Text;
        "retention" "retention" Text;
        "immutable" "immutable" Truth;
    }
    Drill "drill" "Add an exercise or test of the plan" {
        "kind" "kind" Text;
        "scenario" "scenario" Text;
        "scope" "scope" List;
        "objective" "objectives" List;
        "success" "success-criteria" List;
        "lead" "lead" Text;
        "every" "every" Text;
        "next" "next" Text;
    }
    Channel "channel" "Add a way by which Mainstay tells people something" {
        "mail-server" "with"."smtp"."host" Text;
        "from" "with"."smtp"."from" Text;
        "slack" "with"."slack"."webhook" Text;
        "teams" "with"."teams"."webhook" Text;
        "mattermost" "with"."mattermost"."webhook" Text;
        "ntfy" "with"."ntfy"."topic" Text;
        "pagerduty" "with"."pagerduty"."routing-key" Text;
        "script" "with"."script"."argv" List;
        "alternate" "alternate" Text;
        "exercise-only-to" "exercise-only-to" List;
    }
    Action "action" "Add what is to be done because of what a drill showed" {
        "observed" "observed" Text;
        "drill" "drill" Text;
        "run" "run" Text;
        "about" "about" List;
        "owner" "owner" Text;
        "due" "due" Text;
    }
}
