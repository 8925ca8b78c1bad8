// Owns the errors of a call: one class for each family of statuses and one for each way to get no answer.

class PredictError extends Error {
  /** @type {PredictSchemata.ErrorKind} */
  get kind() {
    return 'server';
  }

  /** @param {string} message @param {PredictSchemata.FailureFacts} [facts] */
  constructor(message, { status, reason, requestId, retryAfterSeconds, cause } = {}) {
    super(message);
    this.name = new.target.className;
    this.status = status;
    this.reason = reason;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
    this.cause = cause;
  }

  /** Not the class's own name, which a minifier may change. */
  static className = 'PredictError';
}

/** @param {string} className @param {PredictSchemata.ErrorKind} kind */
const errorClass = (className, kind) =>
  class extends PredictError {
    static className = className;
    get kind() {
      return kind;
    }
  };

const errors = {
  PredictError,
  InvalidRequestError: errorClass('InvalidRequestError', 'invalid_request'),
  AuthenticationError: errorClass('AuthenticationError', 'authentication'),
  PermissionError: errorClass('PermissionError', 'permission'),
  NotFoundError: errorClass('NotFoundError', 'not_found'),
  RateLimitError: errorClass('RateLimitError', 'rate_limited'),
  UnavailableError: errorClass('UnavailableError', 'unavailable'),
  ServerError: errorClass('ServerError', 'server'),
  DeadlineError: errorClass('DeadlineError', 'deadline'),
  ConnectionError: errorClass('ConnectionError', 'connection'),
  CancelledError: errorClass('CancelledError', 'cancelled'),
  InvalidAnswerError: errorClass('InvalidAnswerError', 'invalid_answer'),
};

/** @type {Readonly<Record<number, PredictSchemata.PredictErrorClass>>} */
const CLASS_OF_STATUS = {
  401: errors.AuthenticationError,
  403: errors.PermissionError,
  404: errors.NotFoundError,
  429: errors.RateLimitError,
  503: errors.UnavailableError,
  504: errors.DeadlineError,
};

/** The error of a request that failed. @param {JQuery.jqXHR} answer */
function errorOfAnswer(answer) {
  const { status } = answer;
  if (status === 0) {
    // A browser tells a page no more than that.
    return new errors.ConnectionError(
      'No whole answer came. The server is away, or it does not allow the origin of this page.',
    );
  }
  const Class = CLASS_OF_STATUS[status] ?? (status >= 500 ? errors.ServerError : errors.InvalidRequestError);
  const error = memberOf(parsedOrUndefined(answer.responseText), 'error');
  const details = memberOf(error, 'details');
  const info = Array.isArray(details) ? details.find((detail) => memberOf(detail, 'reason') !== undefined) : undefined;
  return new Class(textOf(memberOf(error, 'message')) ?? `The server answered ${status}.`, {
    status,
    reason: textOf(memberOf(info, 'reason')),
    // A server need not let another origin's page read the header.
    requestId: answer.getResponseHeader('X-Request-Id') ?? textOf(memberOf(memberOf(info, 'metadata'), 'requestId')),
    retryAfterSeconds: retryAfterOf(answer.getResponseHeader('Retry-After')),
  });
}

/** Seconds, or a date (RFC 9110, section 10.2.3). @param {string | null} header */
function retryAfterOf(header) {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - Date.now()) / 1000));
}

/** @param {unknown} value @param {string} key @returns {unknown} */
const memberOf = (value, key) =>
  typeof value === 'object' && value !== null ? /** @type {Record<string, unknown>} */ (value)[key] : undefined;

/** @param {unknown} value */
const textOf = (value) => (typeof value === 'string' ? value : undefined);

/** @param {string} text @returns {unknown} */
function parsedOrUndefined(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
