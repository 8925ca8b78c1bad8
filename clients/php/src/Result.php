<?php

// Owns the numbers of one sound.

declare(strict_types=1);

namespace PredictSchemata;

/** The numbers of one sound. */
final class Result
{
    /**
     * @param string $packed as 32-bit floats, little-endian
     * @param list<string> $names of the numbers, where the contract has them; none otherwise
     */
    public function __construct(public readonly string $packed, public readonly array $names)
    {
    }

    /** @return list<float> */
    public function values(): array
    {
        return array_values((array) unpack('g*', $this->packed));
    }

    /** @return array<string, float> empty where the numbers have no names */
    public function named(): array
    {
        return $this->names === [] ? [] : array_combine($this->names, $this->values());
    }
}
