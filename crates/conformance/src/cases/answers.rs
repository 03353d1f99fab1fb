//! Cases about exchanges and fixtures. Every exchange must begin with a request that the contract allows. The
//! adapter must read every fixture, or return the error that the fixture expects.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::json;
use switchboard_core::vendor::Reply;

use super::{CaseResult, cannot, ensure, passed};
use crate::{
    Vendor,
    conversation::{Conversation, Outcome, ReplayResult, replay},
    fixture::Fixture,
};

/// The maximum number of requests for which the suite searches for a fixture, before or after the tested answer.
const LONGEST: usize = 4;

/// The exchanges and fixtures of a vendor, with the contract against which they are checked.
pub struct Answers {
    pub vendor: Arc<Vendor>,
    pub conversations: Vec<Conversation>,
    pub fixtures: Vec<Fixture>,
}

/// Lists a case for each exchange and for each fixture.
pub fn trials(generation: &str, answers: Answers) -> Vec<Trial> {
    let answers = Arc::new(answers);
    let requests = answers.conversations.iter().enumerate().map(|(index, conversation)| {
        let (name, answers) = (format!("{generation}::request::{}", conversation.operation), answers.clone());
        Trial::ignorable_test(name, move || answers.begins_in_the_contract(index))
    });
    let fixtures = answers.fixtures.iter().enumerate().map(|(index, fixture)| {
        let (name, answers) = (format!("{generation}::answer::{}", fixture.name), answers.clone());
        Trial::ignorable_test(name, move || answers.is_understood(index))
    });
    requests.chain(fixtures).collect()
}

impl Answers {
    fn begins_in_the_contract(&self, index: usize) -> CaseResult {
        let conversation = self.conversations.get(index).ok_or("there is no such conversation")?;
        let exchange = (conversation.begin)()?;
        self.vendor.contract.check(exchange.first().ok_or("the vendor is asked nothing")?)?;
        passed()
    }

    fn is_understood(&self, index: usize) -> CaseResult {
        let fixture = self.fixtures.get(index).ok_or("there is no such fixture")?;
        let begins = |conversation: &&Conversation| conversation.operation == fixture.operation;
        let mut reached: Vec<_> =
            self.conversations.iter().filter(begins).map(|conversation| (conversation, Vec::new())).collect();
        if reached.is_empty() {
            // The first fixture of each operation usually leads on. Only if it does not, the others are tried too.
            for choices in [1, usize::MAX] {
                let on_the_way = |conversation| {
                    Some((conversation, self.way(conversation, &fixture.operation, choices, Vec::new())?))
                };
                reached = self.conversations.iter().filter_map(on_the_way).collect();
                if !reached.is_empty() {
                    break;
                }
            }
        }
        ensure!(!reached.is_empty(), "no exchange reaches the operation {}", fixture.operation);
        let mut understood = false;
        for (conversation, mut replies) in reached {
            replies.push(fixture.reply.clone());
            understood |= match &fixture.expect {
                Some(expected) => fails(self.hold(conversation, &replies)?, expected).map(|()| true)?,
                None => self.reads(conversation, &replies, &fixture.operation)?,
            };
        }
        if understood { passed() } else { cannot("No fixtures complete the exchange after this answer.") }
    }

    fn hold(&self, conversation: &Conversation, replies: &[Reply]) -> Result<ReplayResult<Outcome>, String> {
        let exchange = (conversation.begin)().map_err(|error| error.detail)?;
        Ok(replay(&*self.vendor.adapter, exchange, replies))
    }

    /// Finds the answers after `replies` with which the next request of an exchange belongs to `operation`, and returns
    /// all of them. Tries at most `choices` fixtures as the answer to each request. Returns `None` if the fixtures do not
    /// lead to that operation within [`LONGEST`] requests.
    fn way(
        &self,
        conversation: &Conversation,
        operation: &str,
        choices: usize,
        replies: Vec<Reply>,
    ) -> Option<Vec<Reply>> {
        let asked = self.asked(self.hold(conversation, &replies).ok()?)?;
        if asked == operation {
            return Some(replies);
        }
        if replies.len() + 1 >= LONGEST {
            return None;
        }
        self.successes(&asked).take(choices).find_map(|next| {
            let replies = [&replies[..], std::slice::from_ref(next)].concat();
            self.way(conversation, operation, choices, replies)
        })
    }

