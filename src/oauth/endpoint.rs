//! The provider's token endpoint: a code is exchanged for tokens, and tokens are renewed (RFC 6749
//! §4.1.3, §6). It keeps nothing.
//!
//! The surprising fact: nothing of an answer is shown but the code and the reason of a refusal, and
//! not even those if they repeat a secret. What a parser says of an odd answer may quote it.

use oauth2::basic::{BasicClient, BasicErrorResponse, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::TokenError;
use super::grant::Answer;
use super::http::exchange;
use super::redirect::reason;
use crate::config::OAuth2;
use crate::net;

type Client =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;
type Failed = RequestTokenError<ureq::Error, BasicErrorResponse>;

/// Where tokens come from, and as which program they are asked for.
#[derive(Debug)]
pub(super) struct TokenEndpoint {
    client_id: String,
    client_secret: Option<SecretString>,
    token_url: String,
}

impl TokenEndpoint {
    pub(super) fn new(config: &OAuth2, client_secret: Option<SecretString>) -> Self {
        let (client_id, token_url) = (config.client_id.clone(), config.token_url.clone());
        Self { client_id, client_secret, token_url }
    }

    /// Empty for a client that has none.
    pub(super) fn client_secret(&self) -> &str {
        self.client_secret.as_ref().map_or("", |secret| secret.expose_secret())
    }

    /// Waits for the provider.
    pub(super) fn exchange_code(
        &self,
        code: &SecretString,
        verifier: PkceCodeVerifier,
        redirect: &str,
    ) -> Result<Answer, TokenError> {
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|_| self.unusable())?;
        let client = self.client()?.set_redirect_uri(redirect);
        let code = code.expose_secret();
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(verifier)
            .request(&exchange);
        answer.map(read).map_err(|failed| match self.what_failed(failed, code) {
            // Of a code, this says that it came too late or was used before.
            TokenError::Ended(why) => TokenError::Denied(why),
            other => other,
        })
    }

    /// Waits for the provider.
    pub(super) fn renew(&self, refresh_token: &SecretString) -> Result<Answer, TokenError> {
        let secret = refresh_token.expose_secret();
        let token = RefreshToken::new(secret.to_owned());
        let answer = self.client()?.exchange_refresh_token(&token).request(&exchange);
        answer.map(read).map_err(|failed| self.what_failed(failed, secret))
    }

    fn client(&self) -> Result<Client, TokenError> {
        let token_url = TokenUrl::new(self.token_url.clone()).map_err(|_| self.unusable())?;
        let client = BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(token_url);
        Ok(match &self.client_secret {
            Some(secret) => {
                client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            }
            None => client,
        })
    }

    fn what_failed(&self, failed: Failed, shown: &str) -> TokenError {
        match failed {
            RequestTokenError::ServerResponse(refusal) => {
                self.refused(&refusal, [shown, self.client_secret()])
            }
            RequestTokenError::Request(cause) => self.unreachable(cause.to_string()),
            RequestTokenError::Parse(..) => {
                self.unreachable("it does not answer as token endpoints do".to_owned())
            }
            RequestTokenError::Other(cause) => self.unreachable(cause),
        }
    }

    /// What the provider's no means for the user.
    fn refused(&self, refusal: &BasicErrorResponse, secrets: [&str; 2]) -> TokenError {
        let description = refusal.error_description().map(String::as_str);
        let said = reason(refusal.error().as_ref(), description);
        let repeats = secrets.iter().any(|secret| net::repeats(&said, secret));
        let said = if repeats { "no reason that can be shown".to_owned() } else { said };
        match refusal.error() {
            BasicErrorResponseType::InvalidGrant => TokenError::Ended(said),
            BasicErrorResponseType::InvalidClient
            | BasicErrorResponseType::InvalidRequest
            | BasicErrorResponseType::InvalidScope
            | BasicErrorResponseType::UnauthorizedClient
            | BasicErrorResponseType::UnsupportedGrantType => TokenError::NotAccepted(said),
            BasicErrorResponseType::Extension(code) => match code.as_str() {
                "temporarily_unavailable" | "server_error" | "slow_down" => self.unreachable(said),
                // `interaction_required`, `consent_required`, `login_required`, …
                _ => TokenError::Ended(said),
            },
        }
    }

    fn unreachable(&self, cause: String) -> TokenError {
        let url = Url::parse(&self.token_url).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or("the provider").to_owned();
        let port = url.and_then(|url| url.port_or_known_default()).unwrap_or(443);
        TokenError::Unreachable { host, port, cause }
    }

    fn unusable(&self) -> TokenError {
        self.unreachable("its address cannot be read".to_owned())
    }
}

fn read(response: BasicTokenResponse) -> Answer {
    Answer {
        access_token: response.access_token().secret().as_str().into(),
        refresh_token: response.refresh_token().map(|token| token.secret().as_str().into()),
        lives: response.expires_in(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(error: &str, description: &str) -> TokenError {
        refused_to(error, description, "refresh-1")
    }

    /// What is said after a refusal of this secret.
    fn refused_to(error: &str, description: &str, shown: &str) -> TokenError {
        let endpoint = TokenEndpoint {
            client_id: "client-7".to_owned(),
            client_secret: Some("s3cret".into()),
            token_url: "https://login.example/token".to_owned(),
        };
        let text = format!("{{\"error\": {error:?}, \"error_description\": {description:?}}}");
        let failed = RequestTokenError::ServerResponse(serde_json::from_str(&text).unwrap());
        endpoint.what_failed(failed, shown)
    }

    #[test]
    fn a_refusal_says_what_to_do_and_a_busy_provider_is_asked_again() {
        for (error, says) in [
            ("invalid_grant", "run `afterword login` again"),
            ("interaction_required", "run `afterword login` again"),
            ("invalid_client", "client_id"),
            ("unauthorized_client", "client_id"),
            ("temporarily_unavailable", "login.example cannot be reached"),
        ] {
            let said = refused(error, "because").to_string();
            assert!(said.contains(says) && said.contains(&format!("{error}: because")), "{said}");
        }
    }

    #[test]
    fn a_provider_that_repeats_a_secret_is_not_quoted() {
        for secret in ["refresh-1", "s3cret"] {
            let said = refused("invalid_grant", &format!("token {secret} is wrong"));
            assert!(!format!("{said} {said:?}").contains(secret), "{said}");
        }
    }

    #[test]
    fn a_long_secret_is_not_quoted_up_to_where_words_are_cut() {
        let long: String = (0..500).map(|n| format!("{:x}", n * 7919)).collect();
        let said = refused_to("invalid_grant", &format!("the token {long} is wrong"), &long);
        let beginning = long.get(..20).unwrap();
        assert!(!format!("{said} {said:?}").contains(beginning), "{said}");
    }
}
