<?php

// Owns what callers get for a sound that has no result.

declare(strict_types=1);

namespace PredictSchemata;

/** Why one sound has no result. The others are not affected. */
final class InstanceError
{
    /** @param string $reason one of the contract's fixed list: branch on it, not on the description */
    public function __construct(public readonly string $reason, public readonly string $description)
    {
    }
}
