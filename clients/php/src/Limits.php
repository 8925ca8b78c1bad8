<?php

// Owns how much one call may carry.

declare(strict_types=1);

namespace PredictSchemata;

/** Most instances and bytes of one call. */
final class Limits
{
    public function __construct(public readonly int $maxInstances, public readonly int $maxBodyBytes)
    {
    }
}
