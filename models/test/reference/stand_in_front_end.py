"""Stands in for python/data_processing/audio_utils.py of the HeAR repository where `verify --front-end` is tried without it.

The same function, written from its description with what torch has ready: float32 throughout, common extremes for all clips of a
call, and the caller's tensor changed, as upstream's does.
"""

import torch

print('A front end may print: it must not end up in the answer.')


def mel_weights():
  to_mel = lambda hertz: 2595 * torch.log10(1 + hertz / 700)
  bins = to_mel(torch.arange(201) * 40.0)
  edges = torch.linspace(0, to_mel(torch.tensor(8000.0)).item(), 130)
  rising = (bins[:, None] - edges[:-2]) / edges.diff()[:-1]
  falling = (edges[2:] - bins[:, None]) / edges.diff()[1:]
  return torch.minimum(rising, falling).clamp(min=0)


def preprocess_audio(audio):
  """[N, 32000] samples to [N, 1, 192, 128]."""
  audio -= audio.min()
  scaled = audio / (audio.max() + 1e-8) * 2 - 1
  padded = torch.nn.functional.pad(scaled, (0, 240))
  spectrum = torch.stft(padded, 400, 160, window=torch.hann_window(400), center=False, return_complex=True)
  energy = (spectrum.abs() ** 2).transpose(1, 2) @ mel_weights()
  smoothed = [energy[:, 0]]
  for now in energy.unbind(1)[1:]:
    smoothed.append(0.04 * now + 0.96 * smoothed[-1])
  normalised = (energy / (1e-8 + torch.stack(smoothed, 1)) ** 0.8 + 2) ** 0.5 - 2**0.5
  return torch.nn.functional.interpolate(normalised[:, None], size=(192, 128), mode='bilinear')
