<?php

// Owns what the shared code asks of an algorithm; generated/Algorithms.php answers. Must not know which algorithms there are.

declare(strict_types=1);

namespace PredictSchemata;

/** Facts of the contract about one algorithm. */
final class Algorithm
{
    /**
     * @param string $name as in the contract; also the endpoint's usual name
     * @param string $types the namespace of its generated core
     * @param string $instance the generated class of an instance
     * @param int $sampleRateHz the rate that samples are taken to have unless they come with another
     * @param string $fileField of an instance, for a WAV file in base64
     * @param ?string $uriField of an instance, for an address in cloud storage; $uriTokenField for the token for it
     * @param string $resultField of a prediction, a list of numbers or an object of named ones
     * @param list<string> $resultNames names of its numbers; none for a list
     */
    public function __construct(
        public readonly string $name,
        public readonly string $types,
        public readonly string $instance,
        public readonly int $sampleRateHz,
        public readonly int $sampleCount,
        public readonly string $fileField,
        public readonly ?string $uriField,
        public readonly ?string $uriTokenField,
        public readonly string $resultField,
        public readonly array $resultNames,
    ) {
    }

    /** @return class-string of the generated core */
    public function model(string $name): string
    {
        return "{$this->types}\\Model\\{$name}";
    }
}
