<?php

// Owns when a call is repeated and how long is waited before. Must not know what is called.

declare(strict_types=1);

namespace PredictSchemata\Internal;

use GuzzleHttp\Promise\Coroutine;
use GuzzleHttp\Promise\PromiseInterface;
use PredictSchemata\Exception\ConnectionException;
use PredictSchemata\Exception\DeadlineException;
use PredictSchemata\Exception\PredictException;
use PredictSchemata\Exception\RateLimitException;
use PredictSchemata\Exception\UnavailableException;
use PredictSchemata\Settings;

/** @internal */
final class Retry
{
    /** 429, 503, 504 and lost connections; predicting the same twice does no harm. */
    public static function isRetryable(PredictException $error): bool
    {
        return $error instanceof RateLimitException
            || $error instanceof UnavailableException
            || $error instanceof ConnectionException
            || ($error instanceof DeadlineException && $error->status !== null);
    }

    /**
     * Half to all of a time that doubles with each repeat, so that clients that failed together do not return together; never less
     * than the server asked for.
     *
     * @param int $repeat 0 before the first repeat
     * @param ?float $share from 0 to 1; random by default
     */
    public static function backoffS(
        Settings $settings,
        int $repeat,
        ?PredictException $error = null,
        ?float $share = null,
    ): float {
        $fullS = min($settings->maxBackoffS, $settings->initialBackoffS * 2 ** min($repeat, 60));
        return max($error?->retryAfterS ?? 0, $fullS * (0.5 + ($share ?? lcg_value()) / 2));
    }

    /**
     * Runs the attempt until it succeeds, fails for good, or the next wait would not end before the deadline.
     *
     * @param \Closure(): PromiseInterface $attempt
     */
    public static function run(Settings $settings, Scope $scope, Loop $loop, \Closure $attempt): PromiseInterface
    {
        // The value of a coroutine is what it waited for last.
        return Coroutine::of(static function () use ($settings, $scope, $loop, $attempt) {
            for ($repeat = 0;; $repeat++) {
                try {
                    yield $attempt();
                    return;
                } catch (PredictException $error) {
                    $waitS = self::backoffS($settings, $repeat, $error);
                    if (!self::isRetryable($error) || $repeat + 1 >= $settings->maxAttempts || !$scope->leaves($waitS)) {
                        throw $error;
                    }
                }
                yield $loop->pause($waitS);
            }
        });
    }
}
