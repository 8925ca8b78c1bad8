<?php

// Owns the proof of waits to the millisecond, of splitting to the byte, of settings, targets and tokens.

declare(strict_types=1);

namespace PredictSchemata\Tests;

use GuzzleHttp\Psr7\Response;
use PHPUnit\Framework\TestCase;
use PredictSchemata\Cancellation;
use PredictSchemata\CloudFile;
use PredictSchemata\Exception\CancelledException;
use PredictSchemata\Exception\DeadlineException;
use PredictSchemata\Exception\NotFoundException;
use PredictSchemata\Exception\RateLimitException;
use PredictSchemata\GcloudToken;
use PredictSchemata\Generated\Hear\Model\HearInstance;
use PredictSchemata\Generated\Hear\Model\PredictRequest;
use PredictSchemata\Internal\Failures;
use PredictSchemata\Internal\Retry;
use PredictSchemata\Internal\Scope;
use PredictSchemata\Internal\Split;
use PredictSchemata\Limits;
use PredictSchemata\PredictClient;
use PredictSchemata\Settings;
use PredictSchemata\Target;

final class CallsTest extends TestCase
{
    public static function waits(): array
    {
        return [[0, 0, null, 0.05], [1, 1, null, 0.2], [9, 1, null, 0.3], [9999, 0, null, 0.15], [0, 0, 2, 2]];
    }

    /** @dataProvider waits */
    public function testAWaitGrowsAndIsNeverShorterThanAsked(int $repeat, float $share, ?int $askedS, float $want): void
    {
        $settings = new Settings(initialBackoffS: 0.1, maxBackoffS: 0.3);
        $error = new RateLimitException('', retryAfterS: $askedS);
        self::assertEqualsWithDelta($want, Retry::backoffS($settings, $repeat, $error, $share), 1e-9);
    }

    public static function bodies(): array
    {
        $bodies = ['', '<html>', '[1]', '{"error":"no"}', '{"error":{"message":3,"details":{"a":1}}}', "\xff"];
        return array_map(fn (string $body) => [$body], $bodies);
    }

    /** @dataProvider bodies */
    public function testAnAnswerOfAnyKindIsAnError(string $body): void
    {
        $error = Failures::ofAnswer(new Response(404, [], $body));
        self::assertInstanceOf(NotFoundException::class, $error);
        self::assertSame(
            ['The server answered 404.', 404, null, null],
            [$error->getMessage(), $error->status, $error->reason, $error->requestId]
        );
    }

    public static function retryAfters(): array
    {
        return [
            ['7', 7],
            ['Sun, 06 Nov 1994 08:49:40 GMT', 3],
            ['Sun, 06 Nov 1994 08:49:30 GMT', 0],
            ['soon', null],
            [null, null],
        ];
    }

    /** @dataProvider retryAfters */
    public function testAWaitIsReadAsSecondsOrAsADate(?string $given, ?int $want): void
    {
        self::assertSame($want, Failures::retryAfterS($given, strtotime('1994-11-06T08:49:37Z')));
    }

    public static function splits(): array
    {
        return [
            [64, 16 + 61, [[0, 1], [2, 4]], [3]],
            [64, 16 + 60, [[0], [1], [2], [4]], [3]],
            [3, 10_000, [[0, 1, 2], [3, 4]], []],
        ];
    }

    /** @dataProvider splits */
    public function testCallsAreAsFullAsBothLimitsAllow(int $instances, int $bytes, array $want, array $wantTooLong): void
    {
        $pieces = array_map(fn (int $length) => '"' . str_repeat('x', $length - 2) . '"', [30, 30, 30, 500, 30]);
        $tooLong = [];
        $note = function (int $index) use (&$tooLong): void {
            $tooLong[] = $index;
        };
        $calls = iterator_to_array(Split::calls($pieces, new Limits($instances, $bytes), $note));
        self::assertSame([$want, $wantTooLong], [array_column($calls, 'indices'), $tooLong]);
        foreach ($calls as $call) {
            self::assertCount(count($call->indices), json_decode($call->body, true)['instances']);
            self::assertLessThanOrEqual($bytes, strlen($call->body));
        }
    }

