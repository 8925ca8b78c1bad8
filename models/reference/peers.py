"""Computes HeAR's transformer with another runtime, on one thread and in float32, each time it is told to.

Usage: python peers.py pytorch|openvino|onnxruntime MODEL_FOLDER SPECTROGRAM SCRATCH
SPECTROGRAM holds one spectrogram of 192 x 128 float32 numbers; SCRATCH is a folder to write to.
First prints the versions and the embedding as a line of JSON. Then reads numbers of clips, one a line, computes as many, and
prints the time that it took as a line of JSON.

Each runtime gets the model in the way of its own documentation: PyTorch as transformers loads it, OpenVINO by its converter from
PyTorch, onnxruntime from PyTorch's exporter to ONNX.
"""

import json
import os
import sys
import time

import numpy
import torch
import transformers


def load(folder):
  transformers.logging.set_verbosity_error()
  transformers.logging.disable_progress_bar()
  model = transformers.ViTModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32).eval()

  class Pooled(torch.nn.Module):
    def __init__(self):
      super().__init__()
      self.model = model

    def forward(self, image):
      return self.model(image).pooler_output

  return Pooled()


def pytorch(model, image, scratch):
  def run(images):
    with torch.inference_mode():
      return model(torch.from_numpy(images)).numpy()

  return run, f'torch {torch.__version__}, transformers {transformers.__version__}'


def openvino(model, image, scratch):
  import openvino

  converted = openvino.convert_model(model, example_input=torch.from_numpy(image))
  compiled = openvino.Core().compile_model(converted, 'CPU', {
      # Without this hint it computes in bfloat16 where the processor can.
      'INFERENCE_PRECISION_HINT': 'f32',
      'INFERENCE_NUM_THREADS': 1,
      'NUM_STREAMS': 1,
      'ENABLE_CPU_PINNING': False,
  })
  return lambda images: compiled(images)[0], f'openvino {openvino.__version__}'


def onnxruntime(model, image, scratch):
  import onnxruntime

  path = os.path.join(scratch, 'exported.onnx')
  shapes = ({0: torch.export.Dim('n')},)
  torch.onnx.export(
      model, (torch.from_numpy(image),), path, input_names=['x'], dynamo=True, external_data=True, dynamic_shapes=shapes, verbose=False
  )
  options = onnxruntime.SessionOptions()
  options.intra_op_num_threads = 1
  options.inter_op_num_threads = 1
  session = onnxruntime.InferenceSession(path, options, providers=['CPUExecutionProvider'])
  return lambda images: session.run(None, {'x': images})[0], f'onnxruntime {onnxruntime.__version__}'


def main(kind, folder, spectrogram, scratch):
  torch.set_num_threads(1)
  # What libraries print belongs to nobody here.
  answers, sys.stdout = sys.stdout, sys.stderr
  image = numpy.fromfile(spectrogram, dtype='<f4').reshape(1, 1, 192, 128)
  run, version = {'pytorch': pytorch, 'openvino': openvino, 'onnxruntime': onnxruntime}[kind](load(folder), image, scratch)
  print(json.dumps({'version': version, 'embedding': run(image)[0].tolist()}), file=answers, flush=True)
  for line in sys.stdin:
    images = numpy.repeat(image, int(line), axis=0)
    wall, cpu = time.perf_counter(), time.process_time()
    run(images)
    took = {'cpuMs': 1000 * (time.process_time() - cpu), 'wallMs': 1000 * (time.perf_counter() - wall)}
    print(json.dumps(took), file=answers, flush=True)


if __name__ == '__main__':
  main(*sys.argv[1:])
