// Owns the example page: chosen files go to the server, numbers or errors come into a table. Copy and change it.
// @ts-check
$(() => {
  /** @type {AbortController | undefined} */
  let running;

  for (const [name, { title, summary }] of Object.entries(PredictSchemata.algorithms)) {
    $('<option>').val(name).text(`${title}: ${summary}`).appendTo('#algorithm');
  }

  $('#form').on('submit', async (event) => {
    event.preventDefault();
    const files = Array.from(/** @type {HTMLInputElement} */ ($('#files')[0]).files ?? []);
    running = new AbortController();
    begin(files.length);
    try {
      const client = PredictSchemata.client({ baseUrl: textOf('#server'), token: textOf('#token') || undefined });
      const algorithm = /** @type {PredictSchemata.AlgorithmName} */ (textOf('#algorithm'));
      const { signal } = running;
      const answer = await client.predictSounds(algorithm, files, { signal, onProgress: showProgress });
      showAnswer(files, answer);
    } catch (error) {
      showError(error);
    } finally {
      $('#send').prop('disabled', false);
      $('#cancel').prop('disabled', true);
      $('#progress').prop('hidden', true);
    }
  });

  $('#cancel').on('click', () => running?.abort());

  /** @param {string} field */
  const textOf = (field) => String($(field).val() ?? '').trim();

  /** @param {number} count */
  function begin(count) {
    $('#send').prop('disabled', true);
    $('#cancel').prop('disabled', false);
    $('#progress').attr('max', count).val(0).prop('hidden', false);
    $('#results').prop('hidden', true).find('tbody').empty();
    $('#status').text(`Sending ${count} files…`);
  }

  /** @param {PredictSchemata.Progress} progress */
  function showProgress({ done }) {
    $('#progress').val(done);
  }

  /** @param {readonly File[]} files @param {PredictSchemata.Answer} answer */
  function showAnswer(files, { predictions, modelDisplayName }) {
    $('#status').text(`Model: ${modelDisplayName ?? 'none was asked'}`);
    files.forEach(({ name }, index) => {
      // Names and descriptions go in as text, never as markup.
      $('<tr>')
        .append($('<td>').text(name), $('<td>').text(wordsOf(predictions[index])))
        .appendTo('#results tbody');
    });
    $('#results').prop('hidden', false);
  }

  /** @param {PredictSchemata.Prediction} prediction */
  function wordsOf({ error, byName, values }) {
    if (error !== undefined) return `${error.reason}: ${error.description}`;
    if (byName !== undefined) {
      return Object.entries(byName)
        .map(([name, value]) => `${name} ${value.toFixed(2)}`)
        .join(', ');
    }
    const first = Array.from(values.subarray(0, 4), (value) => value.toFixed(4));
    return `${values.length} numbers: ${first.join(', ')}, …`;
  }

  /** @param {unknown} error */
  function showError(error) {
    const { PredictError } = PredictSchemata;
    const reason = error instanceof PredictError && error.reason !== undefined ? `${error.reason}: ` : '';
    const id = error instanceof PredictError && error.requestId !== undefined ? ` (request ${error.requestId})` : '';
    $('#status').text(reason + (error instanceof Error ? error.message : String(error)) + id);
  }
});
