"""Prints reference numbers of the front end, computed by upstream's own PyTorch code.

Usage: python make-reference.py AUDIO_UTILS > front-end.json, then format the file as all others.
AUDIO_UTILS is python/data_processing/audio_utils.py of the HeAR repository. Needs torch (made with 2.15) and scipy.
The numbers in front-end.json were made with a copy of that file reduced to the functions used here, without argument checks,
type hints and comments.

The clips are made of integers, so that every language makes the same float32 samples. All is computed in float32, as
upstream does, except its mel matrix, which is taken at double precision.
"""

import importlib.util
import json
import sys

import torch


def load(path):
  spec = importlib.util.spec_from_file_location('audio_utils', path)
  module = importlib.util.module_from_spec(spec)
  spec.loader.exec_module(module)
  return module


def quadratic_hash(n):
  """Noise-like: spreads over all frequencies."""
  return ((n * n * 7 + n * 13) % 2003 - 1001) / 2048


def pulsed_hash(n):
  """The same in four bursts with gaps, on an offset."""
  return quadratic_hash(n) * (n % 8000 // 1000 % 3) / 4 + 0.125


def some_places(matrix, count):
  """[row, column, value] at evenly spread places where the value is not close to 0."""
  rows, columns = torch.nonzero(matrix > 1e-3, as_tuple=True)
  step = len(rows) // count
  return [
      [int(row), int(column), matrix[row, column].item()]
      for row, column in zip(rows[::step], columns[::step])
  ]


upstream = load(sys.argv[1])

spectrograms = {}
for name, sample_at in {'quadratic_hash': quadratic_hash, 'pulsed_hash': pulsed_hash}.items():
  clip = torch.tensor([[sample_at(n) for n in range(32000)]], dtype=torch.float32)
  spectrograms[name] = some_places(upstream.preprocess_audio(clip)[0, 0], 40)

mel = upstream._linear_to_mel_weight_matrix(torch.device('cpu'), dtype=torch.float64)
energies = torch.tensor([[[(t * t * 7 + t * 13) % 101 * (t // 40 % 2) / 4] for t in range(200)]])
normalised = upstream._pcen_function(energies, num_channels=1)

reference = {
    'mel': {'places': some_places(mel, 24), 'sum': mel.sum().item(), 'nonzero': int((mel > 1e-9).sum())},
    'pcen': some_places(normalised[0], 24),
    'spectrograms': spectrograms,
}
json.dump(reference, sys.stdout)
print()
