//! Routes that can be replaced while requests are on their way.

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;

/// The routes of a listener. Each request takes those of the moment at which its header was read, with everything behind
/// them, and keeps them to its end. Clones are the same routes.
#[derive(Clone)]
pub struct Routes(Arc<ArcSwap<Router>>);

impl Routes {
    /// What requests take from now on.
    pub fn replace(&self, router: Router) {
        self.0.store(Arc::new(router));
    }

    /// What a request takes that begins now.
    pub fn now(&self) -> Router {
        Router::clone(&self.0.load())
    }
}

impl From<Router> for Routes {
    fn from(router: Router) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(router)))
    }
}
