//! Answers to messages that ask for one.

use chrono::{DateTime, TimeDelta, Utc};

use super::place::place;
use super::returned::find;
use super::{Duties, Outbox, Plans, wait_for};
use crate::call::{Answered, Means, Response};
use crate::clock;
use crate::error::{Error, Result};
use crate::id::PersonId;
use crate::model::Answers;
use crate::notify::{Message, Mode, Reply, Signer};
use crate::schedule::Duty;
use crate::store::{self, Store};
use crate::workspace::Workspace;

/// How long after a message was posted it can be answered.
pub(super) const ANSWERED_FOR: TimeDelta = TimeDelta::days(30);

/// A message that asks for an answer, as it is shown to the one who was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The key of the message.
    pub key: String,
    /// Who was asked.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What it is about, in one line.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Whether it belongs to an exercise.
    pub is_exercise: bool,
}

impl Plans {
    /// Why nobody who is asked gets a link, where the plans say that links are sent.
    pub fn cannot_sign(&self) -> Option<String> {
        let organization = self.loaded.programme.organization.as_ref();
        let stated = organization.and_then(|organization| organization.answers.as_ref())?;
        Signer::new(stated, &self.workspace.root).err()
    }
}

impl Question {
    /// The question to which a link leads; nothing where it is not signed by us, or leads nowhere.
    ///
    /// # Errors
    /// When the key is not there, or messages cannot be read.
    pub fn of_link(
        workspace: &Workspace,
        stated: &Answers,
        token: &str,
    ) -> Result<Option<Question>> {
        let Some(key) = signer(stated, workspace)?.key(token) else {
            return Ok(None);
        };
        let question = Outbox::message(workspace, &key)?;
        let now = clock::now()?.wall;
        // Whoever has the link has the message; no more is told of why it is over.
        Ok(question.and_then(|message| Question::of(&message, now).ok()))
    }

    /// The question to which somebody replied; nothing where no such message is known, or the reply
    /// does not prove that it was sent to them.
    ///
    /// # Errors
    /// When the key is not there, or messages cannot be read.
    pub fn of_reply(plans: &Plans, reply: &Reply) -> Result<Option<Question>> {
        let organization = plans.loaded.programme.organization.as_ref();
        let Some(stated) = organization.and_then(|it| it.answers.as_ref()) else {
            return Ok(None);
        };
        let signer = signer(stated, &plans.workspace)?;
        let found = wait_for(async {
            let mut store = Store::read(&place(&plans.workspace)).await?;
            let found = find(&mut store, &reply.id).await?;
            store.close().await?;
            Ok(found)
        })?;
        let now = clock::now()?.wall;
        let found = found.filter(|(message, _)| signer.proves(&message.key, &reply.proof));
        Ok(found.and_then(|(message, _)| Question::of(&message, now).ok()))
    }

    /// The question that a message asks.
    ///
    /// # Errors
    /// `Conflict` when it asks none, or asked too long ago.
    fn of(message: &store::Message, now: DateTime<Utc>) -> Result<Question> {
        let refused = |why| {
            let what = format!("answer `{}`: {why}", message.key);
            Error::conflict(what).hint("`mainstay notify outbox` shows the messages.")
        };
        let body: Option<Message> = serde_json::from_str(&message.body).ok();
        let asked = body.filter(|body| body.asks);
        let asked = asked.and_then(|body| Some((body.to.first()?.clone(), body)));
        let Some((Some(person), to, body)) = asked.map(|(to, body)| (to.person.clone(), to, body))
        else {
            return Err(refused("it asks for no answer"));
        };
        if message.posted_at + ANSWERED_FOR < now {
            return Err(refused("it was asked too long ago"));
        }
        Ok(Question {
            key: message.key.clone(),
            person,
            name: to.name,
            title: body.title,
            text: body.text,
            is_exercise: body.mode != Mode::Live,
        })
    }
}

/// What tells whether an answer is one.
fn signer(stated: &Answers, workspace: &Workspace) -> Result<Signer> {
    let signer = Signer::new(stated, &workspace.root);
    signer.map_err(|why| Error::invalid(format!("verify an answer: {why}")))
}

impl Duties {
    /// Writes an answer down, unless it is the same as before.
    ///
    /// # Errors
    /// When it cannot be written, or the register cannot be relied upon.
    pub fn answer(&mut self, to: &Question, response: Response, by: Means) -> Result<Answered> {
        let duties = wait_for(self.store.duties())?;
        let own = duties.into_iter().filter_map(|duty| match duty {
            Duty::Answered(it) if it.key == to.key => Some(it),
            _ => None,
        });
        if let Some(last) = own.last().filter(|last| last.response == response) {
            return Ok(last);
        }
        let answered = Answered {
            key: to.key.clone(),
            person: to.person.clone(),
            response,
            by,
            at: clock::now()?.wall,
        };
        let duty = Duty::Answered(answered.clone());
        wait_for(self.store.add_duties(&[duty], &[]))?;
        Ok(answered)
    }

    /// The question that the message with a key asks.
    ///
    /// # Errors
    /// `NotFound` when there is no such message, `Conflict` when it asks nothing, or nothing of
    /// somebody.
    pub fn question(&mut self, key: &str, of: &PersonId) -> Result<Question> {
        let message = wait_for(self.store.message(key))?.ok_or_else(|| {
            Error::not_found(format!("find the message `{key}`"))
                .hint("`mainstay notify outbox` shows the messages.")
        })?;
        let question = Question::of(&message, clock::now()?.wall)?;
        if question.person == *of {
            return Ok(question);
        }
        let asked = &question.person;
        Err(
            Error::conflict(format!("answer `{key}` as `{of}`: it asks `{asked}`"))
                .hint("Everybody answers for themselves."),
        )
    }
}
