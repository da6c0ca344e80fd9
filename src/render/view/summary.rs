//! One page for management: what is asked of them, how ready we are, the gaps, the signatures.

use serde::Serialize;
use serde_json::Value;

use super::calendar::{self, Due};
use super::context::Context;
use super::readiness::{self, Measure};
use super::value::{Figure, Mood, Named, counted};
use super::{Part, Section, decisions, shown};
use crate::checks;
use crate::finding::{Finding, Severity};
use crate::graph::objectives::Basis;
use crate::model::{Kind, Organization, Visibility};

pub const SECTION: Section = Section {
    id: "summary",
    title: "Summary for management",
    part: Part::Management,
    visibility: Visibility::Internal,
    serves: &["BC-02", "BC-33", "ISO 22301 9.3", "SP 800-34 PA"],
    keys: &[],
    missing: "",
    build,
};

#[derive(Serialize)]
struct Summary {
    headline: String,
    asks: Vec<Ask>,
    decisions: Vec<decisions::DecisionView>,
    decisions_more: Option<String>,
    severities: Vec<Count>,
    readiness: Vec<Measure>,
    dues: Vec<Due>,
    gaps: Vec<Gap>,
    gaps_more: Option<String>,
    signoff: SignOff,
}

/// Something that management is asked to do.
#[derive(Serialize)]
struct Ask {
    what: String,
    why: String,
}

/// How many findings of one severity there are.
#[derive(Serialize)]
struct Count {
    word: &'static str,
    figure: Figure,
    mood: Mood,
}

/// One complaint, however many places it has.
#[derive(Serialize)]
struct Gap {
    title: &'static str,
    anchor: String,
    count: usize,
    mood: Mood,
    example: String,
}

/// Who signs, in which order, and how many of them it takes.
#[derive(Serialize)]
struct SignOff {
    rule: String,
    signatories: Vec<Signatory>,
}

#[derive(Serialize)]
struct Signatory {
    order: usize,
    name: Named,
    signs_as: Option<String>,
    deputy: Option<Named>,
}

/// The most that fits one page.
const DECISIONS_MAX: usize = 3;
const GAPS_MAX: usize = 6;

fn build(context: &Context) -> Option<Value> {
    let mut decisions = decisions::list(context);
    let decisions_more = more(decisions.len(), DECISIONS_MAX, "decision", "decisions");
    let asks = asks(context, decisions.len());
    decisions.truncate(DECISIONS_MAX);
    let mut gaps = gaps(context);
    let gaps_more = more(gaps.len(), GAPS_MAX, "kind of gap", "kinds of gap");
    gaps.truncate(GAPS_MAX);
    let dues = context.organization().map(|o| calendar::dues(context, o));
    Some(shown(Summary {
        headline: headline(context),
        asks,
        decisions,
        decisions_more,
        severities: severities(context),
        readiness: readiness::measures(context),
        dues: dues.unwrap_or_default(),
        gaps,
        gaps_more,
        signoff: sign_off(context),
    }))
}

fn more(count: usize, shown: usize, one: &str, many: &str) -> Option<String> {
    let more = count.saturating_sub(shown);
    (more > 0).then(|| format!("{} more in the plan", counted(more, one, many)))
}

/// How things stand, and how much of that was ever measured.
fn headline(context: &Context) -> String {
    let own = &context.analysis.objectives.own;
    let systems = context.analysis.graph.systems();
    let bases: Vec<&Basis> = systems.map(|node| &own[node.at()].basis).collect();
    let count = |is: &Basis| bases.iter().filter(|basis| **basis == is).count();
    let proofs = bases.iter().filter_map(|basis| basis.measured_on());
    let (all, known) = (bases.len(), proofs.clone().count());
    let oldest = proofs.min();
    let oldest = oldest.map_or_else(String::new, |oldest| {
        let (on, ago) = (calendar::day(oldest), calendar::ago(oldest, context.today));
        format!("; the oldest proof is of {on}, {ago}")
    });
    let measured = match all {
        0 => String::new(),
        all => format!(
            " Of the recoveries this rests on, {known} of {all} were ever measured{oldest}{}.",
            weaker(count(&Basis::Assumed), count(&Basis::Unknown))
        ),
    };
    unread(context) + &prediction(context) + &measured
}

/// What the rest does not know of, if anything.
fn unread(context: &Context) -> String {
    match context.unread() {
        0 => String::new(),
        some => format!(
            "{} could not be read, so whatever is declared there is missing in this plan. ",
            counted(some, "file", "files")
        ),
    }
}

/// How many recoveries are weaker than a declared time.
fn weaker(assumed: usize, unknown: usize) -> String {
    let assumed = match assumed {
        0 => String::new(),
        1 => "; 1 is only assumed to meet its objective".to_owned(),
        some => format!("; {some} are only assumed to meet their objectives"),
    };
    match unknown {
        0 => assumed,
        some => format!("{assumed}; of {some} nothing is stated at all"),
    }
}

