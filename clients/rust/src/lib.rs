// Owns what the crate offers. Must not name an algorithm: their modules and calls are generated.

#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod algorithm;
mod answer;
mod client;
mod endpoint;
mod error;
#[path = "../generated/mod.rs"]
#[rustfmt::skip]
mod generated;
mod limits;
#[cfg(test)]
mod local_server;
mod options;
mod retry;
mod sending;
mod sound;
mod split;
mod target;
mod token;
mod wav;

pub use algorithm::Algorithm;
pub use answer::{Answer, InstanceError};
pub use client::{Client, Request};
pub use error::{Error, ErrorKind};
pub use generated::contract::{ALGORITHMS, VERSION};
pub use generated::*;
pub use options::Options;
pub use reqwest;
pub use sound::{Samples, Sound};
pub use target::{Limits, Target};
pub use token::Token;
