//! The health routes, and the command that asks them.

use crate::harness::{Answer, Config, Harness, run};

#[tokio::test]
async fn health_tells_whether_the_gateway_is_ready() {
    let mut harness =
        Harness::with(Config { server: "drain_s = 30\n".to_owned(), ..Config::default() }).await;
    let admin = harness.gateway.admin_url.clone();
    let health = |route: &str| run(&["health", "--url", &format!("{admin}{route}")], harness.dir());
    for route in ["/livez", "/startupz", "/readyz"] {
        let asked = health(route);
        assert_eq!(asked.status.code(), Some(0), "{}", String::from_utf8_lossy(&asked.stderr));
    }
    harness.gateway.terminate();
    harness.once_draining().await;
    let asked = health("/readyz");
    assert_eq!(asked.status.code(), Some(1));
    let told = String::from_utf8_lossy(&asked.stderr);
    assert!(told.contains("503") && told.contains("about to stop"), "{told}");
    let url = format!("{admin}/readyz");
    let asked = run(&["health", "--json", "--url", &url], harness.dir());
    assert_eq!(asked.status.code(), Some(1));
    let printed: serde_json::Value = serde_json::from_slice(&asked.stdout).unwrap();
    assert_eq!((&printed["url"], &printed["status"]), (&url.into(), &503.into()), "{printed}");
    assert!(printed["detail"].as_str().unwrap().contains("about to stop"), "{printed}");
    assert_eq!(health("/livez").status.code(), Some(0));
    harness.gateway.stop();
    let asked = run(&["health", "--url", &format!("{admin}/readyz")], harness.dir());
    assert_eq!(asked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&asked.stderr).contains("does not answer"));
}

impl Harness {
    /// Waits until the gateway is no longer ready.
    async fn once_draining(&self) {
        let begun = std::time::Instant::now();
        let url = format!("{}/readyz", self.gateway.admin_url);
        while Answer::to(self.client.get(&url)).await.status == 204 {
            assert!(begun.elapsed() < crate::harness::TIMEOUT, "the gateway stays ready");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}
