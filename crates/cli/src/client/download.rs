//! Bodies that are read piece by piece, such as recordings.

use bytes::Bytes;
use http::{
    Request, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, LOCATION},
};
use switchboard_transport::OpenAnswer;
use url::Url;

use super::{Ask, Client, ClientError};

/// The maximum number of redirects that are followed from a link.
const MAX_REDIRECTS: usize = 5;

/// A body that is read piece by piece.
pub struct Download {
    answer: OpenAnswer,
    /// The server that sends the body.
    server: Url,
}

impl Client {
    /// Requests bytes from the gateway. If the gateway answers with a link, requests the bytes from the link without
    /// the API key, and follows up to 5 redirects.
    ///
    /// # Errors
    /// The gateway's problem document, or the reason why there is no usable answer.
    pub async fn download(&self, ask: &Ask) -> Result<Download, ClientError> {
        let answer = self.open(&self.server, self.signed(ask)?).await?;
        if answer.status.is_success() {
            return Ok(Download { answer, server: self.server.clone() });
        }
        if answer.status == StatusCode::TEMPORARY_REDIRECT
            && let Some(link) = target(&self.server, &answer.headers)
        {
            return self.follow(link).await;
        }
        let whole = answer.whole().await.map_err(|cause| ClientError::no_answer(&self.server, cause))?;
        Err(ClientError::refusal(&whole).with_key_advice(&self.credential.advice))
    }

    async fn follow(&self, mut link: Url) -> Result<Download, ClientError> {
        for _ in 0..=MAX_REDIRECTS {
            let server = origin(&link);
            let request = Request::get(link.as_str()).body(Bytes::new()).map_err(ClientError::unsendable)?;
            let answer = self.open(&server, request).await?;
            match target(&link, &answer.headers).filter(|_| answer.status.is_redirection()) {
                Some(next) => link = next,
                None if answer.status.is_success() => return Ok(Download { answer, server }),
                None => {
                    let detail =
                        format!("{server}: the vendor's link answers {}; it may have expired", answer.status);
                    return Err(ClientError::Unexpected { detail });
                }
            }
        }
        Err(ClientError::Unexpected { detail: format!("{}: too many redirects", origin(&link)) })
    }

    async fn open(&self, server: &Url, request: Request<Bytes>) -> Result<OpenAnswer, ClientError> {
        self.direct.open(request).await.map_err(|cause| ClientError::no_answer(server, cause))
    }
}

impl Download {
    /// Returns the media type, if the server returned one.
    pub fn media_type(&self) -> Option<&str> {
        self.answer.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// Reads the next piece. Returns `None` after the last one.
    ///
    /// # Errors
    /// The reason why the body ended early.
    pub async fn next_piece(&mut self) -> Result<Option<Bytes>, ClientError> {
        self.answer.next_piece().await.map_err(|cause| ClientError::no_answer(&self.server, cause))
    }
}

/// Returns the http or https URL to which a redirect leads.
fn target(from: &Url, headers: &HeaderMap) -> Option<Url> {
    let target = headers.get(LOCATION)?.to_str().ok()?;
    from.join(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Returns a URL without the path and the query, which may grant access.
fn origin(link: &Url) -> Url {
    link.join("/").map_or_else(
        |_| link.clone(),
        |mut origin| {
            origin.set_query(None);
            origin
        },
    )
}