    /// Checks that the adapter understands the last of these answers. The exchange must end, and every value must be
    /// read. If no fixtures complete the exchange, its next request must belong to another operation, and the result is
    /// false.
    fn reads(&self, conversation: &Conversation, replies: &[Reply], operation: &str) -> Result<bool, String> {
        match self.hold(conversation, replies)? {
            ReplayResult::Failed(error) if conversation.may_be_over && error.means_gone() => Ok(true),
            ReplayResult::Failed(error) => Err(format!("it is treated as a failure: {error}")),
            ReplayResult::Done(said) => whole(&said).map(|()| true),
            ReplayResult::Waiting(next) => {
                let request = next.first().ok_or("the vendor is asked nothing")?;
                self.vendor.contract.check(request)?;
                match self.end(conversation, replies, LONGEST) {
                    Some(said) => whole(&said).map(|()| true),
                    None if self.vendor.contract.operation(request)?.id != operation => Ok(false),
                    None => Err("no fixture contains the last page".to_owned()),
                }
            }
        }
    }

    /// Replays at most `steps` more fixtures until the exchange ends, and returns its result. Returns `None` if no
    /// fixtures complete the exchange.
    fn end(&self, conversation: &Conversation, replies: &[Reply], steps: usize) -> Option<Outcome> {
        match self.hold(conversation, replies).ok()? {
            ReplayResult::Done(said) => Some(said),
            ReplayResult::Failed(error) if conversation.may_be_over && error.means_gone() => {
                Some(Outcome { found: false, unread: Vec::new() })
            }
            ReplayResult::Failed(_) => None,
            waiting => {
                let asked = self.asked(waiting).filter(|_| steps > 0)?;
                self.successes(&asked).find_map(|next| {
                    self.end(conversation, &[replies, std::slice::from_ref(next)].concat(), steps - 1)
                })
            }
        }
    }

    /// Returns the operation of the next request in an exchange. Returns `None` if the exchange has ended or failed, or
    /// if the request is not in the contract.
    fn asked(&self, course: ReplayResult<Outcome>) -> Option<String> {
        match course {
            ReplayResult::Waiting(next) => {
                Some(self.vendor.contract.operation(next.first()?).ok()?.id.clone())
            }
            ReplayResult::Done(_) | ReplayResult::Failed(_) => None,
        }
    }

    fn successes(&self, operation: &str) -> impl Iterator<Item = &Reply> {
        let fixtures = self.fixtures.iter();
        let answers =
            fixtures.filter(move |fixture| fixture.operation == operation && fixture.expect.is_none());
        answers.map(|fixture| &fixture.reply)
    }
}

fn whole(said: &Outcome) -> Result<(), String> {
    match said.unread.is_empty() {
        true => Ok(()),
        false => Err(format!("it is not read: {}", said.unread.join(", "))),
    }
}

fn fails(course: ReplayResult<Outcome>, expected: &str) -> Result<(), String> {
    match course {
        ReplayResult::Done(said) if expected == "not_found" && !said.found => Ok(()),
        ReplayResult::Failed(error) if expected == "not_found" && error.means_gone() => Ok(()),
        ReplayResult::Failed(error) if json!(error.kind) == expected => match error.vendor {
            Some(_) => Ok(()),
            None => Err("the error has no vendor failure".to_owned()),
        },
        ReplayResult::Failed(error) => Err(format!("it is {}, not {expected}", json!(error.kind))),
        ReplayResult::Done(_) | ReplayResult::Waiting(_) => {
            Err(format!("it is treated as a success, not as {expected}"))
        }
    }
}
