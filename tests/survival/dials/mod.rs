//! Calls are dialled at most once for each idempotency key, whatever fails and whichever process is killed. The ledger
//! of the simulator counts the dials.

mod check;
mod disturbance;
mod live;
mod matched;
mod stopped;
mod totals;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use fastrand::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::time::sleep;

use crate::{
    caller::{CallerRequest, POLL_INTERVAL, is_transient},
    harness::{self, Answer, Config},
    scale::Scale,
    site::{Site, text},
    vendor_bodies,
};

use self::disturbance::Disturbance;

pub use self::{
    live::many_at,
    matched::{by_list, by_number},
    stopped::before_the_dial,
    totals::print_totals,
};

/// The vendor's operation that places a call.
const DIAL: &str = "placeCall";
/// The last two digits of the called numbers: the calls of these stories end by themselves within 6 seconds.
const STORIES: [&str; 7] = ["01", "02", "03", "04", "05", "06", "10"];
/// The time for which a placement is repeated before the next one begins. A placement without a final answer is
/// repeated again after all others.
const PATIENCE: Duration = Duration::from_millis(1500);

/// A request to dial.
struct Dial {
    key: String,
    number: String,
    ask: CallerRequest,
}

/// A request to dial with its answer.
struct Dialled {
    key: String,
    number: String,
    answer: Answer,
}

/// Places calls at one vendor from one process, with faults and kills. At full length, the trials of all vendors
/// together have 2,000 placements and 104 kills.
pub async fn at(vendor: Vendor, scale: Scale) {
    let site = Site::start(hasty(String::new())).await;
    place_many(site, &[vendor], scale.choose((14, 3), (250, 13)), scale).await;
}

/// Places calls at several vendors with two processes on one store. At full length, there are 320 placements and 56
/// kills.
pub async fn over_two_replicas(scale: Scale, url: String) {
    let site = Site::pair(hasty(url)).await;
    let short = [Vendor::AUTOCALLS_2026, Vendor::QCALL];
    let vendors = scale.choose(&short[..], &Vendor::ALL[..]);
    place_many(site, vendors, scale.choose((6, 2), (40, 7)), scale).await;
}

/// Returns a configuration without long waits, so that most races can happen.
fn hasty(store: String) -> Config {
    Config {
        vendors: format!("timeout_s = 1\nattempt_timeout_s = 1\nlate_s = 2\n{UNLIMITED}"),
        tables: "[writes]\nwait_s = 5\npoll_s = 0\n\
                 [calls]\nprefixes = [\"+1555\"]\nper_number_per_day = 3\ndial_gap_s = 1\nfollow_s = 0.5\nsweep_s = 2\n\
                 lost_after_s = 15\n"
            .into(),
        store,
        log: "info".into(),
        ..Config::default()
    }
}

/// The settings of a vendor without limits on calls, and with a circuit that closes soon.
const UNLIMITED: &str = "breaker_open_s = 0.1\nbreaker_longest_s = 0.4\nmax_live = 10000\nper_minute = 100000\n\
                         per_day = 1000000\n";

