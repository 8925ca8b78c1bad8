<?php

// Owns the sounds of one call of the user's, and what came for each. Must not know how calls are made.

declare(strict_types=1);

namespace PredictSchemata\Internal;

use PredictSchemata\Algorithm;
use PredictSchemata\Exception\InvalidAnswerException;
use PredictSchemata\InstanceError;
use PredictSchemata\Limits;
use PredictSchemata\Result;
use PredictSchemata\SoundAnswer;

/** @internal */
final class Sending
{
    private readonly array $sounds;
    /** @var array<int, Result|InstanceError> */
    private array $outcomes = [];
    private array $model = [];

    public function __construct(private readonly Algorithm $algorithm, iterable $sounds)
    {
        $checked = [];
        foreach ($sounds as $sound) {
            $checked[] = Sounds::checked($sound, $algorithm);
        }
        $this->sounds = $checked;
    }

    /** @return list<int> the indices of all sounds */
    public function all(): array
    {
        return array_keys($this->sounds);
    }

    /**
     * @param list<string> $retryableReasons
     * @return list<int> those with an error that may pass
     */
    public function failed(array $retryableReasons): array
    {
        return array_values(array_filter($this->all(), function (int $index) use ($retryableReasons) {
            $outcome = $this->outcomes[$index];
            return $outcome instanceof InstanceError && in_array($outcome->reason, $retryableReasons, true);
        }));
    }

    /**
     * @param list<int> $indices
     * @return \Generator<Call> with the sounds of these indices; files are read as they come up
     */
    public function calls(array $indices, Limits $limits): \Generator
    {
        $pieces = (function () use ($indices) {
            foreach ($indices as $index) {
                yield $index => Sounds::instanceOf($this->sounds[$index], $this->algorithm);
            }
        })();
        return Split::calls($pieces, $limits, function (int $index, int $bytes) use ($limits): void {
            $this->outcomes[$index] = new InstanceError(
                'BODY_TOO_LARGE',
                "Expected an instance that fits a body of {$limits->maxBodyBytes} bytes, got one of {$bytes}. Send a shorter file."
            );
        });
    }

    /**
     * @param list<int> $indices
     * @param array $answer with a prediction for each
     * @throws InvalidAnswerException for what is none
     */
    public function take(array $indices, array $answer): void
    {
        $outcomes = array_map($this->outcomeOf(...), array_values($answer['predictions']));
        foreach ($indices as $place => $index) {
            $this->outcomes[$index] = $outcomes[$place];
        }
        $this->model = $answer;
    }

    public function answer(): SoundAnswer
    {
        ksort($this->outcomes);
        return new SoundAnswer(
            array_values($this->outcomes),
            $this->model['modelDisplayName'] ?? null,
            $this->model['deployedModelId'] ?? null,
        );
    }

    private function outcomeOf(mixed $prediction): Result|InstanceError
    {
        ['resultField' => $field, 'resultNames' => $names] = get_object_vars($this->algorithm);
        $error = $prediction['error'] ?? null;
        if (is_array($error)) {
            return new InstanceError((string) ($error['reason'] ?? ''), (string) ($error['description'] ?? ''));
        }
        $result = $prediction[$field] ?? null;
        if (is_array($result) && $names !== []) {
            $result = array_map(static fn (string $name) => $result[$name] ?? null, $names);
        }
        if (!is_array($result) || array_filter($result, static fn ($value) => !is_float($value) && !is_int($value)) !== []) {
            throw new InvalidAnswerException("Expected a prediction with numbers in {$field} or an error.", status: 200);
        }
        return new Result(pack('g*', ...array_values($result)), $names);
    }
}
