<?php

// Owns where endpoints are: base URLs of a local server and of Vertex AI, with the limits that each is known to have.

declare(strict_types=1);

namespace PredictSchemata;

/** A base URL, and the limits to keep where the endpoint does not state its own. */
final class Target
{
    private function __construct(public readonly string $baseUrl, public readonly Limits $limits)
    {
    }

    /** A server of your own, by default the one that `npm start` runs; it takes 64 instances and 10 MB. */
    public static function server(string $baseUrl = 'http://127.0.0.1:8080'): self
    {
        if (preg_match('~^https?://[^/]~i', $baseUrl) !== 1) {
            throw new \InvalidArgumentException(
                'Expected a base URL that begins with http:// or https://, for example http://127.0.0.1:8080.'
            );
        }
        return new self(rtrim($baseUrl, '/'), new Limits(64, 10_000_000));
    }

    /**
     * A shared public endpoint of Vertex AI, which takes 1.5 MB:
     * https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type.
     *
     * @param string $location for example `us-central1`
     */
    public static function vertexShared(string $location): self
    {
        return new self("https://{$location}-aiplatform.googleapis.com", new Limits(64, 1_500_000));
    }

    /** A dedicated endpoint of Vertex AI, which has a host of its own and takes 10 MB. */
    public static function vertexDedicated(string $endpoint, string $location, string $projectNumber): self
    {
        $baseUrl = "https://{$endpoint}.{$location}-{$projectNumber}.prediction.vertexai.goog";
        return new self($baseUrl, new Limits(64, 10_000_000));
    }
}
