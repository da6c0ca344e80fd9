//! What is wrong with the plans: told once to whoever wants to hear of it.

use std::collections::BTreeMap;

use super::duties::post;
use super::{Duties, Plans, wait_for};
use crate::clock;
use crate::error::Result;
use crate::finding::{Finding, Severity, Subject};
use crate::id::PartyId;
use crate::load::hides_more;
use crate::model::{Kind, NoticeKind, Programme};
use crate::record::Record;
use crate::schedule::{Duty, FindingKey, Found, Gone, Known, found};

/// Something that is wrong with the plans: an error that nobody accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What makes it this and no other.
    pub key: FindingKey,
    /// What it says.
    pub message: String,
    /// Where, such as `plans/payments.yaml:12`, if it stands somewhere.
    pub place: Option<String>,
    /// Who sees to what it is about, where that is stated.
    pub who: Option<PartyId>,
}

impl Plans {
    /// Whether anybody is to be told what is wrong with the plans.
    pub fn tells_what_is_wrong(&self) -> bool {
        let organization = self.loaded.programme.organization.as_ref();
        let mut notices = organization.into_iter().flat_map(|it| &it.notices);
        notices.any(|notice| notice.tells(NoticeKind::Finding))
    }

    /// Everything that is wrong with them.
    pub fn wrong(&self, record: &Record) -> Vec<Wrong> {
        let analysis = self.analyse(record);
        let findings = self.findings(&analysis, record);
        self.told_as(findings.iter())
    }

    /// Why not all of them can be read.
    pub fn unreadable(&self) -> Vec<Wrong> {
        self.told_as(self.loaded.findings.iter().filter(|it| hides_more(it)))
    }

    /// The errors among findings; of those that are one by their key the first, and how many more.
    fn told_as<'f>(&self, findings: impl Iterator<Item = &'f Finding> + Clone) -> Vec<Wrong> {
        let is_wrong = |it: &&Finding| it.severity == Severity::Error && it.counts();
        let errors = findings.filter(is_wrong);
        let sources = &self.loaded.sources;
        let places = sources.locate(errors.clone().filter_map(|it| it.place.as_ref()));
        let mut all: BTreeMap<FindingKey, (Wrong, usize)> = BTreeMap::new();
        for finding in errors {
            let located = finding.place.as_ref().and_then(|place| places.get(place));
            let file = located.map(|it| it.source.path.as_str());
            let key = FindingKey {
                check: finding.check.to_owned(),
                about: about(finding.subject.as_ref(), file),
            };
            let wrong = || Wrong {
                key: key.clone(),
                message: finding.message.clone(),
                place: located.map(|it| format!("{}:{}", it.source.path, it.start.line)),
                who: owner(&self.loaded.programme, finding.subject.as_ref()).cloned(),
            };
            all.entry(key.clone()).or_insert_with(|| (wrong(), 0)).1 += 1;
        }
        let counted = all.into_values().map(|(mut wrong, count)| {
            if count > 1 {
                wrong.message += &format!(" (and {} more of this kind)", count - 1);
            }
            wrong
        });
        counted.collect()
    }
}

impl Duties {
    /// Posts what is newly wrong with the plans to whoever is to hear it, and writes down what was
    /// told and what is gone; the record is what [`tick`](Self::tick) has left. Where nobody is to
    /// hear of it, nothing is written.
    ///
    /// # Errors
    /// As for [`tick`](Self::tick).
    pub fn tell_what_is_wrong(
        &mut self,
        plans: &Plans,
        (wrong, known): (&[Wrong], Known),
        record: &Record,
    ) -> Result<Vec<Duty>> {
        if !plans.tells_what_is_wrong() {
            return Ok(Vec::new());
        }
        let at = clock::now()?.wall;
        let (new, gone) = found(wrong.iter().map(|it| &it.key), known, &record.duties);
        let (mut duties, mut outgoing) = (Vec::new(), Vec::new());
        for wrong in wrong.iter().filter(|it| new.contains(&it.key)) {
            let addressed = plans.finding(wrong, at);
            let told = post(addressed, &mut outgoing);
            duties.push(Duty::Found(Found {
                finding: wrong.key.clone(),
                message: wrong.message.clone(),
                told,
                at,
            }));
        }
        for finding in gone {
            let keys = told_of(&finding, &record.duties);
            post(
                self.over(plans, keys, "it is not wrong any more")?,
                &mut outgoing,
            );
            duties.push(Duty::Gone(Gone { finding, at }));
        }
        if !duties.is_empty() {
            wait_for(self.store.add_duties(&duties, &outgoing))?;
        }
        Ok(duties)
    }
}

/// The keys of the messages by which people were last told of a finding.
fn told_of<'r>(finding: &FindingKey, register: &'r [Duty]) -> &'r [String] {
    let told = register.iter().rev().find_map(|duty| match duty {
        Duty::Found(it) if it.finding == *finding => Some(it.told.keys()),
        _ => None,
    });
    told.unwrap_or_default()
}

/// What a finding is about, as one piece of text: a thing of the plans, else its file.
fn about(subject: Option<&Subject>, file: Option<&str>) -> String {
    match (subject, file) {
        (Some(subject), _) if subject.kind == Kind::Organization => subject.kind.word().to_owned(),
        (Some(subject), _) => format!("{}:{}", subject.kind.word(), subject.id),
        (None, Some(file)) => file.to_owned(),
        (None, None) => "the plans".to_owned(),
    }
}

/// Who sees to what a finding is about.
fn owner<'p>(programme: &'p Programme, subject: Option<&Subject>) -> Option<&'p PartyId> {
    let Subject { kind, id } = subject?;
    match kind {
        Kind::Communication => programme.communications.get(id)?.owner.as_ref(),
        Kind::Drill => programme.drills.get(id)?.lead.as_ref(),
        Kind::Function => programme.functions.get(id)?.owner.as_ref(),
        Kind::Procedure => programme.procedures.get(id)?.owner.as_ref(),
        Kind::Risk => programme.risks.get(id)?.owner.as_ref(),
        Kind::Site => programme.sites.get(id)?.owner.as_ref(),
        Kind::System => programme.systems.get(id)?.owner.as_ref(),
        Kind::Vendor => programme.vendors.get(id)?.owner.as_ref(),
        _ => None,
    }
}
