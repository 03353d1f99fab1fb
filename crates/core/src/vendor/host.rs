//! Hosts to which an account may send requests with granted URLs.

use std::{
    borrow::Cow,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use url::{Host, Url};

use crate::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    vendor::GrantedUrl,
};

/// A host to which requests with a [`GrantedUrl`] may be sent.
///
/// A host that is allowed by name is reached by HTTPS on the standard port. A URL with an IP address is
/// allowed only if it has the origin of a configured URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    pattern: Pattern,
    signed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Exact(Cow<'static, str>),
    Below(Cow<'static, str>),
    Origin(Url),
}

impl AllowedHost {
    /// Allows the host with this name, which is written in lower case, such as `files.vapi.ai`.
    pub const fn exact(name: &'static str) -> Self {
        Self::new(Pattern::Exact(Cow::Borrowed(name)))
    }

    /// Allows all hosts below this domain, which is written in lower case, but not the domain itself. For
    /// example, `vapi.ai` allows `call.us.vapi.ai`, but neither `vapi.ai` nor `evil-vapi.ai`.
    pub const fn below(domain: &'static str) -> Self {
        Self::new(Pattern::Below(Cow::Borrowed(domain)))
    }

    /// Allows the origin of a configured URL: its scheme, host and port. If the scheme is `http`, only a
    /// loopback host is allowed.
    pub const fn origin_of(configured: Url) -> Self {
        Self::new(Pattern::Origin(configured))
    }

    const fn new(pattern: Pattern) -> Self {
        Self { pattern, signed: false }
    }

    /// Makes the transport sign requests to the host with the account's credential. By default, requests to
    /// an allowed host are sent without the credential.
    pub fn signed(self) -> Self {
        Self { signed: true, ..self }
    }

    /// Returns true if requests to the host are signed with the account's credential.
    pub fn is_signed(&self) -> bool {
        self.signed
    }

    fn fits_host(&self, url: &Url) -> bool {
        match (&self.pattern, url.host()) {
            (Pattern::Exact(name), Some(Host::Domain(host))) => host == *name,
            (Pattern::Below(domain), Some(Host::Domain(host))) => {
                let below = host.strip_suffix(domain.as_ref()).and_then(|rest| rest.strip_suffix('.'));
                below.is_some_and(|labels| !labels.is_empty())
            }
            (Pattern::Origin(configured), host) => configured.host() == host,
            (Pattern::Exact(_) | Pattern::Below(_), _) => false,
        }
    }

    fn fits_scheme(&self, url: &Url) -> bool {
        match &self.pattern {
            Pattern::Exact(_) | Pattern::Below(_) => url.scheme() == "https",
            Pattern::Origin(configured) => {
                configured.scheme() == url.scheme()
                    && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
            }
        }
    }

    fn fits_port(&self, url: &Url) -> bool {
        match &self.pattern {
            // The parser omits the standard port of the scheme.
            Pattern::Exact(_) | Pattern::Below(_) => url.port().is_none(),
            Pattern::Origin(configured) => configured.port() == url.port(),
        }
    }
}

/// Reads a host as an operator writes it: a name, such as `control.example.com`, or `*.example.com` for all hosts below
/// a domain. The error describes the defect.
impl FromStr for AllowedHost {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, pattern): (_, fn(Cow<'static, str>) -> Pattern) = match text.strip_prefix("*.") {
            Some(domain) => (domain, Pattern::Below),
            None => (text, Pattern::Exact),
        };
        // The parser of URLs accepts an asterisk in a name.
        let is_name = name.contains('.')
            && !name.ends_with('.')
            && !name.contains('*')
            && matches!(Host::parse(name), Ok(Host::Domain(parsed)) if parsed == name);
        if !is_name {
            return Err(format!(
                "{text:?} is not the name of a host in lower case, such as \"control.example.com\", or of all hosts below a \
                 domain, such as \"*.example.com\""
            ));
        }
        Ok(Self::new(pattern(Cow::Owned(name.to_owned()))))
    }
}

impl GrantedUrl {
    /// Finds the allowed host to which the URL leads.
    ///
    /// # Errors
    /// `vendor_protocol_error` with the outcome `not_sent` if no allowed host has the URL's host, scheme and
    /// port, or if the URL contains user information. The detail contains no portion of the URL except its
    /// host, scheme or port.
    pub fn find_in<'a>(&self, hosts: &'a [AllowedHost]) -> Result<&'a AllowedHost> {
        let url = self.expose();
        let refused = |reason: String| {
            Error::vendor(Kind::VendorProtocolError, VendorFailure::new(Outcome::NotSent)).with_detail(
                format!("The vendor returned a URL to which the gateway sends no requests: {reason}."),
            )
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it has user information".to_owned()));
        }
        let mut fitting: Vec<_> = hosts.iter().filter(|host| host.fits_host(url)).collect();
        if fitting.is_empty() {
            let host = url.host_str().unwrap_or_default();
            return Err(refused(format!(
                "the host {host:?} is not one that the vendor's adapter allows, or that allowed_hosts in the configuration of the \
                 vendor adds"
            )));
        }
        fitting.retain(|host| host.fits_scheme(url));
        if fitting.is_empty() {
            return Err(refused(format!("the scheme {:?} is not allowed", url.scheme())));
        }
        let fits = fitting.into_iter().find(|host| host.fits_port(url));
        fits.ok_or_else(|| {
            let port = url.port_or_known_default().unwrap_or_default();
            refused(format!("the port {port} is not allowed"))
        })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => Ipv4Addr::is_loopback(&address),
        Some(Host::Ipv6(address)) => Ipv6Addr::is_loopback(&address),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
