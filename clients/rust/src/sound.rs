//! Owns the forms in which a caller may hand over a sound, and turning each into the JSON text of an instance. Must not know how it
//! is sent.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::token::Hidden;
use crate::{Algorithm, Error, ErrorKind, wav};

/// One sound, owned or borrowed. Its `Debug` shows neither tokens nor audio.
#[derive(Clone)]
#[non_exhaustive]
pub enum Sound<'a> {
    /// The path of a WAV file, which is read when it is sent.
    File(PathBuf),
    /// The bytes of a WAV file.
    Wav(Cow<'a, [u8]>),
    /// Samples of one channel, at the algorithm's rate or one of their own.
    Samples(Samples<'a>, Option<u32>),
    /// A WAV file in cloud storage that the server fetches, with a token of its own unless it is public.
    Cloud {
        /// `gs://BUCKET/OBJECT`
        uri: String,
        /// That may read the object.
        token: Option<String>,
    },
}

/// Samples of one channel; floats are usually from -1 to 1. `Debug` shows how many there are.
#[derive(Clone)]
pub enum Samples<'a> {
    /// As a 16-bit recording has them.
    Int16(Cow<'a, [i16]>),
    /// As a model computes with them.
    Float32(Cow<'a, [f32]>),
    /// A model computes with 32 bits.
    Float64(Cow<'a, [f64]>),
}

/// An instance's JSON text, or its length when that is more than a call can take.
pub(crate) enum Instance {
    Text(Vec<u8>),
    TooLong(usize),
}

impl<'a> Sound<'a> {
    /// A WAV file, which is read when it is sent.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::File(path.into())
    }

    /// The bytes of a WAV file.
    #[must_use]
    pub fn wav(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self::Wav(bytes.into())
    }

    /// Samples with a rate of their own; the server resamples them.
    #[must_use]
    pub fn at_rate(rate_hz: u32, samples: impl Into<Samples<'a>>) -> Self {
        Self::Samples(samples.into(), Some(rate_hz))
    }

    /// A public WAV file in cloud storage.
    #[must_use]
    pub fn uri(uri: impl Into<String>) -> Self {
        Self::Cloud { uri: uri.into(), token: None }
    }

    /// What is wrong before anything is sent.
    pub(crate) async fn check(&self, algorithm: &Algorithm) -> Result<(), String> {
        match self {
            Self::File(path) => match tokio::fs::metadata(path).await {
                Ok(_) => Ok(()),
                Err(error) => Err(format!("{}: {error}", path.display())),
            },
            Self::Samples(_, Some(0)) => Err("expected a rate of at least 1 Hz, got 0".to_owned()),
            Self::Cloud { .. } if algorithm.uri_field.is_none() => {
                Err(format!("{} takes no addresses", algorithm.name))
            }
            _ => Ok(()),
        }
    }

    /// The instance of the contract, when it is no longer than `most` bytes.
    pub(crate) async fn instance(&self, algorithm: &Algorithm, most: usize) -> Result<Instance, Error> {
        match self {
            Self::File(path) => {
                let unreadable =
                    |error| Error::new(ErrorKind::Input, format!("{}: {error}", path.display())).because(error);
                let metadata = tokio::fs::metadata(path).await.map_err(unreadable)?;
                let length = encoded_length(algorithm, metadata.len() as usize);
                // A file that no call can take is not read at all.
                if length > most {
                    return Ok(Instance::TooLong(length));
                }
                let file = tokio::fs::read(path).await.map_err(unreadable)?;
                Ok(of_file(&file, algorithm, most))
            }
            Self::Wav(file) => Ok(of_file(file, algorithm, most)),
            Self::Samples(samples, rate_hz) => {
                let file = wav::encode(samples, rate_hz.unwrap_or(algorithm.sample_rate_hz));
                Ok(of_file(&file, algorithm, most))
            }
            Self::Cloud { uri, token } => {
                let mut fields = BTreeMap::new();
                fields.extend(algorithm.uri_field.map(|field| (field, uri)));
                fields.extend(algorithm.uri_token_field.zip(token.as_ref()));
                let text = serde_json::to_vec(&fields).expect("texts are always JSON");
                Ok(within(text, most))
            }
        }
    }
}

impl fmt::Debug for Sound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Wav(file) => f.debug_tuple("Wav").field(&format_args!("{} bytes", file.len())).finish(),
            Self::Samples(samples, rate_hz) => f.debug_tuple("Samples").field(samples).field(rate_hz).finish(),
            Self::Cloud { uri, token } => {
                let token = token.as_ref().map(|_| Hidden);
                f.debug_struct("Cloud").field("uri", uri).field("token", &token).finish()
            }
        }
    }
}

impl fmt::Debug for Samples<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, count) = match self {
            Self::Int16(samples) => ("Int16", samples.len()),
            Self::Float32(samples) => ("Float32", samples.len()),
            Self::Float64(samples) => ("Float64", samples.len()),
        };
        write!(f, "{name}({count} samples)")
    }
}

