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
    $options = cancellationOf($given['cancel_after_ms'] ?? null);
    $algorithm = $given['algorithm'];
    $client = clientOf($given);
    if ($given['call'] === 'sounds') {
        $answer = $client->predictSounds($algorithm, array_map(soundOf(...), $given['sounds']), ...$options);
        return [
            'predictions' => array_map(shownOutcome(...), $answer->outcomes),
            'model_display_name' => $answer->modelDisplayName,
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

function soundOf(array $given): string|CloudFile|Samples
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
            return Samples::$kind($samples, $given['sample_rate_hz'] ?? null);
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