    public static function descriptions(): array
    {
        return [
            'limits' => [200, '{"labels":{"max_instances":"64","max_body_bytes":"9999"}}', 0, 1],
            'no labels, as Vertex AI has it' => [200, '{"name":"x"}', 0, 1],
            'impossible limits' => [200, '{"labels":{"max_instances":"0","max_body_bytes":"9"}}', 0, 1],
            'limits that are no numbers' => [200, '{"labels":{"max_instances":"9","max_body_bytes":"many"}}', 0, 1],
            'no JSON' => [200, '<html>', 0, 1],
            'a token for predictions alone' => [403, '{}', 0, 1],
            'no such call' => [405, '{}', 0, 1],
            'no such route' => [404, '{}', 0, 1],
            // What may pass says nothing about limits.
            'a wrong token' => [401, '{}', 0, 3],
            'starting' => [503, '{}', 0, 3],
            'a cut answer' => [200, '{}', 1, 3],
        ];
    }

    /** @dataProvider descriptions */
    public function testWhatAnEndpointStatesIsRemembered(int $status, string $description, int $missingBytes, int $asked): void
    {
        $arguments = [(string) $status, $description, (string) (strlen($description) + $missingBytes), 'all'];
        $received = $this->receivedBy($arguments, function (PredictClient $client): void {
            for ($call = 0; $call < 3; $call++) {
                self::assertCount(65, $client->embed(array_fill(0, 65, [0])));
            }
        });
        $predictions = array_values(array_diff($received, ['description']));
        self::assertSame([$asked, ['64', '1', '64', '1', '64', '1']], [count($received) - count($predictions), $predictions]);
    }

    public function testAnEndpointThatIsNotThereMayComeToBeWithLimits(): void
    {
        $received = $this->receivedBy(['404', '{}', '2', 'nothing'], function (PredictClient $client): void {
            foreach ([1, 2] as $_) {
                try {
                    $client->embed([[0]]);
                    self::fail('Expected an error.');
                } catch (NotFoundException) {
                    // As it should be.
                }
            }
        });
        // A description and a prediction each.
        self::assertCount(4, $received);
    }

    /**
     * @param list<string> $arguments of the server
     * @param \Closure(PredictClient): void $use
     * @return list<string> what it wrote
     */
    private function receivedBy(array $arguments, \Closure $use): array
    {
        $server = proc_open([PHP_BINARY, __DIR__ . '/fake-server.php', ...$arguments], [1 => ['pipe', 'w']], $pipes);
        try {
            $use(new PredictClient('http://' . trim((string) fgets($pipes[1])), maxParallelCalls: 1));
        } finally {
            proc_terminate($server);
        }
        $received = explode("\n", trim((string) stream_get_contents($pipes[1])));
        proc_close($server);
        return $received;
    }

    public function testACallIsOverWhenItsDeadlineHasPassedOrItsCallerGaveUp(): void
    {
        $stop = new Cancellation();
        $scope = new Scope(60, $stop);
        $scope->check();
        self::assertTrue($scope->leaves(1));
        self::assertFalse($scope->leaves(61));
        self::assertTrue((new Scope(null, null))->leaves(1e9));
        $stop->cancel();
        foreach ([CancelledException::class => $scope, DeadlineException::class => new Scope(0, null)] as $class => $over) {
            try {
                $over->check();
                self::fail('Expected an error.');
            } catch (\Exception $error) {
                self::assertInstanceOf($class, $error);
            }
        }
    }

