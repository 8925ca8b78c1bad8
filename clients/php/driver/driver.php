<?php

// Owns the conformance driver of the PHP client (clients/README.md): a case a line in, a result a line out. Uses the package whose
// autoload.php is its argument as a user would.

declare(strict_types=1);

use PredictSchemata\Cancellation;
use PredictSchemata\CloudFile;
use PredictSchemata\Exception;
use PredictSchemata\Generated\Algorithms;
use PredictSchemata\InstanceError;
use PredictSchemata\PredictClient;
use PredictSchemata\Result;
use PredictSchemata\Samples;

require $argv[1];

const KINDS = [
    Exception\InvalidRequestException::class => 'invalid_request',
    Exception\AuthenticationException::class => 'authentication',
    Exception\PermissionException::class => 'permission',
    Exception\NotFoundException::class => 'not_found',
    Exception\RateLimitException::class => 'rate_limited',
    Exception\UnavailableException::class => 'unavailable',
    Exception\ServerException::class => 'server',
    Exception\DeadlineException::class => 'deadline',
    Exception\ConnectionException::class => 'connection',
    Exception\CancelledException::class => 'cancelled',
    Exception\InvalidAnswerException::class => 'invalid_answer',
];

function run(array $given): array
{
    if ($given['call'] === 'plain') {
        return runPlain($given);
    }
    $options = cancellationOf($given['cancel_after_ms'] ?? null);
    $algorithm = $given['algorithm'];
    $client = clientOf($given);
    if ($given['call'] === 'sounds') {
        $sounds = array_map(soundOf(...), $given['sounds']);
        [$answer, $elapsedMs] = timed(fn () => $client->predictSounds($algorithm, $sounds, ...$options));
        return [
            'predictions' => array_map(shownOutcome(...), $answer->outcomes),
            'model_display_name' => $answer->modelDisplayName,
            'elapsed_ms' => $elapsedMs,
        ];
    }
    $facts = Algorithms::all()[$algorithm];
    // Through the generated classes in both directions.
    $class = $facts->model($facts->instance);
    $instances = array_map(fn (array $instance) => new $class($instance), $given['instances']);
    $answer = $client->predict($algorithm, $instances, ...$options);
    return [
        'predictions' => array_map(fn ($one) => shownPrediction($one, $facts->resultField), $answer->getPredictions()),
        'model_display_name' => $answer->getModelDisplayName(),
    ];
}

/** As a caller of the generated core writes it who has no helper. */
function runPlain(array $given): array
{
    ['base_url' => $url, 'project' => $project, 'location' => $location, 'endpoint' => $endpoint] = $given['endpoint'];
    $facts = Algorithms::all()[$given['algorithm']];
    $configuration = (new ("{$facts->types}\\Configuration")())->setHost($url)->setAccessToken($given['tokens'][0]);
    $core = new ("{$facts->types}\\Api\\PredictionsApi")(config: $configuration);
    $predict = [$core, 'predict' . substr(strrchr($facts->types, '\\'), 1)];
    [$request, $instance] = [$facts->model('PredictRequest'), $facts->model($facts->instance)];
    $instanceOf = fn (array $samples) => new $instance(['input_array' => numbersOf($samples)]);
    $requestOf = fn (array $some) => new $request(['instances' => array_map($instanceOf, $some)]);
    $predictionsOf = fn (array $some) => $predict($project, $location, $endpoint, $requestOf($some))->getPredictions();
    $calls = array_chunk(array_map(soundOf(...), $given['sounds']), $given['options']['max_instances']);
    [$predictions, $elapsedMs] = timed(fn () => array_merge(...array_map($predictionsOf, $calls)));
    $shown = array_map(fn ($one) => shownPrediction($one, $facts->resultField), $predictions);
    return ['predictions' => $shown, 'elapsed_ms' => $elapsedMs];
}

/** The contract's numbers for integers of 16 bits; floats are what they are. */
function numbersOf(array $samples): array
{
    return is_int($samples[0]) ? array_map(fn (int $sample) => $sample / 32768, $samples) : $samples;
}

