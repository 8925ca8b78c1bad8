//! Owns bearer tokens: fixed ones, those of a provider, and those of a program that prints one.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
    Provider(Arc<Gate>),
}

/// One call asks the provider; those that come meanwhile wait and take its answer, unless it is what they were refused with. A
/// failure is the asking call's own, as is its end: the next one asks anew.
struct Gate {
    provide: Box<dyn Fn(Option<String>) -> Provided + Send + Sync>,
    answers: AtomicU64,
    /// Whoever holds it asks.
    last: Mutex<Option<String>>,
}

impl Gate {
    async fn token(&self, refused: Option<String>) -> Result<String, Source> {
        let answers_before = self.answers.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if self.answers.load(Ordering::SeqCst) != answers_before && *last != refused {
            if let Some(token) = &*last {
                return Ok(token.clone());
            }
        }
        let token = (self.provide)(refused).await?;
        *last = Some(token.clone());
        self.answers.fetch_add(1, Ordering::SeqCst);
        Ok(token)
    }
}

/// Google's access tokens live for an hour; half of that leaves time for what is under way.
const LIFETIME: Duration = Duration::from_secs(1800);

impl Token {
    /// Asks `provide` before each call. Its argument is the token that the server has just answered with 401, if any: give a fresh
    /// one then. One question is under way at a time: calls that wait meanwhile take its answer.
    pub fn provider<F, Fut, E>(provide: F) -> Self
    where
        F: Fn(Option<String>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Source>,
    {
        let provide = Box::new(move |refused| -> Provided {
            let provided = provide(refused);
            Box::pin(async { provided.await.map_err(Into::into) })
        });
        Self(Inner::Provider(Arc::new(Gate { provide, answers: AtomicU64::new(0), last: Mutex::new(None) })))
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
            Inner::Provider(gate) => gate
                .token(refused)
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
    use std::sync::Mutex as StdMutex;

    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
    use tokio::sync::oneshot;

    use super::*;

    type Question = (Option<String>, oneshot::Sender<Option<&'static str>>);

    /// A provider whose questions wait to be answered; no answer is a failure.
    fn waiting_provider(questions: UnboundedSender<Question>) -> Token {
        Token::provider(move |refused| {
            let (give, answer) = oneshot::channel();
            questions.send((refused, give)).unwrap();
            async { answer.await.unwrap().map(str::to_owned).ok_or("failed") }
        })
    }

    #[tokio::test]
    async fn one_asks_and_those_that_wait_take_its_answer() {
        type Row = (
            [Option<&'static str>; 2],
            &'static [Option<&'static str>],
            [&'static str; 2],
            &'static [Option<&'static str>],
        );
        let rows: [Row; 5] = [
            ([None, None], &[Some("A")], ["A", "A"], &[None]),
            ([Some("A"), Some("A")], &[Some("B")], ["B", "B"], &[Some("A")]),
            // The answer is no use to one that was refused with it, but to one that comes anew.
            ([None, Some("A")], &[Some("A"), Some("B")], ["A", "B"], &[None, Some("A")]),
            ([Some("A"), None], &[Some("B")], ["B", "B"], &[Some("A")]),
            ([None, None], &[None, Some("B")], ["No token: failed", "B"], &[None, None]),
        ];
        for (refused, answers, want, want_asked) in rows {
            let (send, mut questions) = unbounded_channel();
            let token = waiting_provider(send);
            let asked = StdMutex::new(Vec::new());
            let give = |index: usize| {
                let refused = refused[index].map(str::to_owned);
                async { token.give(refused).await.unwrap_or_else(|error| error.to_string()) }
            };
            // Polled in this order, so that both have asked or wait before the first answer.
            let (first, second, ()) = tokio::join!(biased; give(0), give(1), async {
                for answer in answers {
                    let (refused, give) = questions.recv().await.unwrap();
                    asked.lock().unwrap().push(refused);
                    give.send(*answer).unwrap();
                }
            });
            assert_eq!([first, second], want);
            assert_eq!(
                asked.into_inner().unwrap(),
                want_asked.iter().map(|one| one.map(str::to_owned)).collect::<Vec<_>>()
            );
            assert!(questions.try_recv().is_err());
        }
    }

    #[tokio::test]
    async fn a_later_call_asks_anew_and_so_does_one_whose_asker_left() {
        let (send, mut questions) = unbounded_channel();
        let token = waiting_provider(send);
        for answer in ["A", "B"] {
            let (given, ()) = tokio::join!(token.give(None), async {
                questions.recv().await.unwrap().1.send(Some(answer)).unwrap();
            });
            assert_eq!(given.unwrap(), answer);
        }
        let mut leaving = Box::pin(token.give(None));
        let hanging = tokio::select! {
            biased;
            _ = &mut leaving => panic!("nobody answered"),
            question = questions.recv() => question.unwrap(),
        };
        drop(leaving);
        let (given, ()) = tokio::join!(token.give(None), async {
            questions.recv().await.unwrap().1.send(Some("C")).unwrap();
        });
        assert_eq!(given.unwrap(), "C");
        assert!(hanging.1.is_closed());
    }

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