    public function testACallThatIsOverLetsGoOfItsConnections(): void
    {
        $server = stream_socket_server('tcp://127.0.0.1:0');
        $client = new PredictClient('http://' . stream_socket_get_name($server, false), maxInstances: 1, maxBodyBytes: 1000);
        try {
            $client->embed([[0, 0]], deadlineS: 1);
            self::fail('Expected an error.');
        } catch (DeadlineException $error) {
            self::assertNull($error->status);
        }
        $connection = stream_socket_accept($server, 10);
        stream_set_timeout($connection, 10);
        self::assertStringContainsString(' HTTP/1.1', (string) stream_get_contents($connection));
        self::assertFalse(stream_get_meta_data($connection)['timed_out']);
    }

    public function testACancellationThatWasDueOnceStaysSo(): void
    {
        $answers = [false, true, false];
        $stop = new Cancellation(function () use (&$answers): bool {
            return array_shift($answers);
        });
        self::assertSame([false, true, true], [$stop->isCancelled(), $stop->isCancelled(), $stop->isCancelled()]);
    }

    public function testTargetsAreWhereServersAndVertexAiListen(): void
    {
        self::assertSame('http://host:1', Target::server('http://host:1/')->baseUrl);
        self::assertSame('https://us-central1-aiplatform.googleapis.com', Target::vertexShared('us-central1')->baseUrl);
        $dedicated = Target::vertexDedicated(endpoint: '12', location: 'us-central1', projectNumber: '34');
        self::assertSame('https://12.us-central1-34.prediction.vertexai.goog', $dedicated->baseUrl);
        $this->expectException(\InvalidArgumentException::class);
        Target::server('127.0.0.1:8080');
    }

    public function testATokenOfACommandIsKeptUntilItIsRefused(): void
    {
        $provider = new GcloudToken([PHP_BINARY, '-r', 'echo hrtime(true), "\n";']);
        $first = $provider(null);
        self::assertMatchesRegularExpression('/^\d+$/', $first);
        self::assertSame($first, $provider(null));
        self::assertNotSame($first, $provider($first));
        $this->expectExceptionMessage('ended with 3');
        (new GcloudToken([PHP_BINARY, '-r', 'exit(3);']))(null);
    }

    public function testNothingThatHoldsATokenShowsIt(): void
    {
        $file = new CloudFile('gs://b/c.wav', 'secret');
        $typed = new HearInstance(['gcs_uri' => 'gs://b/c.wav', 'bearer_token' => 'secret']);
        $request = new PredictRequest(['instances' => [$typed]]);
        $tokens = new GcloudToken(['printf', '%s%s', 'sec', 'ret']);
        self::assertSame('secret', $tokens(null));
        $client = new PredictClient('http://127.0.0.1:1', token: 'secret', headers: ['X-Key' => 'secret']);
        foreach ([$file, $typed, $request] as $value) {
            $shown = self::shown($value) . (method_exists($value, '__toString') ? (string) $value : '');
            self::assertStringNotContainsString('secret', $shown);
            self::assertStringContainsString('***', $shown);
            self::assertStringContainsString('c.wav', $shown);
        }
        self::assertStringNotContainsString('secret', self::shown($client) . self::shown($tokens));
        self::assertStringNotContainsString('***', self::shown(new CloudFile('gs://b/c.wav')));
        self::assertStringContainsString('"bearer_token":"secret"', (string) json_encode($request));
    }

    private static function shown(mixed $value): string
    {
        ob_start();
        var_dump($value);
        return ob_get_clean() . print_r($value, true);
    }

    public static function impossibleOptions(): array
    {
        return [[['maxAttempts' => 0]], [['deadlineS' => -1]], [['maxBodyBytes' => 0]], [['retries' => 3]], [['deadlineS' => NAN]]];
    }

    /** @dataProvider impossibleOptions */
    public function testOptionsThatCannotBeAreRefusedByName(array $options): void
    {
        $this->expectException(\InvalidArgumentException::class);
        $this->expectExceptionMessage(array_key_first($options));
        new PredictClient(...$options);
    }
}
