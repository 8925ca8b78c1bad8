<?php

// Owns the proof that samples become the shortest WAV file that loses nothing, to the byte.

declare(strict_types=1);

namespace PredictSchemata\Tests;

use PHPUnit\Framework\TestCase;
use PredictSchemata\Samples;

final class SamplesTest extends TestCase
{
    public static function forms(): array
    {
        return [
            'integers' => [Samples::int16([-32768, 0, 32767]), 1, 16],
            'packed integers' => [Samples::int16(pack('v*', -32768, 0, 32767)), 1, 16],
            'a list of integers' => [Samples::ofList([-32768, 0, 32767]), 1, 16],
            'a list of floats of 16 bits' => [Samples::ofList([-1.0, 0.0, 32767 / 32768]), 1, 16],
            'a list of both' => [Samples::ofList([-1, 0.5]), 1, 16],
            'packed floats of 16 bits' => [Samples::float32(pack('g*', 0.5, -0.5)), 1, 16],
            'one, which 16 bits do not reach' => [Samples::float32([1.0]), 3, 32],
            'a float between' => [Samples::float32([0.1]), 3, 32],
            'packed doubles' => [Samples::float64(pack('e*', 0.1)), 3, 32],
            'no number' => [Samples::float64([NAN]), 3, 32],
            'no end' => [Samples::float64([INF]), 3, 32],
        ];
    }

    /** @dataProvider forms */
    public function testFormOfTheFile(Samples $given, int $tag, int $bits): void
    {
        $file = $given->toWav(8000);
        $want = ['tag' => $tag, 'channels' => 1, 'rate' => 8000, 'speed' => 1000 * $bits, 'block' => $bits / 8, 'bits' => $bits];
        self::assertSame($want, unpack('vtag/vchannels/Vrate/Vspeed/vblock/vbits', $file, 20));
        self::assertSame([strlen($file) - 8, strlen($file) - 44], [unpack('V', $file, 4)[1], unpack('V', $file, 40)[1]]);
    }

    public function testTheSamplesStandInIt(): void
    {
        self::assertSame([-32768, 16384], array_values(unpack('s*', Samples::float32([-1.0, 0.5])->toWav(16000), 44)));
        self::assertSame(pack('g', 0.1), substr(Samples::float32([0.1])->toWav(16000), 44));
    }

    public function testARateOfTheirOwnIsKept(): void
    {
        self::assertSame(44100, unpack('V', Samples::int16([0], sampleRateHz: 44100)->toWav(16000), 24)[1]);
    }

    public static function noSamples(): array
    {
        return [
            'beyond 16 bits' => [fn () => Samples::int16([40000])],
            'a float as an integer' => [fn () => Samples::int16([0.5])],
            'null' => [fn () => Samples::ofList([null])],
            'three bytes' => [fn () => Samples::float32('abc')],
            'no rate' => [fn () => Samples::float32([0.1], sampleRateHz: 0)],
        ];
    }

    /** @dataProvider noSamples */
    public function testWhatAreNoSamplesIsRefused(\Closure $make): void
    {
        $this->expectException(\InvalidArgumentException::class);
        $make();
    }
}
