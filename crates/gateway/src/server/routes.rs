//! Routes that can be replaced while requests are in flight.

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;

/// The routes of a listener. From its start to its end, a request uses the routes that were active when the server had
/// read its header. Clones share the routes.
#[derive(Clone)]
pub struct Routes(Arc<ArcSwap<Router>>);

impl Routes {
    /// Replaces the routes for all later requests.
    pub fn replace(&self, router: Router) {
        self.0.store(Arc::new(router));
    }

    /// Returns the routes for a request that begins now.
    pub fn now(&self) -> Router {
        Router::clone(&self.0.load())
    }
}

impl From<Router> for Routes {
    fn from(router: Router) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(router)))
    }
}
