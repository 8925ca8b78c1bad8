<?php

// Owns the proof of what a server answers to each form of a sound, and that the README's code works as it stands there.

declare(strict_types=1);

namespace PredictSchemata\Tests;

use GuzzleHttp\Psr7\Utils;
use PHPUnit\Framework\TestCase;
use PredictSchemata\Generated\Algorithms;
use PredictSchemata\PredictClient;
use PredictSchemata\Result;

final class SoundsTest extends TestCase
{
    private const CLIP = __DIR__ . '/../../../fixtures/hear/cough-like-16khz-s16.wav';

    public function testAPathAndAStreamAreTheSameSound(): void
    {
        $stream = Utils::streamFor(file_get_contents(self::CLIP));
        $sounds = [self::CLIP, new \SplFileInfo(self::CLIP), fopen(self::CLIP, 'rb'), $stream];
        $answer = self::client('SERVER')->embed($sounds, maxInstances: 1);
        self::assertCount(4, $answer);
        self::assertSame(2048, strlen($answer[0]->packed));
        self::assertCount(1, array_unique(array_map(fn (Result $result) => $result->packed, $answer->outcomes)));
    }

    public function testNamedNumbersKeepTheirNamesAndOrder(): void
    {
        $outcome = self::client('MOCK')->detect([self::CLIP])[0];
        self::assertSame(Algorithms::all()['hear-events']->resultNames, array_keys($outcome->named()));
        self::assertSame($outcome->values(), array_values($outcome->named()));
    }

    public function testErrorsAreFoundByTheirIndex(): void
    {
        $errors = self::client('SERVER')->embed([self::CLIP, [0.0, 0.0]])->errors();
        self::assertSame([1], array_keys($errors));
        self::assertSame('WRONG_SAMPLE_COUNT', $errors[1]->reason);
    }

    public static function noSounds(): array
    {
        return ['no file' => ['nowhere.wav'], 'a folder' => [__DIR__], 'a number' => [42], 'text' => [['a']]];
    }

    /** @dataProvider noSounds */
    public function testWhatIsNoSoundIsRefusedBeforeAnythingIsSent(mixed $sound): void
    {
        $this->expectException(\InvalidArgumentException::class);
        (new PredictClient('http://127.0.0.1:9'))->embed([$sound]);
    }

    public function testBytesInThePlaceOfAPathAreNotShown(): void
    {
        foreach ([file_get_contents(self::CLIP), str_repeat('RIFF', 2000)] as $bytes) {
            try {
                (new PredictClient('http://127.0.0.1:9'))->embed([$bytes]);
                self::fail('Expected an error.');
            } catch (\InvalidArgumentException $error) {
                self::assertStringNotContainsString('RIFF', $error->getMessage());
            }
        }
    }

    public function testATokenThatIsTheNameOfAFunctionIsAToken(): void
    {
        $this->expectExceptionMessage('token');
        (new PredictClient(getenv('SERVER'), token: 'phpversion'))->embed([self::CLIP]);
    }

    public function testEveryBlockOfTheReadmeRuns(): void
    {
        preg_match_all('/^```php\n(.*?)^```/ms', (string) file_get_contents(__DIR__ . '/../README.md'), $matches);
        self::assertCount(5, $matches[1]);
        [$embed, $instances, $core, $failures, $vertex] = array_map(self::outputOf(...), $matches[1]);
        self::assertMatchesRegularExpression('/untrained.*\n512\n512\n512\n$/', $embed);
        self::assertMatchesRegularExpression('/^512\n512\n[A-Z_]+\n$/', $instances);
        self::assertSame("hear\n", $core);
        self::assertMatchesRegularExpression('/^401 INVALID_TOKEN \S+\n$/', $failures);
        self::assertSame('', $vertex);
    }

    private static function client(string $server): PredictClient
    {
        return new PredictClient(getenv($server), token: getenv('TOKEN'));
    }

    private static function outputOf(string $code): string
    {
        $project = new Project([
            'clips/cough.wav' => (string) file_get_contents(self::CLIP),
            'example.php' => strtr($code, [
                'vendor/autoload.php' => getenv('PACKAGE') . '/autoload.php',
                'http://127.0.0.1:8080' => getenv('SERVER'),
                "'TOKEN'" => "'" . getenv('TOKEN') . "'",
            ]),
        ]);
        try {
            return $project->outputOfPhp('example.php');
        } finally {
            $project->remove();
        }
    }
}
