<?php

// Owns what callers get for sounds: numbers or an error for each, in their order. Must not know how it came.

declare(strict_types=1);

namespace PredictSchemata;

/**
 * One outcome for each sound, in their order.
 *
 * @implements \IteratorAggregate<int, Result|InstanceError>
 * @implements \ArrayAccess<int, Result|InstanceError>
 */
final class SoundAnswer implements \IteratorAggregate, \ArrayAccess, \Countable
{
    /**
     * @param list<Result|InstanceError> $outcomes
     * @param ?string $modelDisplayName of the answer that came last; says when it is an untrained development model. Null when
     *        no call was needed
     * @param ?string $deployedModelId of the answer that came last: the same id, the same numbers
     */
    public function __construct(
        public readonly array $outcomes,
        public readonly ?string $modelDisplayName,
        public readonly ?string $deployedModelId,
    ) {
    }

    /** @return array<int, InstanceError> the sounds that failed, by their index */
    public function errors(): array
    {
        return array_filter($this->outcomes, static fn ($outcome) => $outcome instanceof InstanceError);
    }

    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->outcomes);
    }

    public function count(): int
    {
        return count($this->outcomes);
    }

    public function offsetExists(mixed $offset): bool
    {
        return isset($this->outcomes[$offset]);
    }

    public function offsetGet(mixed $offset): Result|InstanceError
    {
        return $this->outcomes[$offset] ?? throw new \OutOfRangeException(
            'Expected an index below ' . count($this->outcomes) . ", got {$offset}."
        );
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
        throw new \LogicException('An answer cannot be changed.');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw new \LogicException('An answer cannot be changed.');
    }
}
