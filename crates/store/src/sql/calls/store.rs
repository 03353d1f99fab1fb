//! The implementation of [`CallStore`] for any engine.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use switchboard_core::error::Result;

use super::{
    Columns as _,
    claim::{self, ClaimCalls},
    count, dialling, find, get,
    leases::{self, ChangeLease},
    list::{self, Open, Start},
    listed::{self, NoteListed},
    read, read_count, read_dialling, read_expired, read_usage, transcripts, usage,
};
use crate::{
    CallCaps, CallCount, CallPosition, CallRow, CallSearch, CallStore, CapUsage, DiallingCall, ExpiredCall,
    FoundCall,
    sql::{Engine, SqlStore, Statement},
};

impl<E: Engine> SqlStore<E> {
    async fn find_calls(&self, statement: Statement) -> Result<Vec<FoundCall>> {
        self.read_all(statement).await?.iter().map(|found| find(found, &self.seal)).collect()
    }

    /// Chooses the index that a list follows.
    async fn choose_start(&self, search: &CallSearch) -> Result<Start> {
        if let Some(start) = list::obvious_start(search) {
            return Ok(start);
        }
        let mut fewest = None;
        for (column, value) in list::columns(search) {
            let found = self.read_one(list::sample(Self::DIALECT, column, value)).await?;
            let found = found.map_or(Ok(0), |found| found.whole("found"))?;
            if fewest.is_none_or(|(least, _)| found < least) {
                fewest = Some((found, column));
            }
        }
        Ok(fewest.map(|(_, column)| column))
    }
}

#[async_trait]
impl<E: Engine> CallStore for SqlStore<E> {
    async fn get(&self, id: &str) -> Result<Option<CallRow>> {
        let found = self.read_one(get(Self::DIALECT, id)).await?;
        found.map(|found| read(&found, &self.seal)).transpose()
    }

    async fn bound(&self, vendor: &str, remote_ids: &[String]) -> Result<Vec<FoundCall>> {
        match remote_ids {
            [] => Ok(Vec::new()),
            remote_ids => self.find_calls(list::bound(Self::DIALECT, vendor, remote_ids)).await,
        }
    }

    async fn list(
        &self,
        search: &CallSearch,
        after: Option<&CallPosition>,
        limit: u32,
    ) -> Result<Vec<FoundCall>> {
        let start = self.choose_start(search).await?;
        self.find_calls(list::list(Self::DIALECT, search, start, after, limit)).await
    }

    async fn live(&self, vendor: &str, after: Option<&CallPosition>, limit: u32) -> Result<Vec<FoundCall>> {
        self.find_calls(list::open(Self::DIALECT, vendor, Open::Live, after, limit)).await
    }

    async fn unmatched(
        &self,
        vendor: &str,
        after: Option<&CallPosition>,
        limit: u32,
    ) -> Result<Vec<FoundCall>> {
        self.find_calls(list::open(Self::DIALECT, vendor, Open::Unmatched, after, limit)).await
    }

    async fn claim(&self, hold: Duration, except: &[String], limit: u32) -> Result<Vec<CallRow>> {
        let checks_clock = self.call_clock.must_check();
        let claim = ClaimCalls { hold, except: except.to_vec(), limit, checks_clock };
        let claimed = self.write("claim", claim).await?;
        // An error would make every claim fail. A damaged call is due again when its hold expires.
        let readable = |call: Result<CallRow>| {
            call.inspect_err(|error| tracing::error!(%error, "failed to read a claimed call")).ok()
        };
        Ok(claimed.iter().map(|call| read(call, &self.seal)).filter_map(readable).collect())
    }

    async fn next_due(&self, except: &[String]) -> Result<Option<Duration>> {
        let next = self.read_all(claim::next_due(Self::DIALECT, except)).await?;
        let wait = next.first().map(|next| next.whole("wait")).transpose()?;
        Ok(wait.map(|wait| Duration::from_micros(wait.try_into().unwrap_or(0))))
    }

    async fn count(&self) -> Result<Vec<CallCount>> {
        self.read_as("count", count(Self::DIALECT)).await?.iter().map(read_count).collect()
    }

    async fn usage(&self, vendor: &str, peer: Option<&[u8]>, caps: &CallCaps) -> Result<Vec<CapUsage>> {
        let mut used = Vec::new();
        for (cap, limit, select) in usage(Self::DIALECT, vendor, peer, caps) {
            for found in self.read_as("count", select).await? {
                used.push(read_usage(cap, limit, &found)?);
            }
        }
        Ok(used)
    }

    async fn dialling(&self, vendor: &str, peer: &[u8]) -> Result<Option<DiallingCall>> {
        let found = self.read_one(dialling(Self::DIALECT, vendor, peer)).await?;
        found.map(|found| read_dialling(&found, &self.seal)).transpose()
    }

    async fn transcript(&self, call: &str) -> Result<Option<SecretString>> {
        let found = self.read_one(transcripts::get(Self::DIALECT, call)).await?;
        found.map(|found| transcripts::read(call, &found, &self.seal)).transpose()
    }

    async fn expired_transcripts(&self, limit: u32) -> Result<Vec<String>> {
        let found = self.read_all(transcripts::expired(Self::DIALECT, limit)).await?;
        found.iter().map(|found| found.text("call")).collect()
    }

    async fn expired(&self, age: Duration, limit: u32) -> Result<Vec<ExpiredCall>> {
        let found = self.read_all(list::expired(Self::DIALECT, age, limit)).await?;
        found.iter().map(read_expired).collect()
    }

    async fn listed_at(&self, vendor: &str) -> Result<Option<Timestamp>> {
        let found = self.read_one(listed::get(Self::DIALECT, vendor)).await?;
        found.map(|found| listed::read(vendor, &found)).transpose()
    }

    async fn note_listed(&self, vendor: &str, at: Timestamp) -> Result<()> {
        self.write("listed", NoteListed(listed::note(Self::DIALECT, vendor, at))).await
    }

    async fn acquire(&self, name: &str, holder: &str, time: Duration) -> Result<bool> {
        self.write("lease", ChangeLease(leases::acquire(Self::DIALECT, name, holder, time))).await
    }

    async fn renew(&self, name: &str, holder: &str, time: Duration) -> Result<bool> {
        self.write("lease", ChangeLease(leases::renew(Self::DIALECT, name, holder, time))).await
    }

    async fn release(&self, name: &str, holder: &str) -> Result<()> {
        self.write("lease", ChangeLease(leases::release(Self::DIALECT, name, holder))).await.map(drop)
    }
}
