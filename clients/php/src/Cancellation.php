<?php

// Owns giving calls up. Must not know what is called.

declare(strict_types=1);

namespace PredictSchemata;

/**
 * Hand it to one or more calls, and call `cancel()` from a signal handler, a callback or a generator; or give a question that is
 * asked several times a second while a call is under way.
 */
final class Cancellation
{
    private bool $cancelled = false;

    /** @param (\Closure(): bool)|null $isDue for example `fn () => connection_aborted() === 1` */
    public function __construct(private readonly ?\Closure $isDue = null)
    {
    }

    /** Ends the calls that it was handed to with CancelledException, and those to come. */
    public function cancel(): void
    {
        $this->cancelled = true;
    }

    public function isCancelled(): bool
    {
        return $this->cancelled = $this->cancelled || ($this->isDue !== null && ($this->isDue)());
    }
}