fn of_file(file: &[u8], algorithm: &Algorithm, most: usize) -> Instance {
    let length = encoded_length(algorithm, file.len());
    if length > most {
        return Instance::TooLong(length);
    }
    // The contract's names are plain ASCII, and so is base64.
    let mut text = String::with_capacity(length);
    text.push_str("{\"");
    text.push_str(algorithm.file_field);
    text.push_str("\":\"");
    BASE64_STANDARD.encode_string(file, &mut text);
    text.push_str("\"}");
    Instance::Text(text.into_bytes())
}

fn within(text: Vec<u8>, most: usize) -> Instance {
    if text.len() > most { Instance::TooLong(text.len()) } else { Instance::Text(text) }
}

/// Base64 has 4 characters for each 3 bytes; braces, quotes and the colon are 7 more.
fn encoded_length(algorithm: &Algorithm, file_bytes: usize) -> usize {
    file_bytes.div_ceil(3) * 4 + algorithm.file_field.len() + 7
}

macro_rules! from_numbers {
    ($($number:ty => $variant:ident),*) => {$(
        impl From<Vec<$number>> for Samples<'_> {
            fn from(samples: Vec<$number>) -> Self {
                Self::$variant(samples.into())
            }
        }
        impl<'a> From<&'a [$number]> for Samples<'a> {
            fn from(samples: &'a [$number]) -> Self {
                Self::$variant(samples.into())
            }
        }
        impl From<Vec<$number>> for Sound<'_> {
            fn from(samples: Vec<$number>) -> Self {
                Self::Samples(samples.into(), None)
            }
        }
        impl<'a> From<&'a [$number]> for Sound<'a> {
            fn from(samples: &'a [$number]) -> Self {
                Self::Samples(samples.into(), None)
            }
        }
    )*};
}
from_numbers!(i16 => Int16, f32 => Float32, f64 => Float64);

impl From<PathBuf> for Sound<'_> {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALGORITHM: Algorithm = Algorithm {
        name: "any",
        sample_rate_hz: 16_000,
        file_field: "f",
        uri_field: Some("u"),
        uri_token_field: Some("t"),
        result_field: "r",
        result_names: &[],
    };

    async fn shown(sound: Sound<'_>, most: usize) -> String {
        match sound.instance(&ALGORITHM, most).await.unwrap() {
            Instance::Text(text) => String::from_utf8(text).unwrap(),
            Instance::TooLong(length) => format!("too long: {length}"),
        }
    }

    #[tokio::test]
    async fn instances_are_the_contracts() {
        assert_eq!(shown(Sound::wav(&[1, 2, 3, 4][..]), 16).await, r#"{"f":"AQIDBA=="}"#);
        assert_eq!(shown(Sound::wav(vec![1, 2, 3, 4]), 15).await, "too long: 16");
        let quoted = Sound::Cloud { uri: "gs://b/\"a\\\"".into(), token: Some("T".into()) };
        assert_eq!(shown(quoted, 99).await, r#"{"t":"T","u":"gs://b/\"a\\\""}"#);
        assert_eq!(shown(Sound::uri("gs://b/c"), 5).await, "too long: 16");
        let samples = shown(vec![0i16; 10].into(), 999).await;
        assert_eq!(samples.len(), encoded_length(&ALGORITHM, 64));
    }

    #[test]
    fn neither_tokens_nor_audio_are_shown() {
        let cloud = Sound::Cloud { uri: "gs://b/c".into(), token: Some("secret".into()) };
        for (sound, want) in [
            (cloud, r#"Cloud { uri: "gs://b/c", token: Some(…) }"#),
            (Sound::uri("gs://b/c"), r#"Cloud { uri: "gs://b/c", token: None }"#),
            (Sound::wav(vec![82; 44]), "Wav(44 bytes)"),
            (Sound::at_rate(8000, vec![0.5f32; 3]), "Samples(Float32(3 samples), Some(8000))"),
            (vec![1i16; 2].into(), "Samples(Int16(2 samples), None)"),
            (Sound::file("clip.wav"), r#"File("clip.wav")"#),
        ] {
            assert_eq!(format!("{sound:?}"), want);
        }
    }

    #[tokio::test]
    async fn a_long_file_is_not_read() {
        // A file without an end to read, and of no length; one that says its length is refused by it.
        let exe = std::env::current_exe().unwrap();
        assert!(shown(exe.into(), 100).await.starts_with("too long: "));
        let none = Sound::file("no/such/file.wav");
        assert!(none.check(&ALGORITHM).await.unwrap_err().contains("no/such/file.wav"));
        assert!(Sound::at_rate(0, vec![1i16]).check(&ALGORITHM).await.is_err());
    }
}
