# %% [markdown]
# # Which sounds are alike?
#
# Embeds a handful of made-up sounds and compares them by the cosine between their embeddings. Runs as a script and, cell by
# cell, in Jupyter and editors that know `# %%`. Start a server first (`npm start`), and put its token into
# `PREDICT_SCHEMATA_TOKEN`.

# %%
import os

import numpy as np

from predict_schemata import ALGORITHMS, PredictClient

URL = os.environ.get("PREDICT_SCHEMATA_URL", "http://127.0.0.1:8080")
TOKEN = os.environ["PREDICT_SCHEMATA_TOKEN"]
FACTS = ALGORITHMS["hear"]

# %% [markdown]
# ## Sounds
# Two tones, two bursts of noise, and a chirp, each as long as the model wants it.

# %%
seconds = np.arange(FACTS.sample_count) / FACTS.sample_rate_hz
random = np.random.default_rng(7)
burst = np.exp(-8 * np.abs(seconds - 1))
sounds = {
    "tone, 440 Hz": 0.3 * np.sin(2 * np.pi * 440 * seconds),
    "tone, 445 Hz": 0.3 * np.sin(2 * np.pi * 445 * seconds),
    "burst of noise": 0.3 * burst * random.standard_normal(seconds.size),
    "another burst": 0.3 * burst * random.standard_normal(seconds.size),
    "chirp": 0.3 * np.sin(2 * np.pi * (200 + 1500 * seconds) * seconds),
}

# %% [markdown]
# ## Embeddings
# One call for all; the answer is a matrix of 32-bit floats, and says which model made it.

# %%
with PredictClient(URL, token=TOKEN) as client:
    answer = client.embed([sound.astype(np.float32) for sound in sounds.values()])

print(answer.model_display_name, answer.values.shape, answer.values.dtype)
assert not answer.errors, answer.errors

# %% [markdown]
# ## Cosines

# %%
unit = answer.values / np.linalg.norm(answer.values, axis=1, keepdims=True)
cosines = unit @ unit.T
print(np.array2string(cosines, precision=2))

# %%
np.fill_diagonal(cosines, -1)
names = list(sounds)
for name, row in zip(names, cosines, strict=True):
    print(f"{name}: closest is {names[int(row.argmax())]} ({row.max():.2f})")
