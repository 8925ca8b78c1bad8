<?php

// Owns what every failure of a call carries. Must not know how calls are made.

declare(strict_types=1);

namespace PredictSchemata\Exception;

/** A call that failed for good. Its class says what kind of failure it is; each fact is null where no answer said it. */
class PredictException extends \RuntimeException
{
    /**
     * @param ?string $reason one of the contract's fixed list: branch on it, not on the message
     * @param ?string $requestId for the operator, who finds the cause in the log under it
     * @param ?int $retryAfterS whole seconds that the server asked to wait
     */
    final public function __construct(
        string $message,
        public readonly ?int $status = null,
        public readonly ?string $reason = null,
        public readonly ?string $requestId = null,
        public readonly ?int $retryAfterS = null,
        ?\Throwable $previous = null,
    ) {
        parent::__construct($message, 0, $previous);
    }
}
