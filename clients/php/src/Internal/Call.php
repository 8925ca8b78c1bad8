<?php

// Owns the body of one call, and the places of its instances among all.

declare(strict_types=1);

namespace PredictSchemata\Internal;

/** @internal */
final class Call
{
    /**
     * @param string $body JSON
     * @param non-empty-list<int> $indices
     */
    public function __construct(public readonly string $body, public readonly array $indices)
    {
    }
}