/** @return array{mixed, float} what it gives, and the milliseconds that it took */
function timed(\Closure $run): array
{
    $startedNs = hrtime(true);
    $value = $run();
    return [$value, (hrtime(true) - $startedNs) / 1e6];
}

function cancellationOf(?int $afterMs): array
{
    $atNs = hrtime(true) + ($afterMs ?? 0) * 1_000_000;
    return $afterMs === null ? [] : ['cancellation' => new Cancellation(fn () => hrtime(true) >= $atNs)];
}

function clientOf(array $given): PredictClient
{
    ['endpoint' => $endpoint, 'options' => $options, 'tokens' => $tokens] = $given;
    return new PredictClient(
        $endpoint['base_url'],
        project: $endpoint['project'],
        location: $endpoint['location'],
        endpoint: $endpoint['endpoint'],
        token: count($tokens) > 1 ? providerOf($tokens) : $tokens[0] ?? null,
        headers: $given['headers'],
        maxAttempts: $options['max_attempts'],
        initialBackoffS: $options['initial_backoff_ms'] / 1000,
        maxBackoffS: $options['max_backoff_ms'] / 1000,
        deadlineS: $options['deadline_ms'] / 1000,
        maxParallelCalls: $options['max_parallel_calls'],
        maxInstances: $options['max_instances'] ?? null,
        maxBodyBytes: $options['max_body_bytes'] ?? null,
    );
}

/** Gives the next one of a list each time that one is refused. */
function providerOf(array $tokens): \Closure
{
    return function (?string $refused) use (&$tokens): string {
        if ($refused === $tokens[0] && count($tokens) > 1) {
            array_shift($tokens);
        }
        return $tokens[0];
    };
}

function soundOf(array $given): string|array|CloudFile|Samples
{
    if (isset($given['file'])) {
        return $given['file'];
    }
    if (isset($given['uri'])) {
        return new CloudFile($given['uri'], $given['token'] ?? null);
    }
    foreach (['int16' => 's*', 'float32' => 'g*', 'float64' => 'e*'] as $kind => $format) {
        if (isset($given[$kind])) {
            $samples = array_values(unpack($format, file_get_contents($given[$kind])));
            return isset($given['sample_rate_hz']) ? Samples::$kind($samples, $given['sample_rate_hz']) : $samples;
        }
    }
    throw new \InvalidArgumentException('Expected a sound of the driver protocol.');
}

function shownOutcome(Result|InstanceError $outcome): array
{
    return $outcome instanceof InstanceError
        ? ['error' => ['reason' => $outcome->reason, 'description' => $outcome->description]]
        : ['values' => base64_encode($outcome->packed)];
}

function shownPrediction(\ArrayAccess $prediction, string $resultField): array
{
    $error = $prediction['error'];
    if ($error !== null) {
        return ['error' => ['reason' => $error->getReason(), 'description' => $error->getDescription()]];
    }
    $result = $prediction[$resultField];
    $values = is_array($result) ? $result : array_values((array) $result->jsonSerialize());
    return ['values' => base64_encode(pack('g*', ...$values))];
}

function shownError(\Throwable $error): array
{
    $isKnown = $error instanceof Exception\PredictException;
    return [
        'kind' => KINDS[$error::class] ?? 'unexpected',
        'message' => $error->getMessage(),
        'status' => $isKnown ? $error->status : null,
        'reason' => $isKnown ? $error->reason : null,
        'request_id' => $isKnown ? $error->requestId : null,
    ];
}

while (($line = fgets(STDIN)) !== false) {
    $given = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    try {
        $result = ['ok' => true, ...run($given)];
    } catch (\Throwable $error) {
        $result = ['ok' => false, 'error' => shownError($error)];
    }
    fwrite(STDOUT, json_encode(['case' => $given['case'], ...$result], JSON_THROW_ON_ERROR) . "\n");
}
