<?php

// Owns how calls are made: what a client is given, and what one call sets otherwise.

declare(strict_types=1);

namespace PredictSchemata;

/** How calls are made. */
final class Settings
{
    /**
     * @param int $maxAttempts of a call; the first one counts
     * @param float $initialBackoffS the wait before a repeat doubles from here to $maxBackoffS
     * @param ?float $deadlineS ends the whole call, repeats included; null for no end
     * @param int $maxParallelCalls under way at once
     * @param ?int $maxInstances of one call; what the endpoint states by default, as for $maxBodyBytes
     */
    public function __construct(
        public readonly int $maxAttempts = 4,
        public readonly float $initialBackoffS = 0.25,
        public readonly float $maxBackoffS = 8,
        public readonly ?float $deadlineS = 60,
        public readonly int $maxParallelCalls = 4,
        public readonly ?int $maxInstances = null,
        public readonly ?int $maxBodyBytes = null,
        public readonly ?Cancellation $cancellation = null,
    ) {
        foreach (['maxAttempts', 'maxParallelCalls', 'maxInstances', 'maxBodyBytes'] as $name) {
            if ($this->$name !== null && $this->$name < 1) {
                throw new \InvalidArgumentException("Expected a whole number from 1 as {$name}, got {$this->$name}.");
            }
        }
        foreach (['initialBackoffS', 'maxBackoffS', 'deadlineS'] as $name) {
            if ($this->$name !== null && !($this->$name >= 0)) {
                throw new \InvalidArgumentException("Expected seconds from 0 as {$name}, got {$this->$name}.");
            }
        }
    }

    /**
     * The same with some set otherwise.
     *
     * @param array<string, mixed> $options by the names above
     */
    public function with(array $options): self
    {
        $known = get_object_vars($this);
        $unknown = array_diff_key($options, $known);
        if ($unknown !== []) {
            $names = implode(', ', array_keys($known));
            throw new \InvalidArgumentException("Expected options among {$names}, got " . array_key_first($unknown) . '.');
        }
        return new self(...array_merge($known, $options));
    }
}
