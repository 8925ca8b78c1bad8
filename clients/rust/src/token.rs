//! Owns bearer tokens: fixed ones, those of a provider, and those of a program that prints one.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::sync::Mutex;

use crate::error::Source;
use crate::{Error, ErrorKind};

type Provided = Pin<Box<dyn Future<Output = Result<String, Source>> + Send>>;

/// A bearer token, or what gives one before each call.
#[derive(Clone)]
pub struct Token(Inner);

#[derive(Clone)]
enum Inner {
    Static(String),
    Provider(Arc<dyn Fn(Option<String>) -> Provided + Send + Sync>),
}

/// Google's access tokens live for an hour; half of that leaves time for what is under way.
const LIFETIME: Duration = Duration::from_secs(1800);

impl Token {
    /// Asks `provide` before each call. Its argument is the token that the server has just answered with 401, if any: give a fresh
    /// one then.
    pub fn provider<F, Fut, E>(provide: F) -> Self
    where
        F: Fn(Option<String>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Source>,
    {
        let provide = Arc::new(move |refused| -> Provided {
            let provided = provide(refused);
            Box::pin(async { provided.await.map_err(Into::into) })
        });
        Self(Inner::Provider(provide))
    }

    /// Tokens of `gcloud auth print-access-token`, kept for half an hour.
    #[must_use]
    pub fn gcloud() -> Self {
        Self::command("gcloud", ["auth", "print-access-token"])
    }

    /// Tokens of a program that prints one, kept for half an hour.
    pub fn command<A: Into<String>>(program: impl Into<String>, arguments: impl IntoIterator<Item = A>) -> Self {
        let program = program.into();
        let arguments: Vec<String> = arguments.into_iter().map(Into::into).collect();
        let kept = Arc::new(Mutex::new(None::<(String, Instant)>));
        Self::provider(move |refused| {
            let (program, arguments, kept) = (program.clone(), arguments.clone(), kept.clone());
            async move {
                // Calls run side by side; one of them asks and the others take what it got.
                let mut kept = kept.lock().await;
                if let Some((token, since)) = &*kept {
                    if refused.as_ref() != Some(token) && since.elapsed() < LIFETIME {
                        return Ok(token.clone());
                    }
                }
                let token = printed(&program, &arguments).await?;
                *kept = Some((token.clone(), Instant::now()));
                Ok::<_, Source>(token)
            }
        })
    }

    pub(crate) async fn give(&self, refused: Option<String>) -> Result<String, Error> {
        match &self.0 {
            Inner::Static(token) => Ok(token.clone()),
            Inner::Provider(provide) => provide(refused)
                .await
                .map_err(|source| Error::new(ErrorKind::Token, format!("No token: {source}")).because(source)),
        }
    }
}

async fn printed(program: &str, arguments: &[String]) -> Result<String, Source> {
    let output = Command::new(program)
        .args(arguments)
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("{program}: {error}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program}: {}: {}", output.status, complaint.trim()).into());
    }
    // The error of a conversion would hold what was printed.
    let token = String::from_utf8(output.stdout).unwrap_or_default().trim().to_owned();
    if token.is_empty() {
        return Err(format!("{program}: expected a token in its output, got none that is text").into());
    }
    Ok(token)
}

impl From<&str> for Token {
    fn from(token: &str) -> Self {
        Self(Inner::Static(token.to_owned()))
    }
}

impl From<String> for Token {
    fn from(token: String) -> Self {
        Self(Inner::Static(token))
    }
}

/// What stands in the place of a token wherever something is shown.
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Never shows the token.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Token").field(&Hidden).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_of_a_program_is_kept_until_it_is_refused() {
        let token = Token::command("date", ["+%N"]);
        let first = token.give(None).await.unwrap();
        assert!(!first.is_empty());
        assert_eq!(token.give(None).await.unwrap(), first);
        assert_ne!(token.give(Some(first.clone())).await.unwrap(), first);
    }

    #[tokio::test]
    async fn a_program_that_fails_is_named() {
        let cases: [(&str, &[&str]); 4] =
            [("no-such-program", &[]), ("ls", &["/no/such/folder"]), ("true", &[]), ("printf", &[r"secret\377"])];
        for (program, arguments) in cases {
            let error = Token::command(program, arguments.iter().copied()).give(None).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Token);
            assert!(error.to_string().contains(program), "{error}");
            assert!(!format!("{error:?} {:?}", std::error::Error::source(&error)).contains("secret"), "{error:?}");
        }
    }
}
