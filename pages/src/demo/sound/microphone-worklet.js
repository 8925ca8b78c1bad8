// Owns what runs on the browser's audio thread while the microphone is open: hands on what comes, in copies, since the browser fills
// the same memory again. A script of its own, as audio worklets are loaded by address.

class Capture extends AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process([input]) {
    const samples = input?.[0];
    if (samples !== undefined) this.port.postMessage(samples.slice());
    return true;
  }
}

registerProcessor('capture', Capture);
