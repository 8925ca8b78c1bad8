<?php

// Owns splitting instances over calls by count and by bytes. Must not know what an instance is.

declare(strict_types=1);

namespace PredictSchemata\Internal;

use PredictSchemata\Limits;

/** @internal */
final class Split
{
    private const OPEN = '{"instances":[';
    private const CLOSE = ']}';

    /**
     * Gives calls in order, each as full as the limits allow, as soon as each is full.
     *
     * @param iterable<int, string> $pieces index → instance in JSON
     * @param \Closure(int, int): void $tooLong is told the index and the bytes of an instance that is too long for any call
     * @return \Generator<Call>
     */
    public static function calls(iterable $pieces, Limits $limits, \Closure $tooLong): \Generator
    {
        $envelope = strlen(self::OPEN) + strlen(self::CLOSE);
        $texts = [];
        $bytes = $envelope;
        foreach ($pieces as $index => $text) {
            $length = strlen($text);
            if ($envelope + $length > $limits->maxBodyBytes) {
                $tooLong($index, $length);
                continue;
            }
            // One more for the comma.
            $isFull = count($texts) === $limits->maxInstances || $bytes + 1 + $length > $limits->maxBodyBytes;
            if ($texts !== [] && $isFull) {
                yield self::callOf($texts);
                $texts = [];
                $bytes = $envelope;
            }
            $bytes += $length + ($texts === [] ? 0 : 1);
            $texts[$index] = $text;
        }
        if ($texts !== []) {
            yield self::callOf($texts);
        }
    }

    /** @param non-empty-array<int, string> $texts */
    private static function callOf(array $texts): Call
    {
        return new Call(self::OPEN . implode(',', $texts) . self::CLOSE, array_keys($texts));
    }
}