/// Places calls at each vendor. `counts` has the number of placements, and how many of them kill the first gateway.
async fn place_many(mut site: Site, vendors: &[Vendor], counts: (usize, usize), scale: Scale) {
    let mut random = Rng::with_seed(scale.seed);
    for (place_of_vendor, vendor) in vendors.iter().enumerate() {
        // The limit on the calls to a number counts those of all vendors.
        let first = 10_000 + 1_000 * place_of_vendor;
        let body = dial_body(&site, *vendor).await;
        let mut course: VecDeque<_> = disturbance::course(counts.0, counts.1, &mut random).into();
        let (mut dialled, mut open, mut placed) = (Vec::new(), Vec::new(), 0);
        while let Some(disturbance) = course.pop_front() {
            let number = format!("+1555{:05}{}", first + placed, STORIES[random.usize(..STORIES.len())]);
            placed += 1;
            let dial = Dial::to(&number, &body, &mut random);
            disturbance.order(&site, *vendor).await;
            match place(&mut site, &dial, &mut random).await {
                Some(answer) => dialled.push(dial.answered(answer)),
                None => open.push(dial),
            }
            let is_struck = disturbance.is_struck(&site).await;
            totals::note(&disturbance, is_struck);
            // Each kill must happen. A kill that struck no dial is ordered again for a later placement. The limit on
            // placements suffices, because an open circuit closes soon.
            if !is_struck && matches!(disturbance, Disturbance::Kill(_)) && placed < 3 * counts.0 {
                course.push_back(disturbance);
            }
            // An order that the dial did not reach must not strike the next request.
            site.harness.clear_faults().await;
        }
        site.harness.vendors.control(Method::DELETE, "/held", None).await.expect(204);
        for dial in open {
            let answer = site.caller().send_until_answered(&dial.ask).await;
            dialled.push(dial.answered(answer));
        }
        check::holds(&site, *vendor, &dialled).await;
    }
}

impl Dial {
    /// Makes a request with a new key.
    fn to(number: &str, body: &Value, random: &mut Rng) -> Self {
        let key = format!("dial-{number}-{:x}", random.u32(..));
        let body = harness::with(body.clone(), json!({ "to": { "phone_number": number } }));
        let ask = CallerRequest::new(Method::POST, "/v1/calls", body).key(&key);
        Self { key, number: number.to_owned(), ask }
    }

    fn answered(self, answer: Answer) -> Dialled {
        Dialled { key: self.key, number: self.number, answer }
    }
}

/// Creates an agent and returns the body of a dial without the number.
async fn dial_body(site: &Site, vendor: Vendor) -> Value {
    let caller = site.caller();
    let agent = vendor_bodies::agent(vendor, "Dialler", "Call once.");
    let agent = harness::with(agent, json!({ "direction": "outbound" }));
    let create = CallerRequest::new(Method::POST, "/v1/agents", agent).key(format!("agent-{vendor}"));
    let made = caller.send_until_answered(&create).await;
    assert!(matches!(made.status, 201 | 202), "{vendor}: {}", made.text);
    let mut body = json!({ "agent_id": made.body["id"] });
    if let Some(number) = required_number(site, vendor).await {
        body["from"] = json!({ "phone_number_id": number });
    }
    body
}

/// Returns the id of a phone number of the vendor's catalogue if the vendor needs one to call from.
async fn required_number(site: &Site, vendor: Vendor) -> Option<String> {
    if ![Vendor::ELEVENLABS, Vendor::VAPI, Vendor::RETELL].contains(&vendor) {
        return None;
    }
    let numbers = site.caller().read(format!("/v1/vendors/{vendor}/phone-numbers")).await;
    // The first number of Vapi is not active yet.
    let place = usize::from(vendor == Vendor::VAPI);
    Some(text(&numbers["data"][place]["id"]))
}

/// Sends a request to dial, sometimes twice concurrently, and repeats it with its key. Returns `None` if there is no
/// final answer yet, for example while the hold of a killed process lasts.
async fn place(site: &mut Site, dial: &Dial, random: &mut Rng) -> Option<Answer> {
    let begun = Instant::now();
    loop {
        let caller = site.caller();
        let answers = match random.bool() {
            true => {
                let (one, other) = tokio::join!(caller.ask(&dial.ask), caller.ask(&dial.ask));
                [one, other]
            }
            false => [caller.ask(&dial.ask).await, None],
        };
        if site.has_died() {
            site.survive().await;
        }
        let answer = answers.into_iter().flatten().find(|answer| !is_transient(answer));
        if answer.is_some() || begun.elapsed() > PATIENCE {
            return answer;
        }
        sleep(POLL_INTERVAL).await;
    }
}
