<?php

// Owns the end of a whole call: its deadline, and its cancelling by the caller. Must not know what is called.

declare(strict_types=1);

namespace PredictSchemata\Internal;

use PredictSchemata\Cancellation;
use PredictSchemata\Exception\CancelledException;
use PredictSchemata\Exception\DeadlineException;

/** @internal One call of the user's, repeats and waits included. */
final class Scope
{
    private readonly float $endsAtS;

    /** @param ?float $deadlineS null for no end */
    public function __construct(private readonly ?float $deadlineS, private readonly ?Cancellation $cancellation)
    {
        $this->endsAtS = $deadlineS === null ? INF : self::nowS() + $deadlineS;
    }

    public static function nowS(): float
    {
        return hrtime(true) / 1e9;
    }

    /** Whether a wait would end before the deadline. */
    public function leaves(float $seconds): bool
    {
        return self::nowS() + $seconds < $this->endsAtS;
    }

    /** @throws CancelledException|DeadlineException as soon as one is due */
    public function check(): void
    {
        if ($this->cancellation?->isCancelled()) {
            throw new CancelledException('The call was cancelled.');
        }
        if (!$this->leaves(0)) {
            throw new DeadlineException("The call was not done within its deadline of {$this->deadlineS} s.");
        }
    }
}
