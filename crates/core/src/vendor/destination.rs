//! Destinations of requests: paths below the base URL, and URLs that the vendor returned.

use std::{borrow::Cow, fmt};

use url::Url;

/// The destination of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The path below the vendor's base URL. Each segment is percent-encoded as one segment.
    Path(Vec<Cow<'static, str>>),
    /// A URL that an earlier answer of the vendor granted.
    Granted(GrantedUrl),
}

impl Destination {
    /// Returns the segments of the path, or none for a granted URL.
    pub fn path(&self) -> &[Cow<'static, str>] {
        match self {
            Self::Path(segments) => segments,
            Self::Granted(_) => &[],
        }
    }
}

/// Writes the path, or the scheme and host of a granted URL.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(segments) => write!(f, "/{}", segments.join("/")),
            Self::Granted(url) => url.fmt(f),
        }
    }
}

/// An absolute URL that a vendor returned, such as the control URL of a call or the link of a recording.
///
/// Such a URL often grants access without a credential, so `Display` and `Debug` show only its scheme and
/// host. The transport sends a request to the URL only if the account [allows the
/// host](super::Account::allowed_hosts).
#[derive(Clone, PartialEq, Eq)]
pub struct GrantedUrl(Box<Url>);

impl GrantedUrl {
    /// Parses a URL from a vendor's answer. Returns `None` if the string is not an absolute URL with a host.
    pub fn parse(text: &str) -> Option<Self> {
        Url::parse(text).ok().filter(Url::has_host).map(|url| Self(Box::new(url)))
    }

    /// Returns the whole URL, including the portions that may be secret.
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for GrantedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}/…", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }
}

impl fmt::Debug for GrantedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
