<?php

// Owns samples and WAV files out of them, the shortest that loses nothing. Must not know where they come from or go to.

declare(strict_types=1);

namespace PredictSchemata;

/**
 * Samples of one channel, with a rate of their own or (null) the algorithm's. Each kind takes a list of numbers, or a packed string
 * of little-endian ones.
 */
final class Samples
{
    /** A server reads 16-bit samples as multiples of 2^-15. */
    private const INT16_SCALE = 32768.0;
    private const INT16_MIN = -32768;
    private const INT16_MAX = 32767;

    /** @param string $data packed samples: 16-bit integers or 32-bit floats */
    private function __construct(
        private readonly string $data,
        private readonly bool $isInt16,
        private readonly ?int $sampleRateHz,
    ) {
        if ($sampleRateHz !== null && $sampleRateHz < 1) {
            throw new \InvalidArgumentException("Expected a whole number from 1 as sampleRateHz, got {$sampleRateHz}.");
        }
    }

    /**
     * Integers of 16 bits.
     *
     * @param list<int>|string $samples
     * @throws \InvalidArgumentException for a number beyond 16 bits
     */
    public static function int16(array|string $samples, ?int $sampleRateHz = null): self
    {
        if (is_string($samples)) {
            return new self(self::packed($samples, 2), true, $sampleRateHz);
        }
        return self::areIntegers($samples) ? self::ofIntegers($samples, $sampleRateHz) : throw self::noInt16();
    }

    /**
     * Floats of 32 bits whose usual range is -1 to 1.
     *
     * @param list<int|float>|string $samples
     */
    public static function float32(array|string $samples, ?int $sampleRateHz = null): self
    {
        return self::ofFloats(is_string($samples) ? self::unpacked('g*', $samples, 4) : $samples, $sampleRateHz);
    }

    /**
     * Floats of 64 bits, which go as 32 bits: that is what a model computes with.
     *
     * @param list<int|float>|string $samples
     */
    public static function float64(array|string $samples, ?int $sampleRateHz = null): self
    {
        return self::ofFloats(is_string($samples) ? self::unpacked('e*', $samples, 8) : $samples, $sampleRateHz);
    }

    /**
     * A list of integers alone is of 16 bits, any other of floats.
     *
     * @param list<int|float> $samples
     */
    public static function ofList(array $samples): self
    {
        return self::areIntegers($samples) ? self::ofIntegers($samples, null) : self::ofFloats($samples, null);
    }

    /**
     * A RIFF/WAVE file with one channel. Floats that are all multiples of 2^-15 from -1 to below 1, as those of a 16-bit recording
     * are, are written as 16-bit integers; others as 32-bit floats.
     *
     * @param int $sampleRateHz where the samples have no rate of their own
     */
    public function toWav(int $sampleRateHz): string
    {
        $rate = $this->sampleRateHz ?? $sampleRateHz;
        $bytes = $this->isInt16 ? 2 : 4;
        $length = strlen($this->data);
        return 'RIFF' . pack('V', 36 + $length) . 'WAVEfmt '
            . pack('VvvVVvv', 16, $this->isInt16 ? 1 : 3, 1, $rate, $rate * $bytes, $bytes, $bytes * 8)
            . 'data' . pack('V', $length) . $this->data;
    }

    private static function areIntegers(array $samples): bool
    {
        foreach ($samples as $sample) {
            if (!is_int($sample)) {
                return false;
            }
        }
        return true;
    }

    /** @param array<int> $samples */
    private static function ofIntegers(array $samples, ?int $sampleRateHz): self
    {
        if ($samples !== [] && (min($samples) < self::INT16_MIN || max($samples) > self::INT16_MAX)) {
            throw self::noInt16();
        }
        return new self(pack('v*', ...$samples), true, $sampleRateHz);
    }

    private static function noInt16(): \InvalidArgumentException
    {
        return new \InvalidArgumentException('Expected integers from -32768 to 32767. Give floats for other samples.');
    }

    /** @param array<int|float> $samples */
    private static function ofFloats(array $samples, ?int $sampleRateHz): self
    {
        foreach ($samples as $sample) {
            if (!is_float($sample) && !is_int($sample)) {
                throw new \InvalidArgumentException(
                    'Expected samples as numbers: integers of 16 bits, or floats from -1 to 1, got ' . get_debug_type($sample) . '.'
                );
            }
        }
        $integers = self::integersOf($samples);
        return $integers !== null
            ? new self(pack('v*', ...$integers), true, $sampleRateHz)
            : new self(pack('g*', ...$samples), false, $sampleRateHz);
    }

    /**
     * @param array<int|float> $samples
     * @return ?list<int> null as soon as one is no multiple of 2^-15 that 16 bits reach
     */
    private static function integersOf(array $samples): ?array
    {
        $integers = [];
        foreach ($samples as $sample) {
            $scaled = $sample * self::INT16_SCALE;
            // What is no number is in no range.
            if (!($scaled >= self::INT16_MIN && $scaled <= self::INT16_MAX && floor($scaled) === $scaled)) {
                return null;
            }
            $integers[] = (int) $scaled;
        }
        return $integers;
    }

    /** @return list<float> */
    private static function unpacked(string $format, string $samples, int $bytes): array
    {
        return array_values((array) unpack($format, self::packed($samples, $bytes)));
    }

    private static function packed(string $samples, int $bytes): string
    {
        if (strlen($samples) % $bytes !== 0) {
            $length = strlen($samples);
            throw new \InvalidArgumentException("Expected packed samples of {$bytes} bytes each, got {$length} bytes.");
        }
        return $samples;
    }
}
