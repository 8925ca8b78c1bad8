//! Owns what shared code asks of an algorithm; generated/contract.rs answers. Must not know which algorithms there are.

/// What the contract says of one algorithm.
#[derive(Debug)]
#[non_exhaustive]
pub struct Algorithm {
    /// Its name, and its endpoint's unless configured.
    pub name: &'static str,
    /// That of samples which come without one.
    pub sample_rate_hz: u32,
    /// Takes a WAV file in base64.
    pub file_field: &'static str,
    /// Takes an address in cloud storage.
    pub uri_field: Option<&'static str>,
    /// Takes a token for that address.
    pub uri_token_field: Option<&'static str>,
    /// Holds a prediction's result: a list, or an object with `result_names`.
    pub result_field: &'static str,
    /// What each number is, where the contract gives them names.
    pub result_names: &'static [&'static str],
}