fn prediction(context: &Context) -> String {
    let functions = context.analysis.graph.functions();
    let (late, all) = functions.fold((0, 0), |(late, all), node| {
        (
            late + usize::from(!readiness::in_time(context, node)),
            all + 1,
        )
    });
    match (all, late) {
        (0, _) => "No critical function is declared yet; there is nothing to rely on.".to_owned(),
        (all, late) => format!(
            "If everything failed now, {} of {} would be back in time{}.",
            all - late,
            counted(all, "critical function", "critical functions"),
            if late > 0 {
                "; the others later, or nobody can say"
            } else {
                ""
            },
        ),
    }
}

fn asks(context: &Context, decisions: usize) -> Vec<Ask> {
    let mut asks = Vec::new();
    let mut ask = |what: String, why: String| asks.push(Ask { what, why });
    let proposed = proposed(context);
    let objectives = counted(proposed, "recovery objective is", "recovery objectives are");
    ask("Approve this plan".to_owned(), approval_words(context));
    if proposed > 0 {
        let why = format!("{objectives} proposed; nobody with the authority has agreed to them.");
        ask("Approve the recovery objectives".to_owned(), why);
    }
    if decisions > 0 {
        let what = format!("Decide {}", counted(decisions, "question", "questions"));
        ask(
            what,
            "They stand below and at the head of the plan, each with its options.".into(),
        );
    }
    let errors = open(context)
        .filter(|f| f.severity == Severity::Error)
        .count();
    if errors > 0 {
        let what = format!("Have {} mended", counted(errors, "error", "errors"));
        ask(
            what,
            "With an error the plan cannot work, or says something impossible.".into(),
        );
    }
    asks
}

/// How many objectives nobody has approved.
fn proposed(context: &Context) -> usize {
    let of = |rto: bool, rpo: bool| usize::from(rto) + usize::from(rpo);
    let functions = context.programme.functions.iter();
    let functions = functions.map(|f| of(f.rto.is_some(), f.rpo.is_some()));
    let systems = context.programme.systems.iter();
    let systems = systems.map(|s| of(s.rto.is_some(), s.rpo.is_some()));
    functions.chain(systems).sum()
}

fn approval_words(context: &Context) -> String {
    let dues = context.organization().map(|o| calendar::dues(context, o));
    let approval = dues.and_then(|dues| dues.into_iter().nth(1));
    match approval {
        Some(Due {
            last: Some(last),
            words,
            ..
        }) => {
            format!("Last approved on {last}; the next approval is {words}.")
        }
        _ => "It was never approved.".to_owned(),
    }
}

fn open<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Finding> {
    context
        .input
        .findings
        .iter()
        .filter(|finding| finding.counts())
}

fn severities(context: &Context) -> Vec<Count> {
    let words = [
        ("error", "errors", Mood::Gap),
        ("warning", "warnings", Mood::Attention),
        ("note", "notes", Mood::Fine),
        ("accepted", "accepted", Mood::Fine),
    ];
    let count = |(key, word, mood): (&str, &'static str, Mood)| {
        let figure = context.figure(&format!("findings.{key}"))?;
        let mood = if figure.value == 0 { Mood::Fine } else { mood };
        Some(Count { word, figure, mood })
    };
    words.into_iter().filter_map(count).collect()
}

/// The complaints, the worst and most frequent first.
fn gaps(context: &Context) -> Vec<Gap> {
    let mut gaps: Vec<(Severity, Gap)> = Vec::new();
    for finding in open(context).filter(|f| f.severity != Severity::Note) {
        let anchor = format!("check-{}", finding.check);
        if let Some((_, gap)) = gaps.iter_mut().find(|(_, gap)| gap.anchor == anchor) {
            gap.count += 1;
            continue;
        }
        let mood = if finding.severity == Severity::Error {
            Mood::Gap
        } else {
            Mood::Attention
        };
        let title = checks::find(finding.check).map_or(finding.check, |check| check.title);
        let example = decisions::sentence(&context.in_names(&finding.message));
        gaps.push((
            finding.severity,
            Gap {
                title,
                anchor,
                count: 1,
                mood,
                example,
            },
        ));
    }
    gaps.sort_by_key(|(severity, gap)| (std::cmp::Reverse((*severity, gap.count)), gap.title));
    gaps.into_iter().map(|(_, gap)| gap).collect()
}

/// Who signs the consolidated plan.
fn sign_off(context: &Context) -> SignOff {
    let rule = context
        .organization()
        .and_then(|o: &Organization| o.approval.as_ref());
    let approvers = rule.map_or(&[][..], |rule| &rule.approvers);
    let signatories: Vec<_> = (1..)
        .zip(approvers)
        .map(|(order, approver)| Signatory {
            order,
            name: context.named(Kind::Person, approver.person.as_str()),
            signs_as: approver.signs_as.clone(),
            deputy: approver
                .deputy
                .as_ref()
                .map(|deputy| context.person(deputy)),
        })
        .collect();
    let quorum = rule.and_then(|rule| rule.quorum);
    let rule = match (signatories.len(), quorum) {
        (0, _) => "Nobody is named to sign this plan.".to_owned(),
        (count, Some(quorum)) => format!(
            "Approved with {} of {count}, in this order; a deputy signs when the person cannot.",
            counted(
                usize::try_from(quorum).unwrap_or(usize::MAX),
                "signature",
                "signatures"
            ),
        ),
        (_, None) => "Approved when everybody has signed, in this order.".to_owned(),
    };
    SignOff { rule, signatories }
}
