<?php

// Owns one call of one endpoint: path, token, headers, and every way to fail as an exception. Must not know about repeats.

declare(strict_types=1);

namespace PredictSchemata\Internal;

use GuzzleHttp\Promise\Coroutine;
use GuzzleHttp\Promise\PromiseInterface;
use GuzzleHttp\Psr7\Request;
use PredictSchemata\Exception\AuthenticationException;
use PredictSchemata\Exception\InvalidAnswerException;
use Psr\Http\Message\ResponseInterface;

/** @internal */
final class Endpoint
{
    public readonly string $url;

    /**
     * @param list<string> $place project, location and endpoint
     * @param string|(callable(?string): string)|null $token
     * @param array<string, string> $headers
     */
    public function __construct(string $baseUrl, array $place, private readonly mixed $token, private readonly array $headers)
    {
        [$project, $location, $endpoint] = array_map(rawurlencode(...), $place);
        $this->url = "{$baseUrl}/v1/projects/{$project}/locations/{$location}/endpoints/{$endpoint}";
    }

    /**
     * @param string $body JSON
     * @param int $count of its instances
     * @return PromiseInterface of the answer's body, which has as many predictions
     */
    public function predict(Loop $loop, string $body, int $count): PromiseInterface
    {
        $headers = ['Content-Type' => 'application/json', 'Content-Length' => (string) strlen($body)];
        return $this->answered($loop, 'POST', "{$this->url}:predict", $headers, $body)->then(
            static function (ResponseInterface $answer) use ($count) {
                $content = self::parsed($answer);
                $predictions = is_array($content) ? $content['predictions'] ?? null : null;
                $got = is_array($predictions) ? count($predictions) : 'none';
                return $got === $count ? $content : throw self::invalid(
                    $answer,
                    "Expected a prediction for each of {$count} instances, got {$got}."
                );
            }
        );
    }

    /** @return PromiseInterface of the endpoint's resource */
    public function describe(Loop $loop): PromiseInterface
    {
        return $this->answered($loop, 'GET', $this->url)->then(self::parsed(...));
    }

    private function answered(
        Loop $loop,
        string $method,
        string $url,
        array $headers = [],
        ?string $body = null,
    ): PromiseInterface {
        $headers = ['Accept' => 'application/json', ...$headers, ...$this->headers];
        $once = static fn (?string $token) => $loop->exchange(
            new Request($method, $url, $token === null ? $headers : [...$headers, 'Authorization' => "Bearer {$token}"], $body)
        )->then(
            static fn (ResponseInterface $answer) => intdiv($answer->getStatusCode(), 100) === 2
                ? $answer
                : throw Failures::ofAnswer($answer)
        );
        // A text is a token, even one that is the name of a function.
        if ($this->token === null || is_string($this->token)) {
            return $once($this->token);
        }
        // The value of a coroutine is what it waited for last.
        return Coroutine::of(function () use ($once) {
            $token = ($this->token)(null);
            try {
                yield $once($token);
            } catch (AuthenticationException $error) {
                $fresh = ($this->token)($token);
                if ($fresh === $token) {
                    throw $error;
                }
                yield $once($fresh);
            }
        });
    }

    private static function parsed(ResponseInterface $answer): mixed
    {
        try {
            return json_decode((string) $answer->getBody(), true, 512, JSON_THROW_ON_ERROR);
        } catch (\JsonException) {
            throw self::invalid($answer, 'The answer is not JSON.');
        }
    }

    private static function invalid(ResponseInterface $answer, string $message): InvalidAnswerException
    {
        $requestId = Failures::header($answer, 'X-Request-Id');
        return new InvalidAnswerException($message, status: $answer->getStatusCode(), requestId: $requestId);
    }
}
