//! Owns WAV files out of samples, the shortest that loses nothing. Must not know where samples come from or go to.

use crate::Samples;

const HEADER_BYTES: usize = 44;
const PCM: u16 = 1;
const IEEE_FLOAT: u16 = 3;
/// A server reads 16-bit samples as multiples of 2^-15.
const INT16_SCALE: f64 = 32_768.0;

/// A RIFF/WAVE file with one channel.
///
/// Floats that are all multiples of 2^-15 from -1 to below 1, as those of a 16-bit recording are, are written as 16-bit integers;
/// others as 32-bit floats, which is what a model computes with.
pub(crate) fn encode(samples: &Samples<'_>, rate_hz: u32) -> Vec<u8> {
    match samples {
        Samples::Int16(integers) => of_integers(integers, rate_hz),
        Samples::Float32(floats) => {
            let widened = || floats.iter().map(|&float| f64::from(float));
            as_integers(widened())
                .map_or_else(|| of_floats(floats.iter().copied(), rate_hz), |integers| of_integers(&integers, rate_hz))
        }
        Samples::Float64(floats) => as_integers(floats.iter().copied()).map_or_else(
            || of_floats(floats.iter().map(|&float| float as f32), rate_hz),
            |integers| of_integers(&integers, rate_hz),
        ),
    }
}

fn of_integers(samples: &[i16], rate_hz: u32) -> Vec<u8> {
    of_samples(header(PCM, 2, samples.len(), rate_hz), samples.iter().map(|sample| sample.to_le_bytes()))
}

fn of_floats(samples: impl ExactSizeIterator<Item = f32>, rate_hz: u32) -> Vec<u8> {
    of_samples(header(IEEE_FLOAT, 4, samples.len(), rate_hz), samples.map(f32::to_le_bytes))
}

/// Into places that are there already, since a compiler makes one copy of that; it does not of a vector that might grow.
fn of_samples<const BYTES: usize>(mut file: Vec<u8>, samples: impl ExactSizeIterator<Item = [u8; BYTES]>) -> Vec<u8> {
    file.resize(HEADER_BYTES + samples.len() * BYTES, 0);
    for (place, sample) in file[HEADER_BYTES..].chunks_exact_mut(BYTES).zip(samples) {
        place.copy_from_slice(&sample);
    }
    file
}

/// With room for the samples behind it. Lengths above what the form can say are cut; no endpoint takes such a file.
fn header(format: u16, sample_bytes: u16, count: usize, rate_hz: u32) -> Vec<u8> {
    let data_bytes = count * usize::from(sample_bytes);
    let mut file = Vec::with_capacity(HEADER_BYTES + data_bytes);
    file.extend(b"RIFF");
    file.extend(((HEADER_BYTES - 8 + data_bytes) as u32).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend(format.to_le_bytes());
    file.extend(1u16.to_le_bytes());
    file.extend(rate_hz.to_le_bytes());
    file.extend(rate_hz.wrapping_mul(sample_bytes.into()).to_le_bytes());
    file.extend(sample_bytes.to_le_bytes());
    file.extend((sample_bytes * 8).to_le_bytes());
    file.extend(b"data");
    file.extend((data_bytes as u32).to_le_bytes());
    file
}

/// None when one sample is no multiple of 2^-15 in the range, or not a number.
fn as_integers(samples: impl Iterator<Item = f64>) -> Option<Vec<i16>> {
    samples
        .map(|sample| {
            let scaled = sample * INT16_SCALE;
            // A cast cuts to the range and makes what is no number 0.
            let integer = scaled as i16;
            (f64::from(integer) == scaled).then_some(integer)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_shortest_that_loses_nothing() {
        let cases: [(Samples<'_>, u16, u16, usize); 9] = [
            (vec![-32768i16, 0, 32767].into(), PCM, 16, 6),
            (vec![-1f32, 0.0, 32767.0 / 32768.0].into(), PCM, 16, 6),
            (vec![-1f64, 0.5].into(), PCM, 16, 4),
            (vec![1f32].into(), IEEE_FLOAT, 32, 4),
            (vec![-1.5f32].into(), IEEE_FLOAT, 32, 4),
            (vec![0.1f32].into(), IEEE_FLOAT, 32, 4),
            (vec![f64::NAN].into(), IEEE_FLOAT, 32, 4),
            (vec![f64::INFINITY].into(), IEEE_FLOAT, 32, 4),
            (Vec::<f32>::new().into(), PCM, 16, 0),
        ];
        for (samples, format, bits, data_bytes) in cases {
            let file = encode(&samples, 8000);
            let u16_at = |at: usize| u16::from_le_bytes(file[at..at + 2].try_into().unwrap());
            let u32_at = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
            assert_eq!((u16_at(20), u16_at(34)), (format, bits), "{samples:?}");
            assert_eq!(u32_at(24), 8000);
            assert_eq!(file.len(), HEADER_BYTES + data_bytes, "{samples:?}");
            assert_eq!((u32_at(4) as usize, u32_at(40) as usize), (file.len() - 8, data_bytes));
        }
    }

    #[test]
    fn a_file_holds_the_samples() {
        assert_eq!(encode(&vec![-1f32, 0.5].into(), 16_000)[HEADER_BYTES..], [0x00, 0x80, 0x00, 0x40]);
        assert_eq!(encode(&vec![0.1f64].into(), 16_000)[HEADER_BYTES..], 0.1f32.to_le_bytes());
    }
}
