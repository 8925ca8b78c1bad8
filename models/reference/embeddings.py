"""Computes embeddings as HeAR's users do in Python: PyTorch and transformers on the downloaded folder, in float64.

Usage: python embeddings.py MODEL_FOLDER CLIPS OUT [FRONT_END SPECTROGRAMS]
CLIPS holds float32 clips of 32000 samples, one after the other; OUT gets float64 embeddings in the same way.
Prints the versions used as JSON.

FRONT_END is a Python file with the front end of upstream, python/data_processing/audio_utils.py of its repository: OUT then gets the
embeddings by its function preprocess_audio behind the others, and SPECTROGRAMS gets float64 spectrograms: all of the one front end,
then all of the other.

The front end is written from the description of upstream's python/data_processing/audio_utils.py with the operations of torch,
and shares no code with the graph that it judges. It scales each clip by itself, as that graph does.
"""

import contextlib
import importlib.util
import json
import pathlib
import platform
import sys

import numpy
import torch
import transformers

CLIP_SAMPLES = 32000
FRAME, HOP, FRAMES = 400, 160, 200
BANDS, RATE = 128, 16000


def mel_weights():
  """[201, 128] triangles, straight in mel (HTK); the bin of 0 Hz has no weight."""
  to_mel = lambda hertz: 2595 * torch.log10(1 + hertz / 700)
  bins = to_mel(torch.linspace(0, RATE / 2, FRAME // 2 + 1, dtype=torch.float64))
  edges = torch.linspace(0, to_mel(torch.tensor(RATE / 2, dtype=torch.float64)).item(), BANDS + 2, dtype=torch.float64)
  lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
  rising = (bins[:, None] - lower) / (centre - lower)
  falling = (upper - bins[:, None]) / (upper - centre)
  weights = torch.minimum(rising, falling).clamp(min=0)
  weights[0] = 0
  return weights


def normalised_energy(energy):
  """Per-channel energy normalisation (arXiv 1607.05666) over [N, time, bands]."""
  smooth, alpha, delta, floor = 0.04, 0.8, 2.0, 1e-8
  state, states = energy[:, 0], []
  for now in energy.unbind(1):
    state = smooth * now + (1 - smooth) * state
    states.append(state)
  smoothed = torch.stack(states, 1)
  return torch.sqrt(energy / (floor + smoothed) ** alpha + delta) - delta ** 0.5


def spectrogram(clips):
  """[N, 32000] samples to [N, 1, 192, 128]."""
  clips = clips - clips.amin(1, keepdim=True)
  clips = clips / (clips.amax(1, keepdim=True) + 1e-8) * 2 - 1
  padded = torch.nn.functional.pad(clips, (0, (FRAMES - 1) * HOP + FRAME - CLIP_SAMPLES))
  frames = padded.unfold(1, FRAME, HOP) * torch.hann_window(FRAME, dtype=torch.float64)
  power = torch.fft.rfft(frames).abs() ** 2
  normalised = normalised_energy(power @ mel_weights())
  return torch.nn.functional.interpolate(
      normalised[:, None], size=(192, BANDS), mode='bilinear', align_corners=False, antialias=False
  )


def load_front_end(path):
  """The front end of a file, which computes in float32, from and to float64 as `spectrogram`."""
  name = pathlib.Path(path).name
  # What the file prints does not belong into the answer.
  with contextlib.redirect_stdout(sys.stderr):
    spec = importlib.util.spec_from_file_location('front_end_file', path)
    if spec is None:
      sys.exit(f'expected a Python file with the front end, got {name}')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
  if not callable(getattr(module, 'preprocess_audio', None)):
    sys.exit(f'expected a function preprocess_audio in {name}, found none')

  def front_end(clips):
    with contextlib.redirect_stdout(sys.stderr):
      # `float` copies, and has to: upstream's function changes what it is given.
      result = module.preprocess_audio(clips.float())
    shape = list(result.shape) if torch.is_tensor(result) else type(result).__name__
    if shape != [len(clips), 1, 192, BANDS]:
      sys.exit(f'expected preprocess_audio in {name} to give a tensor [{len(clips)}, 1, 192, {BANDS}], got {shape}')
    return result.double()

  return front_end


def main(folder, clips_path, out_path, front_end_path=None, spectrograms_path=None):
  transformers.logging.set_verbosity_error()
  transformers.logging.disable_progress_bar()
  model, loading = transformers.ViTModel.from_pretrained(
      folder, local_files_only=True, dtype=torch.float64, output_loading_info=True
  )
  for kind in ('missing_keys', 'mismatched_keys', 'error_msgs'):
    if loading.get(kind):
      sys.exit(f'transformers cannot load the folder: {kind}: {sorted(map(str, loading[kind]))[0]}')
  model.eval()
  clips = torch.from_numpy(numpy.fromfile(clips_path, dtype='<f4').reshape(-1, CLIP_SAMPLES)).double()
  front_ends = [spectrogram] if front_end_path is None else [spectrogram, load_front_end(front_end_path)]
  with torch.no_grad():
    # Clip by clip: upstream's front end scales all that it is given at once by common extremes.
    images = torch.cat([front_end(clip[None]) for front_end in front_ends for clip in clips])
    rows = [model(image[None]).pooler_output for image in images]
  torch.cat(rows).numpy().astype('<f8').tofile(out_path)
  if spectrograms_path is not None:
    images.numpy().astype('<f8').tofile(spectrograms_path)
  print(json.dumps({
      'python': platform.python_version(),
      'torch': torch.__version__,
      'transformers': transformers.__version__,
  }))


if __name__ == '__main__':
  main(*sys.argv[1:])
